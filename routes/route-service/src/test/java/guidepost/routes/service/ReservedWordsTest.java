package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import guidepost.common.v1.AsOfProto;
import guidepost.common.v1.OperationProto;
import guidepost.common.v1.WatchProto;
import guidepost.routes.v1.LookupProto;
import guidepost.routes.v1.RouteProto;
import guidepost.routes.v1.RoutesProto;
import guidepost.routes.v1.TablesProto;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A field whose name is a keyword of a language cannot be written there as it stands:
/// `request.from` is a syntax error in Python, `request.match` in Rust.
final class ReservedWordsTest {

  private static final List<FileDescriptor> CONTRACTS =
      List.of(
          AsOfProto.getDescriptor(),
          OperationProto.getDescriptor(),
          WatchProto.getDescriptor(),
          guidepost.routes.v1.WatchProto.getDescriptor(),
          LookupProto.getDescriptor(),
          RouteProto.getDescriptor(),
          RoutesProto.getDescriptor(),
          TablesProto.getDescriptor());

  /// Of Python, Go, Java, TypeScript, C# and Rust, as far as they look like names of fields.
  private static final Set<String> RESERVED =
      Set.of(
          ("abstract and as assert async await base become bool boolean box break byte case catch"
               + " chan char checked class const continue crate debugger decimal def default defer"
               + " del delegate delete do double dyn elif else enum event except explicit export"
               + " extends extern fallthrough false final finally fixed float fn for foreach from"
               + " func function global go goto if impl implements implicit import in instanceof"
               + " int interface internal is lambda let lock long loop macro map match mod move mut"
               + " namespace native new nonlocal not null object operator or out override package"
               + " params pass priv private protected pub public raise range readonly ref return"
               + " sbyte sealed select self short sizeof stackalloc static strictfp string struct"
               + " super switch synchronized this throw throws trait transient true try type typeof"
               + " uint ulong unchecked union unsafe unsized ushort using var virtual void volatile"
               + " where while with yield")
              .split(" "));

  private static Stream<FieldDescriptor> fields(Descriptor message) {
    return Stream.concat(
        message.getFields().stream(),
        message.getNestedTypes().stream().flatMap(ReservedWordsTest::fields));
  }

  @Test
  void shouldNameNoFieldLikeAKeyword() {
    assertThat(
            CONTRACTS.stream()
                .flatMap(file -> file.getMessageTypes().stream())
                .flatMap(ReservedWordsTest::fields))
        .hasSizeGreaterThan(100)
        .filteredOn(field -> RESERVED.contains(field.getName()))
        .extracting(FieldDescriptor::getFullName)
        .isEmpty();
  }
}
