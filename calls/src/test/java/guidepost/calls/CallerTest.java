package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import guidepost.common.v1.AsOf;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Who calls, and what that allows.
final class CallerTest {

  private static final MethodDescriptor<AsOf, AsOf> ASK = method("Ask");
  private static final MethodDescriptor<AsOf, AsOf> CHANGE = method("Change");

  private static MethodDescriptor<AsOf, AsOf> method(String name) {
    return MethodDescriptor.<AsOf, AsOf>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("test.Things/" + name)
        .setRequestMarshaller(ProtoUtils.marshaller(AsOf.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(AsOf.getDefaultInstance()))
        .build();
  }

  private static Names names(String... names) {
    return Names.of(List.of(names));
  }

  private static Caller caller(Grant... grants) {
    return new Caller("ann", Caller.Proof.TOKEN, List.of(grants));
  }

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.Things")
        .addMethod(ASK, ServerCalls.asyncUnaryCall((q, caller) -> answer(q, caller)))
        .addMethod(CHANGE, ServerCalls.asyncUnaryCall((q, caller) -> answer(q, caller)))
        .build();
  }

  private static void answer(AsOf request, io.grpc.stub.StreamObserver<AsOf> caller) {
    caller.onNext(request);
    caller.onCompleted();
  }

  @Test
  void shouldMatchWholeNamesAndWhatBeginsLikeOneWithAStar() {
    Names names = names("default", "bgp.*");
    assertThat(names.contains("default")).isTrue();
    assertThat(names.contains("defaults")).isFalse();
    assertThat(names.contains("bgp.")).isTrue();
    assertThat(names.contains("bgp.r7")).isTrue();
    assertThat(names.contains("bgp")).isFalse();
    assertThat(names.contains("xbgp.r7")).isFalse();
    assertThat(names.isAll()).isFalse();
    assertThat(names("a", "*").isAll()).isTrue();
    assertThat(Names.NONE.contains("")).isFalse();
  }

  @Test
  void shouldTakeNoStarButTheLast() {
    for (String wrong : List.of("", "*a", "a*b", "**")) {
      assertThatIllegalArgumentException().isThrownBy(() -> names(wrong));
    }
  }

  @Test
  void shouldDenyWhatNoGrantNames() {
    Caller nothing = caller();
    assertThat(nothing.may(Role.READER)).isFalse();
    assertThat(nothing.mayReadTable("default")).isFalse();
    Caller reader = caller(new Grant(Role.READER, names("t"), Names.ALL, names("l"), names("bob")));
    assertThat(reader.may(Role.READER)).isTrue();
    assertThat(reader.may(Role.WRITER)).isFalse();
    assertThat(reader.mayReadTable("t")).isTrue();
    assertThat(reader.mayReadTable("u")).isFalse();
    assertThat(reader.mayWriteRoutes("t", "s")).isFalse();
    assertThat(reader.mayUseLayer(Role.READER, "l")).isTrue();
    assertThat(reader.mayUseLayer(Role.WRITER, "l")).isFalse();
    assertThat(reader.mayUseLayer(Role.READER, "m")).isFalse();
    assertThat(reader.mayUseTraveller(Role.READER, "bob")).isTrue();
    assertThat(reader.mayUseTraveller(Role.READER, "ann")).isFalse();
  }

  @Test
  void shouldNotJoinTheTableOfOneGrantWithTheSourceOfAnother() {
    Caller writer =
        caller(
            new Grant(Role.WRITER, names("t"), names("a"), Names.NONE, Names.NONE),
            new Grant(Role.WRITER, names("u"), names("b"), Names.NONE, Names.NONE));
    assertThat(writer.mayWriteRoutes("t", "a")).isTrue();
    assertThat(writer.mayWriteRoutes("u", "b")).isTrue();
    assertThat(writer.mayWriteRoutes("t", "b")).isFalse();
    assertThat(writer.mayWriteRoutes("t", null)).isFalse();
  }

