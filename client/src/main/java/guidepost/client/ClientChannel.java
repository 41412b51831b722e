package guidepost.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;

/// A client's calls, and whether it is closed: what is tried again for as long as it takes would
/// otherwise never end.
///
/// Threads: any.
final class ClientChannel extends Channel {

  private final ManagedChannel connection;
  private final Channel calls;

  /// @param each what is done to every call
  ClientChannel(ManagedChannel connection, ClientInterceptor each) {
    this.connection = connection;
    this.calls = ClientInterceptors.intercept(connection, each);
  }

  /// True once no further call can be made.
  boolean isClosed() {
    return connection.isShutdown();
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return calls.newCall(method, options);
  }

  @Override
  public String authority() {
    return calls.authority();
  }
}
