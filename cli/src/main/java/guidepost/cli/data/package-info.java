/// Answers: *how is what a server keeps saved, checked and brought back?*
///
/// [DataCommands] lists the commands: [Backup], [RestoreCommand], [Verify], [Compact], [Dump],
/// [LoadCommand]. [DataOptions] say whose data: that of a running server, by its socket in the data
/// directory, or a directory that no server has open.
///
/// Threads: a command runs on the main thread.
///
/// ```
/// guidepost backup --to /backups/today
/// ```
@NullMarked
package guidepost.cli.data;

import org.jspecify.annotations.NullMarked;
