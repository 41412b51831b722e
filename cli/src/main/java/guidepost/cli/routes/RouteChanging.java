package guidepost.cli.routes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.client.ModifyStream;
import guidepost.client.Writing;
import guidepost.common.v1.OperationResult;
import guidepost.routes.v1.Operation;
import java.util.ArrayList;
import java.util.List;

/// One change of the route table.
final class RouteChanging {

  private RouteChanging() {}

  /// Makes the change and waits until it is durable.
  ///
  /// @param source whose route; empty: "static"
  ///
  /// @throws CommandException if the server refuses it
  static OperationResult make(
      ClientOptions options, TableOption table, String source, Operation operation) {
    List<OperationResult> results = new ArrayList<>();
    options.ask(
        client -> {
          try (ModifyStream<Operation, OperationResult> stream =
              table.of(client).modify(Writing.as(source), results::add)) {
            stream.write(operation);
            stream.finish();
          }
          return results;
        });
    if (results.isEmpty()) {
      throw CommandException.rejected("server %s: gave no answer".formatted(options.server()));
    }
    return CommandException.requireOk(results.getFirst());
  }
}
