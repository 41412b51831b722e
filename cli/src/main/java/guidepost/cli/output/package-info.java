/// Answers: *what does a command show, and how does it end?*
///
/// A [Terminal] is the three standard streams. What goes to people is a [Table], [Printable] text
/// and a [ProgressLine]; what goes to programs is [Json], one object a line. A command that cannot
/// go on throws a [CommandException], which [CommandFailures] makes of a failed call or file;
/// [ExitCodes] says what a script reads of it.
///
/// Threads: a terminal is written by one thread at a time.
///
/// ```java
/// terminal.line(client.json() ? Json.object().put("dropped", name).toString() : name);
/// ```
@NullMarked
package guidepost.cli.output;

import org.jspecify.annotations.NullMarked;
