package guidepost.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The arrows of ARCHITECTURE.md, where the build alone does not enforce them.
@AnalyzeClasses(
    packages = "guidepost",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.Handwritten.class})
final class ArchitectureTest {

  /// Packages of the generated messages and stubs.
  private static final Pattern STUBS = Pattern.compile("guidepost\\.(\\w+\\.v1|seed\\..*)");

  private static final Pattern MODULE =
      Pattern.compile("/([^/]+)/target/classes/|/([^/]+)-\\d[^/]*\\.jar!");

  /// A package is a slice of its own, whatever it is called.
  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  /// All but the generated messages and stubs, which know none of ours and are most of all classes.
  static final class Handwritten implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/grpc-stubs");
    }
  }

  @ArchTest
  static final ArchRule routesAndGuideNeverSeeEachOther =
      noClasses()
          .that()
          .resideInAnyPackage(
              "guidepost.routes.table", "guidepost.routes.feeds", "guidepost.routes.service")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("guidepost.guide..");

  @ArchTest
  static final ArchRule guideAndRoutesNeverSeeEachOther =
      noClasses()
          .that()
          .resideInAnyPackage(
              "guidepost.guide.index", "guidepost.guide.feeds", "guidepost.guide.service")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("guidepost.routes..", "guidepost.seed.routetable..");

  @ArchTest
  static final ArchRule librariesKnowNoGrpc =
      noClasses()
          .that()
          .resideInAnyPackage(
              "guidepost.feeds",
              "guidepost.routes.table",
              "guidepost.routes.feeds",
              "guidepost.guide.index",
              "guidepost.guide.feeds",
              "guidepost.journal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule theEngineIsKnownToTheWiringAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "guidepost.server", "guidepost.journal.rocksdb", "guidepost.journal.kafka")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("guidepost.journal.rocksdb");

  @ArchTest
  static final ArchRule theServerKnowsNoCommandLine =
      noClasses()
          .that()
          .resideInAPackage("guidepost.server")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("guidepost.cli..", "guidepost.client", "picocli..");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      SlicesRuleDefinition.slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();

  /// Services pass on what [guidepost.calls.Failures] made; they make no status themselves. Calls
  /// that are handed to another server end as that one says.
  @ArchTest
  static final ArchRule statusesAreMadeByCallsAndReadByTheEdgesAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "guidepost.calls",
              "guidepost.metrics",
              "guidepost.tracing",
              "guidepost.routes.service",
              "guidepost.web",
              "guidepost.client",
              "guidepost.cli..")
          .and()
          .haveNameNotMatching(
              "guidepost\\.server\\.(ClusterCalls|InTime|LeaderChannel|WatchAhead).*")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("io\\.grpc\\.Status(\\$.*|Exception)?");

  @ArchTest
  static final ArchRule callsKnowNoDomain =
      noClasses()
          .that()
          .resideInAPackage("guidepost.calls")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "guidepost.routes..", "guidepost.guide..", "guidepost.seed..", "guidepost.server..");

  /// The row of a module in ARCHITECTURE.md: its path, what it is, what it sees.
  private static final Pattern ROW = Pattern.compile("\\| `([a-z/-]+)/` \\|[^|]*\\| ([^|]*) \\|");

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>io\\.github\\.guidepost-server</groupId>\\s*<artifactId>([^<]+)</artifactId>"
              + "((?:(?!</dependency>).)*)</dependency>",
          Pattern.DOTALL);

  @Test
  void everyModuleSeesWhatTheDocumentSays() throws IOException {
    Map<String, Set<String>> declared = new TreeMap<>();
    Map<String, Set<String>> written = new TreeMap<>();
    Path root = SharedData.root();
    for (String line : Files.readAllLines(root.resolve("ARCHITECTURE.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && Files.exists(root.resolve(row.group(1)).resolve("pom.xml"))) {
        declared.put(row.group(1), dependencies(root.resolve(row.group(1)).resolve("pom.xml")));
        written.put(row.group(1), new TreeSet<>(modules(row.group(2))));
      }
    }
    assertThat(declared).hasSizeGreaterThan(13);
    assertThat(written).isEqualTo(declared);
  }

  /// What a module uses it names, so that no arrow comes in by way of another module.
  @ArchTest
  static void everyModuleUsesOnlyWhatTheDocumentSays(JavaClasses classes) throws IOException {
    Map<String, Set<String>> packages = new TreeMap<>();
    classes.forEach(
        each ->
            packages
                .computeIfAbsent(each.getPackageName(), _ -> new TreeSet<>())
                .add(module(each)));
    Map<String, Set<String>> used = new TreeMap<>();
    for (JavaClass each : classes) {
      Set<String> found = used.computeIfAbsent(module(each), _ -> new TreeSet<>());
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String other = dependency.getTargetClass().getBaseComponentType().getPackageName();
        found.addAll(
            STUBS.matcher(other).matches()
                ? Set.of("grpc-stubs")
                : packages.getOrDefault(other, Set.of()));
      }
      found.remove(module(each));
    }
    Path root = SharedData.root();
    for (String line : Files.readAllLines(root.resolve("ARCHITECTURE.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String name = Path.of(row.group(1)).getFileName().toString();
        assertThat(modules(row.group(2))).as(name).containsAll(used.getOrDefault(name, Set.of()));
      }
    }
  }

  /// Modules of ours that a module is compiled against.
  private static Set<String> dependencies(Path pom) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher dependency = DEPENDENCY.matcher(Files.readString(pom));
    while (dependency.find()) {
      if (!dependency.group(2).contains("<scope>test</scope>")) {
        found.add(dependency.group(1));
      }
    }
    return found;
  }

  /// Those of what a row says it sees that are modules of ours.
  private static List<String> modules(String sees) {
    return Stream.of(sees.split(", "))
        .flatMap(
            each ->
                switch (each) {
                  case "the feeds" -> Stream.of("feeds", "route-feeds", "feature-feeds");
                  case "nothing",
                      "grpc",
                      "grpc-netty",
                      "protobuf",
                      "rocksdbjni",
                      "kafka-clients",
                      "snakeyaml-engine",
                      "armeria",
                      "cli (to run it)",
                      "" ->
                      Stream.of();
                  default -> Stream.of(each);
                })
        .toList();
  }

  /// A command needs what all commands share, but nothing of another noun's.
  @ArchTest
  static final ArchRule nounsOfTheCommandLineKnowNoOtherNoun =
      SlicesRuleDefinition.slices().assignedFrom(new EachNoun()).should().notDependOnEachOther();

  /// The packages of the command line that have a noun each; none of them needs another.
  private static final class EachNoun implements SliceAssignment {

    private static final Pattern NOUN =
        Pattern.compile("guidepost\\.cli\\.(routes|features|notes|trips|server|profiles|certs)");

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      Matcher noun = NOUN.matcher(type.getPackageName());
      return noun.matches() ? SliceIdentifier.of(noun.group(1)) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "nouns of the command line";
    }
  }

  /// Where a class came from tells its module: `.../MODULE/target/classes/` or
  /// `MODULE-VERSION.jar`.
  @ArchTest
  static void everyModuleHasOnePackageExceptTheCommandLine(JavaClasses classes) {
    Map<String, Set<String>> packages = new TreeMap<>();
    for (JavaClass each : classes) {
      packages.computeIfAbsent(module(each), _ -> new TreeSet<>()).add(each.getPackageName());
    }
    assertThat(packages).hasSizeGreaterThan(10).containsKeys("calls", "cli");
    assertThat(packages.remove("cli")).allMatch(each -> each.startsWith("guidepost.cli"));
    assertThat(packages).allSatisfy((_, names) -> assertThat(names).hasSize(1));
  }

  /// So that a name in a stack trace, a review or a question means one type.
  @ArchTest
  static void noTwoTypesOfTheProgramHaveOneName(JavaClasses classes) {
    Map<String, Set<String>> named = new TreeMap<>();
    for (JavaClass each : classes) {
      if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
        named.computeIfAbsent(each.getSimpleName(), _ -> new TreeSet<>()).add(each.getName());
      }
    }
    assertThat(named).hasSizeGreaterThan(400);
    assertThat(named).allSatisfy((_, types) -> assertThat(types).hasSize(1));
  }

  private static String module(JavaClass type) {
    String place = type.getSource().orElseThrow().getUri().toString();
    Matcher module = MODULE.matcher(place);
    assertThat(module.find()).as(place).isTrue();
    return module.group(1) == null ? module.group(2) : module.group(1);
  }
}
