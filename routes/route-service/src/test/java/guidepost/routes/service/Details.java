package guidepost.routes.service;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;

/// What a failed call tells programs.
final class Details {

  private Details() {}

  static ErrorInfo info(StatusRuntimeException failure) {
    return detail(failure, ErrorInfo.class);
  }

  static BadRequest.FieldViolation violation(StatusRuntimeException failure) {
    return detail(failure, BadRequest.class).getFieldViolations(0);
  }

  private static <T extends Message> T detail(StatusRuntimeException failure, Class<T> type) {
    try {
      for (Any each : Objects.requireNonNull(StatusProto.fromThrowable(failure)).getDetailsList()) {
        if (each.is(type)) {
          return each.unpack(type);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + failure);
  }
}
