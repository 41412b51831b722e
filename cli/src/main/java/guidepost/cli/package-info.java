/// Answers: *how do people and scripts use a Guidepost server from a terminal?*
///
/// [Main] is the program. A command is a class named for its noun and verb ([RouteGet]); it reads
/// its arguments, asks the server through `guidepost.client`, and shows the answer as a [Table] or,
/// with `--json`, as one JSON object a line. [Failures] turns what goes wrong into one line and an
/// exit code.
///
/// Threads: a command runs on the main thread; only a chat prints from another.
///
/// ```java
/// int exitCode = Main.run(Terminal.system(), "route", "get", "192.0.2.1");
/// ```
@NullMarked
package guidepost.cli;

import org.jspecify.annotations.NullMarked;
