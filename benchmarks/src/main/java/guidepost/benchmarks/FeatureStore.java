package guidepost.benchmarks;

import guidepost.guide.index.Feature;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/// A server that keeps features, in processes of its own.
interface FeatureStore extends AutoCloseable {

  /// A way to ask a store, by its Java library.
  ///
  /// @param answers which questions can be asked so
  record Way(
      String name,
      FeatureStore store,
      Tolerance tolerance,
      Predicate<Question> answers,
      Connecting connecting) {

    /// @param hits about so many are expected of each question
    Session connect(int hits) throws Exception {
      return connecting.connect(hits);
    }
  }

  /// Opens a session.
  @FunctionalInterface
  interface Connecting {
    Session connect(int hits) throws Exception;
  }

  /// How far answers may be from the exact ones.
  ///
  /// @param edgeE7 points so near the edge of a box may be on the other side of it
  /// @param circle part of a radius by which a circle may be larger or smaller
  /// @param nearest part of a distance by which one of the nearest may be farther than another
  record Tolerance(int edgeE7, double circle, double nearest) {

    static final Tolerance NONE = new Tolerance(0, 0, 0);
  }

  /// Gets each feature of an answer.
  @FunctionalInterface
  interface Hits {
    void hit(String id, String name, int latitudeE7, int longitudeE7);
  }

  /// One client.
  ///
  /// Threads: one.
  interface Session extends AutoCloseable {

    /// Asks, and reads the whole answer.
    ///
    /// @return how many features the server sent
    int ask(Question question, Hits hits) throws Exception;

    /// Moves features to where they are now, all of different ids, and waits until that is durable.
    void move(List<Feature> moved) throws Exception;

    @Override
    void close() throws IOException;
  }

  /// Begins with these features and nothing else.
  void load(List<Feature> features) throws Exception;

  /// How long it must be asked the same before it answers as fast as it does for long: programs
  /// that compile themselves while they run take a while.
  Duration warmUp();

  /// Told when only moves and boxes are still to come: what serves neither may go.
  void forget() throws Exception;

  /// The first one answers every question.
  List<Way> ways();

  /// Processor time of all its processes so far, nanoseconds.
  long processorNanos() throws IOException;

  @Override
  void close() throws IOException;
}
