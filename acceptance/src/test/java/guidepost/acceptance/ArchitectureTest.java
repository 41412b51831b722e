package guidepost.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/// The arrows of ARCHITECTURE.md, where the build alone does not enforce them.
@AnalyzeClasses(packages = "guidepost", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

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
          .resideOutsideOfPackages("guidepost.server", "guidepost.journal.rocksdb")
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
          .resideInAnyPackage("guidepost.cli", "guidepost.client", "picocli..");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      SlicesRuleDefinition.slices().matching("guidepost.(*).(*)..").should().beFreeOfCycles();
}
