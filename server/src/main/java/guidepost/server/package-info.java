/// Answers: *how do the parts become one running process?*
///
/// [GuidepostServer] opens the journals, loads the indexes, binds the [ListenAddress]es and serves
/// until it is stopped; [ServerOptions] says where and how. [ServerSettings] is the table of what
/// an operator can choose; [RunningSettings] reads it again while the server runs. All wiring is
/// here, as plain code.
///
/// Threads: any may start and stop a server.
///
/// ```java
/// ServerOptions options = ServerOptions.with(Engines.embedded(Path.of("guidepost-data")));
/// try (GuidepostServer server = GuidepostServer.start(options)) {
///   server.awaitTermination();
/// }
/// ```
@NullMarked
package guidepost.server;

import org.jspecify.annotations.NullMarked;
