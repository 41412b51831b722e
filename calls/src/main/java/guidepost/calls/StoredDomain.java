package guidepost.calls;

import com.google.protobuf.Message;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.util.Optional;

/// What the journal of one domain holds, whichever program has it open: how to check it, and how to
/// write its entries as text and read them again.
///
/// Threads: any.
public interface StoredDomain {

  /// The domain's name: that of its journal, in reports, dumps and backups. 1 to 32 characters of
  /// `a-z`, `0-9` and `-`.
  String name();

  /// Makes an index of a journal that nobody writes, and compares the two.
  ///
  /// @param findings takes what is wrong
  /// @return entries that are stored as they must be
  /// @throws JournalException if stored bytes cannot be read
  long verify(Journal journal, Findings findings) throws JournalException;

  /// An entry as a message for people. The caller proves that [#entry] leads back to the same
  /// bytes, and uses the bytes if not.
  ///
  /// @return one of the messages that `guidepost.storage.v1.DumpLine` has a field for; empty if the
  ///   entry is of no kind that there is a message for
  Optional<Message> line(byte[] key, byte[] value, long revision);

  /// The entry of a message.
  ///
  /// @return false if it is of no entry of this domain
  /// @throws IllegalArgumentException if a field breaks a rule; the message says which
  boolean entry(Message line, Journal.EntryVisitor visitor);
}
