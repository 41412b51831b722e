package guidepost.access;

import guidepost.calls.Caller;
import guidepost.calls.Grant;
import guidepost.calls.Names;
import guidepost.calls.Role;
import guidepost.settings.SettingsException;
import guidepost.settings.Spelling;
import guidepost.settings.YamlFile;
import guidepost.settings.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The access file: who callers are, and what they may do. Nothing is allowed that no grant allows.
///
/// ```yaml
/// identities:
///   - name: r7
///     by: certificate:r7.example.net     # or token:NAME, or jwt:SUBJECT
///   - name: car-*                        # the * is what the other * stands for
///     by: jwt:car|*
/// grants:
///   - who: r7
///     role: writer
///     tables: [default]
///     sources: [bgp.r7]
///   - who: car-*
///     role: writer
///     layers: ["*"]
///     travellers: [self]
/// ```
///
/// A caller that matches several identities is the first of them without a `*`, or else the first.
///
/// Grants of `anonymous` are those of callers without credentials: only a grant that writes this
/// name out is, none with a `*`.
///
/// Threads: any; immutable.
final class Policy {

  private static final List<String> TOP_KEYS = List.of("identities", "grants");
  private static final List<String> IDENTITY_KEYS = List.of("name", "by");
  private static final List<String> GRANT_KEYS =
      List.of("who", "role", "tables", "sources", "layers", "travellers");
  private static final List<String> ROLES =
      Arrays.stream(Role.values()).map(Role::toString).toList();
  private static final List<String> PROOFS = List.of("certificate", "token", "jwt");

  /// Names become authors of notes and travellers of trips, and stand in logs.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+/:|-]{0,99}\\*?");

  /// @param name may end with the star of `by`
  /// @param by `certificate:`, `token:` or `jwt:` with what proves it
  private record Identity(String name, String by) {

    boolean isOne() {
      return by.indexOf('*') < 0;
    }

    /// The name of who proved this; empty if it is another.
    Optional<String> nameOf(String evidence) {
      if (isOne()) {
        return by.equals(evidence) ? Optional.of(name) : Optional.empty();
      }
      String prefix = by.substring(0, by.length() - 1);
      if (!evidence.startsWith(prefix)) {
        return Optional.empty();
      }
      String rest = evidence.substring(prefix.length());
      return Optional.of(name.endsWith("*") ? name.substring(0, name.length() - 1) + rest : name);
    }
  }

  private record Granted(Names who, Grant grant) {}

  /// Of a server that asks nobody.
  static final Policy NOTHING = new Policy(List.of(), List.of(), List.of(), List.of());

  private final List<Identity> identities;
  private final List<Granted> grants;
  private final Set<String> named;
  private final Optional<Caller> anonymous;
  private final List<String> warnings;

  private Policy(
      List<Identity> identities,
      List<Granted> grants,
      List<Grant> anonymous,
      List<String> warnings) {
    this.warnings = List.copyOf(warnings);
    this.anonymous =
        anonymous.isEmpty() ? Optional.empty() : Optional.of(Caller.anonymous(anonymous));
    List<Identity> ordered = new ArrayList<>(identities.stream().filter(Identity::isOne).toList());
    ordered.addAll(identities.stream().filter(each -> !each.isOne()).toList());
    this.identities = List.copyOf(ordered);
    this.grants = List.copyOf(grants);
    this.named = new LinkedHashSet<>();
    identities.stream().filter(Identity::isOne).map(Identity::name).forEach(named::add);
  }

  /// Reads the file.
  ///
  /// @throws SettingsException with every problem, each with its line
  static Policy read(Path file) throws SettingsException {
    FileMode.requireTrusted(file);
    YamlNode.Entries entries = YamlFile.read(file);
    if (entries.entries().isEmpty()) {
      throw new SettingsException(
          "%s: is empty, so nobody could do anything; must have identities and grants"
              .formatted(file));
    }
    return new Reader(file.toString()).policy(entries);
  }

  static Policy parse(String name, String text) throws SettingsException {
    return new Reader(name).policy(YamlFile.parse(name, text));
  }

  /// What is allowed, but hardly meant; each with its line.
  List<String> warnings() {
    return warnings;
  }

  /// Who has proved these, in the order of the file; empty if nobody.
  ///
  /// @param evidence one or more, like `certificate:r7.example.net`
  Optional<Caller> caller(Caller.Proof proof, Iterable<String> evidence) {
    for (Identity identity : identities) {
      for (String each : evidence) {
        Optional<String> name = identity.nameOf(each).filter(n -> isTakable(identity, n));
        if (name.isPresent()) {
          return Optional.of(new Caller(name.get(), proof, grants(name.get())));
        }
      }
    }
    return Optional.empty();
  }

