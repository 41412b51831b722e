/// Answers: *how do people and scripts report and read notes, and chat?*
///
/// [NoteCommands] lists the commands; each is a class named for its noun and verb ([NotePost]).
/// [NoteShapes] says a note in words and as JSON, [NoteOutput] shows it. A [ChatScreen] keeps what
/// a person types apart from what comes in.
///
/// Threads: a command runs on the main thread; only a chat prints from another.
///
/// ```
/// guidepost note watch --near 42.53176,1.56654 --within 1km
/// ```
@NullMarked
package guidepost.cli.notes;

import org.jspecify.annotations.NullMarked;
