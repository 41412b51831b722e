/// Answers: *how does somebody who uses several servers name them?*
///
/// [ProfileCommands] lists the commands: they show the file of profiles and choose the current one;
/// the file itself is written with an editor.
///
/// Threads: a command runs on the main thread.
///
/// ```
/// guidepost profile use prod
/// guidepost --profile lab route get 192.0.2.1
/// ```
@NullMarked
package guidepost.cli.profiles;

import org.jspecify.annotations.NullMarked;
