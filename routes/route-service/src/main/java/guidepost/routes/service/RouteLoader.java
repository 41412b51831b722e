package guidepost.routes.service;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.routes.table.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a journal's latest state on one thread while another puts it into the table: with two
/// cores a start takes as long as the slower of the two.
///
/// ```
///   caller: read, decode ──parts of 4,096──▶ loader thread: put
/// ```
///
/// Threads: the one that calls [#load], and one of its own that ends with it.
final class RouteLoader {

  private static final int ROUTES_PER_PART = 4_096;
  private static final int PARTS_WAITING_MAX = 16;

  /// @param isLast true if no further one comes
  private record Part(List<Route> routes, boolean isLast) {}

  private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(PARTS_WAITING_MAX);
  private final Consumer<Route> sink;
  private List<Route> filling = new ArrayList<>(ROUTES_PER_PART);
  private @Nullable RuntimeException failure;

  private RouteLoader(Consumer<Route> sink) {
    this.sink = sink;
  }

  /// Shows every route that the journal holds.
  ///
  /// @param sink gets every route, on another thread, and none after this returns
  /// @return the revision that this is the state of
  static long load(Journal journal, Consumer<Route> sink) throws JournalException {
    return new RouteLoader(sink).load(journal);
  }

  private long load(Journal journal) throws JournalException {
    Thread putting = Thread.ofPlatform().name("guidepost-loader").start(this::putAll);
    long last;
    try {
      last =
          journal.replay((key, value, revision) -> add(RouteRecord.decode(key, value, revision)));
    } finally {
      hand(new Part(filling, true));
      join(putting);
    }
    if (failure != null) {
      throw failure;
    }
    return last;
  }

  private void add(Route route) {
    filling.add(route);
    if (filling.size() == ROUTES_PER_PART) {
      hand(new Part(filling, false));
      filling = new ArrayList<>(ROUTES_PER_PART);
    }
  }

  private void hand(Part part) {
    uninterrupted(
        () -> {
          parts.put(part);
          return part;
        });
  }

  private void putAll() {
    boolean ended = false;
    while (!ended) {
      Part part = uninterrupted(parts::take);
      put(part.routes());
      ended = part.isLast();
    }
  }

  private void put(List<Route> routes) {
    if (failure != null) {
      return;
    }
    try {
      routes.forEach(sink);
    } catch (RuntimeException e) {
      failure = e; // and goes on taking, or the reader would wait for ever
    }
  }

  private static void join(Thread putting) {
    uninterrupted(
        () -> {
          putting.join();
          return putting;
        });
  }

  private interface Waiting<T> {
    T until() throws InterruptedException;
  }

  private static <T> T uninterrupted(Waiting<T> waiting) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return waiting.until();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
