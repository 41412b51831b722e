/// What do others report here, now? Notes: posted, confirmed, ended, and told to subscribers near
/// them.
///
/// A *note* hangs at a place, or along a line, until its time to live is over (NoteRules says how
/// long), its author closes it, or enough others deny it. [ServedNotes] is the domain: NoteDomain
/// decides, NoteLedger and NoteBoard hold the live notes, NoteSweeper ends those whose time is
/// over. A *chat* (ChatStream, one RouteChat call) hears the places where it posted; a *subscriber*
/// (Subscription) is told what happens in an *area* (NoteArea), which may move; NoteFanout finds
/// which of them to tell, and NoteLog what a resuming one has missed.
///
/// ```java
/// ServedNotes notes = ServedNotes.open(journal, NoteLimits.DEFAULTS, clock, nanoTime);
/// server.addServices(notes.services());
/// ```
///
/// Threads: one writer decides and applies; one fan-out thread tells; a chat or subscriber sends on
/// whichever has something for it, one at a time.
@NullMarked
package guidepost.guide.notes;

import org.jspecify.annotations.NullMarked;