  /// Who calls without credentials; empty unless something is granted to those who do.
  Optional<Caller> anonymous() {
    return anonymous;
  }

  /// An identity by its name, which another server of the cluster says.
  ///
  /// @return empty if it has no grant here
  Optional<Caller> vouched(String name) {
    List<Grant> given = isName(name) ? grants(name) : List.of();
    return given.isEmpty()
        ? Optional.empty()
        : Optional.of(new Caller(name, Caller.Proof.CERTIFICATE, given));
  }

  /// A name that is made of what a caller proved must not be that of another identity.
  private boolean isTakable(Identity identity, String name) {
    return identity.isOne()
        || !identity.name().endsWith("*")
        || (isName(name) && !name.endsWith("*") && !named.contains(name));
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && NAME.matcher(name).matches()
        && !name.equals(Caller.SELF)
        && !name.equals(Caller.ANONYMOUS);
  }

  private List<Grant> grants(String name) {
    return grants.stream().filter(each -> each.who().contains(name)).map(Granted::grant).toList();
  }

  /// Makes a policy of a file, and gathers what is wrong with it.
  private static final class Reader {

    private final String file;
    private final List<String> problems = new ArrayList<>();
    private final List<Identity> identities = new ArrayList<>();
    private final List<Granted> grants = new ArrayList<>();
    private final List<Grant> anonymous = new ArrayList<>();
    private final Map<String, Integer> lines = new HashMap<>();

    Reader(String file) {
      this.file = file;
    }

    Policy policy(YamlNode.Entries top) throws SettingsException {
      requireKeys(top, TOP_KEYS);
      items(top, "identities").forEach(this::identity);
      items(top, "grants").forEach(this::grant);
      if (!problems.isEmpty()) {
        throw new SettingsException(problems);
      }
      return new Policy(identities, grants, anonymous, sharedNames(items(top, "identities")));
    }

    private void problem(int line, String text) {
      problems.add("%s:%d: %s".formatted(file, line, text));
    }

    private void requireKeys(YamlNode.Entries entries, List<String> known) {
      entries
          .entries()
          .forEach(
              (key, entry) -> {
                if (!known.contains(key)) {
                  problem(
                      entry.keyLine(),
                      "unknown key %s%s".formatted(key, Spelling.hint(key, known)));
                }
              });
    }

    private List<YamlNode.Entries> items(YamlNode.Entries top, String key) {
      YamlNode.Entry entry = top.entries().get(key);
      if (entry == null) {
        return List.of();
      }
      List<YamlNode> all =
          entry.value() instanceof YamlNode.Items list ? list.items() : List.of(entry.value());
      List<YamlNode.Entries> found = new ArrayList<>();
      for (YamlNode each : all) {
        if (each instanceof YamlNode.Entries entries) {
          found.add(entries);
        } else {
          problem(each.line(), "%s: must be a list of groups of keys".formatted(key));
        }
      }
      return found;
    }

    private void identity(YamlNode.Entries entries) {
      requireKeys(entries, IDENTITY_KEYS);
      Optional<String> name = text(entries, "name");
      List<String> by = texts(entries, "by");
      if (name.isEmpty() || by.isEmpty()) {
        problem(entries.line(), "an identity must have a name, and a by that proves it");
        return;
      }
      if (!isName(name.get())) {
        problem(
            entries.line(),
            "name \"%s\": must be 1 to 100 letters, digits or . _ @ + / : | -, and not self or anonymous"
                .formatted(name.get()));
        return;
      }
      by.forEach(each -> identity(entries.line(), name.get(), each));
    }

    private void identity(int line, String name, String by) {
      int colon = by.indexOf(':');
      String proof = colon < 0 ? by : by.substring(0, colon);
      int star = by.indexOf('*');
      if (!PROOFS.contains(proof) || colon < 0 || colon == by.length() - 1) {
        problem(
            line,
            "by \"%s\": must be certificate:NAME, token:NAME or jwt:SUBJECT%s"
                .formatted(by, Spelling.hint(proof, PROOFS)));
      } else if (star >= 0 && star < by.length() - 1) {
        problem(line, "by \"%s\": a * must be its last character".formatted(by));
      } else if (name.endsWith("*") && star < 0) {
        problem(line, "name \"%s\": ends with *, so its by must too".formatted(name));
      } else if (lines.putIfAbsent(by, line) != null) {
        problem(line, "by \"%s\": proves another name on line %d".formatted(by, lines.get(by)));
      } else {
        identities.add(new Identity(name, by));
      }
    }

