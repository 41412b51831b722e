package guidepost.client;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.TripsGrpc;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.ServerGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// Whatever a contract offers, this client can ask for.
class EveryMethodTest {

  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          RoutesGrpc.getServiceDescriptor(),
          FeaturesGrpc.getServiceDescriptor(),
          NotesGrpc.getServiceDescriptor(),
          TripsGrpc.getServiceDescriptor(),
          ServerGrpc.getServiceDescriptor(),
          AdminGrpc.getServiceDescriptor());

  /// What a browser has instead of Subscribe, which this client calls.
  private static final String FOR_PAGES = "guidepost.guide.v1.Notes/WatchNotes";

  @Test
  void shouldCallEveryMethodOfTheContracts() throws Exception {
    Set<String> called = called();
    assertThat(called).contains("RoutesBlockingStub.lookup");
    assertThat(
            SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .filter(method -> !isCalled(method, called))
                .map(MethodDescriptor::getFullMethodName))
        .containsExactly(FOR_PAGES);
  }

  /// By a stub, or by its descriptor.
  private static boolean isCalled(MethodDescriptor<?, ?> method, Set<String> called) {
    String full = String.valueOf(method.getServiceName());
    String service = full.substring(full.lastIndexOf('.') + 1);
    String name = String.valueOf(method.getBareMethodName());
    String stub = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    return called.contains(service + "Grpc.get" + name + "Method")
        || Stream.of("Stub.", "BlockingStub.", "FutureStub.")
            .anyMatch(kind -> called.contains(service + kind + stub));
  }

  /// What the classes of this client refer to, as CLASS.MEMBER.
  private static Set<String> called() throws IOException, URISyntaxException {
    Path classes =
        Path.of(GuidepostClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(EveryMethodTest::parsed)
          .flatMap(each -> StreamSupport.stream(each.constantPool().spliterator(), false))
          .filter(MemberRefEntry.class::isInstance)
          .map(MemberRefEntry.class::cast)
          .map(
              each ->
                  each.owner().asInternalName().replaceFirst(".*[/$]", "")
                      + "."
                      + each.name().stringValue())
          .collect(toCollection(TreeSet::new));
    }
  }

  private static ClassModel parsed(Path file) {
    try {
      return ClassFile.of().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