  @Test
  void shouldNotJoinTheRoleOfOneGrantWithTheTableOfAnother() {
    Caller both =
        caller(
            new Grant(Role.READER, Names.ALL, Names.ALL, Names.ALL, Names.ALL),
            new Grant(Role.WRITER, names("t"), names("a"), Names.NONE, Names.NONE));
    assertThat(both.mayReadTable("u")).isTrue();
    assertThat(both.mayWriteRoutes("u", "a")).isFalse();
    assertThat(both.mayUseNotes(Role.WRITER)).isFalse();
  }

  @Test
  void shouldKnowItsOwnTripsBySelf() {
    Caller ann = caller(new Grant(Role.WRITER, Names.NONE, Names.NONE, Names.NONE, names("self")));
    assertThat(ann.mayUseTraveller(Role.WRITER, "ann")).isTrue();
    assertThat(ann.mayUseTraveller(Role.READER, "bob")).isFalse();
    assertThat(ann.mayUseNotes(Role.WRITER)).isTrue();
  }

  @Test
  void shouldTakeNobodysNameFromTheRequestAndElseTheProvedOne() {
    assertThat(Caller.current().nameOr("bob")).isEqualTo("bob");
    assertThat(caller().nameOr("bob")).isEqualTo("ann");
    assertThat(Caller.NOBODY.may(Role.ADMIN)).isTrue();
  }

  @Test
  void shouldNotMakeAServiceOneOfWhoseRpcsHasNoRole() {
    assertThatIllegalStateException()
        .isThrownBy(() -> RpcRoles.none().reader(ASK).applyTo(service()))
        .withMessage("test.Things/Change: must declare a role");
  }

  @Test
  void shouldNotMakeAServiceWithARoleOfAnotherRpc() {
    RpcRoles roles = RpcRoles.none().reader(ASK).writer(CHANGE).admin(method("Drop"));
    assertThatIllegalStateException()
        .isThrownBy(() -> roles.applyTo(service()))
        .withMessageContaining("test.Things/Drop");
  }

  @Test
  void shouldNotLetAnRpcDeclareTwoRoles() {
    assertThatIllegalStateException().isThrownBy(() -> RpcRoles.none().reader(ASK).writer(ASK));
  }

  @Test
  void shouldKeepTheRoleUnderAnotherName() {
    ServerServiceDefinition checked = RpcRoles.none().reader(ASK).writer(CHANGE).applyTo(service());
    assertThat(RpcRoles.of(Aliases.of(checked, "Things")))
        .containsEntry("Things/Ask", Role.READER)
        .containsEntry("Things/Change", Role.WRITER)
        .hasSize(2);
  }

  @Test
  void shouldRefuseWhoHasNotTheRoleWithTheSameWordsAlways() throws Exception {
    Caller reader = caller(new Grant(Role.READER, Names.ALL, Names.ALL, Names.ALL, Names.ALL));
    Server server =
        InProcessServerBuilder.forName("roles")
            .directExecutor()
            .addService(RpcRoles.none().reader(ASK).writer(CHANGE).applyTo(service()))
            .intercept(calledBy(reader))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName("roles").directExecutor().build();
    try {
      assertThat(ask(channel, ASK)).isEqualTo(AsOf.getDefaultInstance());
      Assertions.assertThatThrownBy(() -> ask(channel, CHANGE))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage("PERMISSION_DENIED: the caller has no grant for this");
    } finally {
      channel.shutdownNow().awaitTermination(1, TimeUnit.MINUTES);
      server.shutdownNow().awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private static AsOf ask(ManagedChannel channel, MethodDescriptor<AsOf, AsOf> method) {
    return ClientCalls.blockingUnaryCall(
        channel, method, CallOptions.DEFAULT, AsOf.getDefaultInstance());
  }

  private static ServerInterceptor calledBy(Caller caller) {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return Contexts.interceptCall(caller.in(Context.current(), ""), call, headers, next);
      }
    };
  }
}
