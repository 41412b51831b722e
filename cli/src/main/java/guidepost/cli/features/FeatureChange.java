package guidepost.cli.features;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.client.FeaturesClient;
import guidepost.client.ModifyStream;
import guidepost.guide.v1.Operation;
import java.util.ArrayList;
import java.util.List;

/// One change of the features.
final class FeatureChange {

  private FeatureChange() {}

  /// Makes the change and waits until it is durable.
  ///
  /// @throws CommandException if the server refuses it
  static FeaturesClient.Result make(ClientOptions options, Operation operation) {
    List<FeaturesClient.Result> results = new ArrayList<>();
    options.ask(
        client -> {
          try (ModifyStream<Operation, FeaturesClient.Result> stream =
              client.features().modify(results::add)) {
            stream.write(operation);
            stream.finish();
          }
          return results;
        });
    if (results.isEmpty()) {
      throw CommandException.rejected("server %s: gave no answer".formatted(options.server()));
    }
    CommandException.requireOk(results.getFirst().result());
    return results.getFirst();
  }
}
