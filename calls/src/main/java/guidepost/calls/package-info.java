/// Answers: *what does every service need of gRPC?*
///
/// [Failures] says which status a trouble is, [OpenCalls] ends what would stay open, [CallSender]
/// and [Streaming] send no faster than a client reads, [ModifyHandler] serves a Modify stream over
/// a domain's writer, [Aliases] gives a service another name, and [MessageLimit] refuses a request
/// that is too large or unreadable in the same way at every place of every call. Nothing here knows
/// a route or a feature.
///
/// Threads: calls run on gRPC's event loops and never wait; answers of writes come on the writer's
/// thread.
///
/// ```java
/// ServerServiceDefinition.builder(FeaturesGrpc.getServiceDescriptor())
///     .addMethod(FeaturesGrpc.getModifyMethod(), new ModifyHandler<>(open, messages));
/// ```
@NullMarked
package guidepost.calls;

import org.jspecify.annotations.NullMarked;