    private void grant(YamlNode.Entries entries) {
      requireKeys(entries, GRANT_KEYS);
      List<String> who = texts(entries, "who");
      Optional<Role> role = role(entries);
      if (who.isEmpty()) {
        problem(entries.line(), "a grant must say who has it");
      }
      who.forEach(each -> requireKnown(entries.line(), each));
      Names names = names(entries, "who");
      Names tables = names(entries, "tables");
      Names sources = names(entries, "sources");
      Names layers = names(entries, "layers");
      Names travellers = names(entries, "travellers");
      role.ifPresent(
          granted -> {
            Grant grant = new Grant(granted, tables, sources, layers, travellers);
            grants.add(new Granted(names, grant));
            if (who.contains(Caller.ANONYMOUS)) {
              grantAnonymous(entries, grant);
            }
          });
    }

    /// What is written has an author, and what is administered somebody who is responsible.
    private void grantAnonymous(YamlNode.Entries entries, Grant grant) {
      if (grant.role() != Role.READER) {
        problem(
            line(entries, "role"),
            "role \"%s\": must be reader for anonymous: callers without credentials may only read"
                .formatted(grant.role()));
      } else {
        anonymous.add(grant);
      }
    }

    /// Two identities whose stars can make the same name: whoever proves either has all that is
    /// granted to the name. Of one identity that is meant; of two it is rarely.
    private List<String> sharedNames(List<YamlNode.Entries> all) {
      List<String> warnings = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        for (int j = 0; j < i; j++) {
          String one = text(all.get(j), "name").orElse("");
          String other = text(all.get(i), "name").orElse("");
          if (canShare(one, other)) {
            warnings.add(
                "%s:%d: name \"%s\": can be the name of callers of name \"%s\" too, on line %d,"
                        .formatted(file, all.get(i).line(), other, one, all.get(j).line())
                    + " who then have the same grants; if both are meant, write one identity with"
                    + " several by");
          }
        }
      }
      return warnings;
    }

    private static boolean canShare(String one, String other) {
      if (!one.endsWith("*") || !other.endsWith("*")) {
        return false;
      }
      String prefix = one.substring(0, one.length() - 1);
      String otherPrefix = other.substring(0, other.length() - 1);
      return prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix);
    }

    private Optional<Role> role(YamlNode.Entries entries) {
      Optional<String> text = text(entries, "role");
      Optional<Role> role =
          text.flatMap(
              word ->
                  Arrays.stream(Role.values()).filter(r -> r.toString().equals(word)).findAny());
      if (role.isEmpty()) {
        String word = text.orElse("");
        problem(
            entries.line(),
            "role \"%s\": must be reader, writer, moderator or admin%s"
                .formatted(word, Spelling.hint(word, ROLES)));
      }
      return role;
    }

    /// A grant for a name that nobody can have is a mistake.
    private void requireKnown(int line, String who) {
      boolean known =
          who.indexOf('*') >= 0
              || who.equals(Caller.ANONYMOUS)
              || identities.stream()
                  .anyMatch(
                      each ->
                          each.name().equals(who)
                              || (each.name().endsWith("*")
                                  && who.startsWith(
                                      each.name().substring(0, each.name().length() - 1))));
      if (!known) {
        List<String> names =
            Stream.concat(identities.stream().map(Identity::name), Stream.of(Caller.ANONYMOUS))
                .toList();
        problem(
            line,
            "who \"%s\": no identity has this name%s".formatted(who, Spelling.hint(who, names)));
      }
    }

    private Names names(YamlNode.Entries entries, String key) {
      try {
        return Names.of(texts(entries, key));
      } catch (IllegalArgumentException e) {
        problem(line(entries, key), "%s: %s".formatted(key, e.getMessage()));
        return Names.NONE;
      }
    }

    private static int line(YamlNode.Entries entries, String key) {
      YamlNode.Entry entry = entries.entries().get(key);
      return entry == null ? entries.line() : entry.keyLine();
    }

    private Optional<String> text(YamlNode.Entries entries, String key) {
      List<String> texts = texts(entries, key);
      if (texts.size() > 1) {
        problem(line(entries, key), "%s: must be one value".formatted(key));
      }
      return texts.stream().findFirst();
    }

    private List<String> texts(YamlNode.Entries entries, String key) {
      YamlNode.Entry entry = entries.entries().get(key);
      if (entry == null) {
        return List.of();
      }
      List<YamlNode> all =
          entry.value() instanceof YamlNode.Items list ? list.items() : List.of(entry.value());
      List<String> texts = new ArrayList<>();
      for (YamlNode each : all) {
        if (each instanceof YamlNode.Text text) {
          texts.add(text.text());
        } else {
          problem(each.line(), "%s: must be a value, or a list of values".formatted(key));
        }
      }
      return texts;
    }
  }
}
