package guidepost.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/// The contracts as they are written, comments included: the descriptors in generated code have
/// none.
///
/// Memory: about 200 KB from the first question on.
///
/// Threads: any.
final class ContractComments {

  private static final String RESOURCE = "/guidepost/contracts.binpb";

  private ContractComments() {}

  /// Read when the first client asks.
  private static final class Files {
    static final Map<String, ByteString> BY_NAME = read();

    private static Map<String, ByteString> read() {
      try (InputStream in = ContractComments.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException(RESOURCE + " is missing from the program");
        }
        Map<String, ByteString> files = new HashMap<>();
        for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
          files.put(file.getName(), file.toByteString());
        }
        return files;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The descriptor of the same file with its comments; of a file that is not ours the same.
  ///
  /// @param descriptor a `FileDescriptorProto`
  static ByteString in(ByteString descriptor) {
    try {
      String name = FileDescriptorProto.parseFrom(descriptor).getName();
      return Files.BY_NAME.getOrDefault(name, descriptor);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("reflection answers with what is no descriptor", e);
    }
  }
}
