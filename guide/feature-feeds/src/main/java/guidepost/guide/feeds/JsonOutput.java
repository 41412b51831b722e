package guidepost.guide.feeds;

import guidepost.guide.index.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;

/// A JSON generator whose failures are those of the stream under it.
final class JsonOutput {

  private final JsonGenerator generator;

  JsonOutput(Writer out) {
    generator =
        JsonFields.JSON
            .writer()
            .with(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .withRootValueSeparator("")
            .createGenerator(out);
  }

  /// Runs one step.
  ///
  /// @throws UncheckedIOException if the stream under it fails
  void write(Consumer<JsonGenerator> step) {
    try {
      step.accept(generator);
    } catch (JacksonIOException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (JacksonException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /// Writes the attributes in the order of their names.
  static void attributes(JsonGenerator out, Feature feature) {
    new TreeMap<>(feature.attributes()).forEach(out::writeStringProperty);
  }
}
