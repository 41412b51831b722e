package guidepost.cli.routes;

import guidepost.cli.output.CommandException;
import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.RouteText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A destination and the way there: by options, or in the words of `ip route`.
///
/// ```
///   10.0.0.0/8 --nh 192.0.2.1 --interface eth0
///   10.0.0.0 255.0.0.0 --nh 192.0.2.1
///   10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5
///   default via 192.0.2.1
/// ```
final class WayArguments {

  private static final String DEFAULT = "default";

  @Parameters(
      index = "0",
      paramLabel = "DEST",
      description = "Address or network: 192.0.2.1, 10.0.0.0/8, 2001:db8::/32; or default")
  private String dest = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "WORD",
      description =
          "The mask, if DEST has none: 255.0.0.0, 8 or /8. Then, instead of options: via ADDRESS,"
              + " dev NAME, metric N")
  private List<String> words = new ArrayList<>();

  @Option(names = "--nh", paramLabel = "ADDRESS", description = "Next hop; none: connected")
  private String nextHop = "";

  @Option(names = "--interface", paramLabel = "NAME", description = "Outgoing interface")
  private String interfaceName = "";

  @Option(names = "--blackhole", description = "Drop the packets: no next hop, no interface")
  private boolean blackhole;

  /// What the words say beside the options.
  ///
  /// @param metric empty if they do not say it
  private record Words(String mask, String nextHop, String interfaceName, String metric) {}

  private Words read() {
    String mask = "";
    String via = nextHop;
    String dev = interfaceName;
    String metric = "";
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "via" -> via = once(word, via, rest);
        case "dev" -> dev = once(word, dev, rest);
        case "metric" -> metric = once(word, metric, rest);
        default -> mask = requireMask(word, mask);
      }
    }
    return new Words(mask, via, dev, metric);
  }

  private static String once(String word, String before, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw CommandException.usage("%s \"\": must be followed by its value".formatted(word));
    }
    if (!before.isEmpty()) {
      throw CommandException.usage(
          "%s \"%s\": must be given once, and is \"%s\" already"
              .formatted(word, rest.next(), before));
    }
    return rest.next();
  }

  private static String requireMask(String word, String before) {
    if (!before.isEmpty()) {
      throw CommandException.usage(
          isAddress(word)
              ? nextHopHint(word)
              : "word \"%s\": must be via ADDRESS, dev NAME or metric N".formatted(word));
    }
    return word;
  }

  private static boolean isAddress(String text) {
    try {
      return !Address.parse(text).isUnspecified();
    } catch (InvalidRouteException e) {
      return false;
    }
  }

  private static String nextHopHint(String address) {
    return "mask \"%s\": is no mask; a next hop is written --nh %s or via %s"
        .formatted(address, address, address);
  }

  /// The destination: `default` is that of the next hop's family.
  ///
  /// @throws CommandException if it breaks a rule
  Prefix toPrefix() {
    Words said = read();
    if (dest.equals(DEFAULT)) {
      return defaultRoute(said);
    }
    try {
      return RouteText.DEST.add(dest, said.mask());
    } catch (InvalidRouteException e) {
      boolean isNextHop =
          e.field().equals("mask")
              && isAddress(said.mask())
              && !e.getMessage().contains("inverse mask");
      throw CommandException.usage(isNextHop ? nextHopHint(said.mask()) : e.getMessage());
    }
  }

  private static Prefix defaultRoute(Words said) {
    if (!said.mask().isEmpty()) {
      throw CommandException.usage(
          isAddress(said.mask())
              ? nextHopHint(said.mask())
              : "mask \"%s\": must be absent for default".formatted(said.mask()));
    }
    if (said.nextHop().isEmpty()) {
      throw CommandException.usage(
          "dest \"default\": must be 0.0.0.0/0 or ::/0 where no next hop shows which");
    }
    return Prefix.parse(said.nextHop().indexOf(':') >= 0 ? "::/0" : "0.0.0.0/0");
  }

  /// True if any way is given.
  boolean isGiven() {
    Words said = read();
    return blackhole || !said.nextHop().isEmpty() || !said.interfaceName().isEmpty();
  }

  /// The metric among the words.
  ///
  /// @throws CommandException if it is no number
  Optional<Long> metric() {
    String metric = read().metric();
    try {
      return metric.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(metric));
    } catch (NumberFormatException e) {
      throw CommandException.usage("metric \"%s\": must be a number".formatted(metric));
    }
  }

  /// The way.
  ///
  /// @throws CommandException if it breaks a rule
  NextHop toNextHop() {
    Words said = read();
    if (!blackhole) {
      try {
        return RouteText.nextHop(said.nextHop(), said.interfaceName());
      } catch (InvalidRouteException e) {
        throw CommandException.usage(e.getMessage());
      }
    }
    if (!said.nextHop().isEmpty() || !said.interfaceName().isEmpty()) {
      throw CommandException.usage(
          "nh \"%s\", interface \"%s\": must be empty for a blackhole"
              .formatted(said.nextHop(), said.interfaceName()));
    }
    return new NextHop.Blackhole();
  }
}
