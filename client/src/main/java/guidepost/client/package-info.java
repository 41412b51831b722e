/// Answers: *how does a Java program talk to a Guidepost server?*
///
/// A [GuidepostClient] is a connection; [RoutesClient], [FeaturesClient], [NotesClient],
/// [TripsClient] and [GuideClient] are what can be asked over it. A [ModifyStream] writes many
/// routes or features without waiting for each answer; a [Chat] posts notes and hears those of
/// others; a [Watch] follows routes, features or notes and a [TripRecording] records a trip, both
/// across broken connections.
///
/// Threads: clients may be shared; a [ModifyStream] belongs to one thread. Every call blocks until
/// it is answered. Errors are [io.grpc.StatusRuntimeException]s; reads that fail because the server
/// is not available are tried three times.
///
/// ```java
/// try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse("localhost:50051"))) {
///   client.routes().get("192.0.2.1", "");   // Optional[dest: "192.0.2.0" ...]
/// }
/// ```
@NullMarked
package guidepost.client;

import org.jspecify.annotations.NullMarked;
