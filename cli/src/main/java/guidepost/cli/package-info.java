/// Answers: *how do people and scripts use a Guidepost server from a terminal?*
///
/// [Main] is the program; [Commands] are its words. The commands about a noun have a package each
/// (`routes`, `features`, `notes`, `trips`), so have those about a `server`, its `data`, `profiles`
/// and `certs`. A command is a class named for its noun and verb; it reads its `options`, asks the
/// server through `guidepost.client`, and hands the answer to `output`; rows of `files` and what is
/// said about `places` have packages of their own. An [ErrorReport] says in one line what went
/// wrong. Here are the commands about the program itself: [HelpCommand], [ManCommand],
/// [Completion], [Demo].
///
/// Threads: a command runs on the main thread; only a chat prints from another.
///
/// ```java
/// int exitCode = Main.run(Terminal.system(), "route", "get", "192.0.2.1");
/// ```
@NullMarked
package guidepost.cli;

import org.jspecify.annotations.NullMarked;
