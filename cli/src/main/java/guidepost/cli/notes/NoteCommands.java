package guidepost.cli.notes;

import guidepost.cli.options.Noun;
import guidepost.cli.options.Word;
import java.util.List;
import picocli.CommandLine.Command;

/// The commands about notes, and the chat.
public final class NoteCommands {

  private NoteCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(
            Note.class,
            terminal -> new Note(),
            new Word(NotePost.class, NotePost::new),
            new Word(NoteConfirm.class, NoteConfirm::new),
            new Word(NoteDeny.class, NoteDeny::new),
            new Word(NoteClose.class, NoteClose::new),
            new Word(NoteList.class, NoteList::new),
            new Word(NoteWatching.class, NoteWatching::new)),
        new Word(Chatting.class, Chatting::new));
  }

  /// Commands about notes.
  @Command(name = "note", description = "Notes: what travellers report at a point, live.")
  private static final class Note extends Noun {}
}
