/// Answers: *how is a server run and looked at?*
///
/// [ServerCommands] lists the commands: [ServeCommand] is a server in this process, until
/// [StopSignals] end it; [Status] asks one that runs.
///
/// Threads: a command runs on the main thread; the server has its own.
///
/// ```
/// guidepost serve --data /var/lib/guidepost
/// ```
@NullMarked
package guidepost.cli.server;

import org.jspecify.annotations.NullMarked;
