package guidepost.server;

import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.server.v1.CompactResponse;

/// Tidies the files of a store.
final class Compaction {

  private Compaction() {}

  static CompactResponse run(JournalStore store) throws JournalException {
    CompactResponse.Builder answer =
        CompactResponse.newBuilder().setBytesBefore(store.bytesOnDisk());
    store.compact();
    return answer.setBytesAfter(store.bytesOnDisk()).build();
  }
}
