package guidepost.cli.routes;

import guidepost.cli.files.ImportRun;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.client.GuidepostClient;
import guidepost.client.LookupStream;
import guidepost.client.RouteMessages;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `route lookup`.
@Command(
    name = "lookup",
    description = {
      "Show the best route to each of many addresses, one per line, in order.",
      "Without arguments they are read from standard input, one per line, and answered as they"
          + " come; blank lines, and those that begin with #, are skipped. Lines that are not"
          + " addresses are reported on standard error, and the exit code is 1, as it is if no"
          + " route covers any of them.",
      "Columns, by tab: address, prefix, next hop, interface, metric, source; only the"
          + " address if no route covers it."
    })
final class RouteLookup implements Callable<Integer> {

  /// A screen is not filled by one bad file.
  private static final int COMPLAINTS_MAX = 10;

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private TableOption table = new TableOption();

  @Parameters(arity = "0..*", paramLabel = "ADDRESS", description = "IPv4 or IPv6 addresses")
  private List<String> addresses = new ArrayList<>();

  private final Queue<Address> asked = new ArrayDeque<>();
  private long lines;
  private long unreadable;
  private long answered;
  private long found;

  RouteLookup(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!addresses.isEmpty() && addresses.stream().allMatch(each -> read(each).isEmpty())) {
      throw CommandException.usage(reason(addresses.getFirst()));
    }
    try (GuidepostClient connection = client.connect();
        LookupStream lookups = table.of(connection).lookups(this::show)) {
      if (addresses.isEmpty()) {
        readLines(lookups);
      } else {
        addresses.forEach(text -> askArgument(text, lookups));
      }
      lookups.finish();
    } catch (StatusRuntimeException e) {
      throw client.failed(e);
    } finally {
      terminal.flush();
    }
    if (unreadable > COMPLAINTS_MAX) {
      terminal.complain("... and %d more".formatted(unreadable - COMPLAINTS_MAX));
    }
    if (unreadable == 0 && answered > 0) {
      CommandException.requireFound(
          found,
          answered == 1
              ? "no route covers the address"
              : "no route covers any of the %d addresses".formatted(answered));
    }
    return unreadable == 0 ? ExitCodes.OK : ExitCodes.REJECTED;
  }

  private static Optional<Address> read(String text) {
    try {
      return Optional.of(Address.parse(text));
    } catch (InvalidRouteException e) {
      return Optional.empty();
    }
  }

  /// Why a text is no address.
  private static String reason(String text) {
    try {
      return "address \"%s\": is one".formatted(Address.parse(text));
    } catch (InvalidRouteException e) {
      return e.getMessage();
    }
  }

  private void askArgument(String text, LookupStream lookups) {
    lines++;
    Optional<Address> address = read(text);
    if (address.isPresent()) {
      ask(address.get(), lookups);
    } else {
      complain("argument", reason(text));
    }
  }

  private void readLines(LookupStream lookups) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines++;
        String text = line.strip();
        if (!text.isEmpty() && !text.startsWith("#")) {
          ask(text, lookups);
        }
        if (!in.ready()) {
          answerNow(lookups);
        }
      }
    } catch (IOException e) {
      throw CommandException.broken("standard input: " + CommandFailures.reason(e));
    }
  }

  /// Whoever types, or pipes slowly, is answered before the next line.
  private void answerNow(LookupStream lookups) {
    lookups.sync();
    terminal.flush();
  }

  private void ask(Address address, LookupStream lookups) {
    asked.add(address);
    lookups.write(address);
  }

  private void ask(String text, LookupStream lookups) {
    Optional<Address> address = read(text);
    if (address.isPresent()) {
      ask(address.get(), lookups);
    } else {
      complain("line", reason(text));
    }
  }

  private void complain(String unit, String reason) {
    unreadable++;
    if (unreadable <= COMPLAINTS_MAX) {
      ImportRun.showReject(terminal, client.json(), unit, lines, reason);
    }
  }

  private void show(Optional<guidepost.routes.v1.Route> answer) {
    Address address = asked.remove();
    Optional<Route> route = answer.map(RouteMessages::route);
    answered++;
    found += route.isPresent() ? 1 : 0;
    terminal.line(client.json() ? json(address, route) : text(address, route));
  }

  private static String text(Address address, Optional<Route> found) {
    return found
        .map(
            route ->
                String.join(
                    "\t",
                    address.toString(),
                    route.prefix().toString(),
                    RouteOutput.nextHop(route.nextHop()),
                    Printable.of(route.nextHop().interfaceName()),
                    Long.toString(route.metric()),
                    route.source()))
        .orElse(address.toString());
  }

  private static String json(Address address, Optional<Route> found) {
    ObjectNode line =
        Json.object().put("address", address.toString()).put("found", found.isPresent());
    found.ifPresent(route -> RouteJson.put(line, route));
    return line.toString();
  }
}
