package guidepost.web;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The comments of the contracts, which generated code does not have.
///
/// Threads: any; immutable.
final class Comments {

  private static final String RESOURCE = "/guidepost/contracts.binpb";

  // Numbers of fields in the messages that describe a file, a message and a service.
  private static final int MESSAGES = 4;
  private static final int SERVICES = 6;
  private static final int FIELDS = 2;
  private static final int NESTED = 3;
  private static final int METHODS = 2;

  private final Map<String, Map<List<Integer>, String>> files = new HashMap<>();

  private Comments(FileDescriptorSet contracts) {
    for (FileDescriptorProto file : contracts.getFileList()) {
      Map<List<Integer>, String> comments = new HashMap<>();
      for (Location location : file.getSourceCodeInfo().getLocationList()) {
        if (location.hasLeadingComments()) {
          comments.put(List.copyOf(location.getPathList()), text(location.getLeadingComments()));
        }
      }
      files.put(file.getName(), comments);
    }
  }

  static Comments read() {
    try (InputStream in = Comments.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program");
      }
      return new Comments(FileDescriptorSet.parseFrom(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String comment) {
    return String.join("\n", comment.lines().map(String::strip).toList()).strip();
  }

  private String at(FileDescriptor file, List<Integer> path) {
    return files.getOrDefault(file.getName(), Map.of()).getOrDefault(path, "");
  }

  String of(MethodDescriptor method) {
    return at(
        method.getFile(),
        List.of(SERVICES, method.getService().getIndex(), METHODS, method.getIndex()));
  }

  String of(Descriptor message) {
    return at(message.getFile(), path(message));
  }

  String of(FieldDescriptor field) {
    List<Integer> path = new ArrayList<>(path(field.getContainingType()));
    path.addAll(List.of(FIELDS, field.getIndex()));
    return at(field.getFile(), path);
  }

  private static List<Integer> path(Descriptor message) {
    @Nullable Descriptor outer = message.getContainingType();
    if (outer == null) {
      return List.of(MESSAGES, message.getIndex());
    }
    List<Integer> path = new ArrayList<>(path(outer));
    path.addAll(List.of(NESTED, message.getIndex()));
    return path;
  }
}
