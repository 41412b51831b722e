/// Answers: *how is a server run and looked at?*
///
/// [ServerCommands] lists the commands: [ServeCommand] is a server in this process, until
/// [ServerSignals] end it; [Status] asks one that runs. [SettingFlags] give a command a flag for
/// each setting, [ConfigCommands] check, show and reload settings, and [TokenCommands] make and
/// revoke static tokens.
///
/// Threads: a command runs on the main thread; the server has its own.
///
/// ```
/// guidepost serve --data /var/lib/guidepost
/// ```
@NullMarked
package guidepost.cli.server;

import org.jspecify.annotations.NullMarked;
