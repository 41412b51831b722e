package guidepost.server;

import com.google.protobuf.ByteString;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/// Puts the comments of the contracts into what reflection answers.
///
/// Threads: any.
final class CommentedReflection implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(A message) {
            super.sendMessage(commented(message));
          }
        },
        headers);
  }

  @SuppressWarnings("unchecked") // each is answered with one of its own type
  private static <A> A commented(A message) {
    return switch (message) {
      case io.grpc.reflection.v1.ServerReflectionResponse response -> (A) commented(response);
      case io.grpc.reflection.v1alpha.ServerReflectionResponse response -> (A) commented(response);
      default -> message;
    };
  }

  private static io.grpc.reflection.v1.ServerReflectionResponse commented(
      io.grpc.reflection.v1.ServerReflectionResponse response) {
    if (!response.hasFileDescriptorResponse()) {
      return response;
    }
    var answer = response.toBuilder();
    var files = answer.getFileDescriptorResponseBuilder();
    List<ByteString> plain = files.getFileDescriptorProtoList();
    files.clearFileDescriptorProto();
    plain.forEach(file -> files.addFileDescriptorProto(ContractComments.in(file)));
    return answer.build();
  }

  private static io.grpc.reflection.v1alpha.ServerReflectionResponse commented(
      io.grpc.reflection.v1alpha.ServerReflectionResponse response) {
    if (!response.hasFileDescriptorResponse()) {
      return response;
    }
    var answer = response.toBuilder();
    var files = answer.getFileDescriptorResponseBuilder();
    List<ByteString> plain = files.getFileDescriptorProtoList();
    files.clearFileDescriptorProto();
    plain.forEach(file -> files.addFileDescriptorProto(ContractComments.in(file)));
    return answer.build();
  }
}
