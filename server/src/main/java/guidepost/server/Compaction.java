package guidepost.server;

import guidepost.journal.JournalException;
import guidepost.journal.JournalFiles;
import guidepost.server.v1.CompactResponse;

/// Tidies the files of a store.
final class Compaction {

  private Compaction() {}

  static CompactResponse run(JournalFiles files) throws JournalException {
    CompactResponse.Builder answer =
        CompactResponse.newBuilder().setBytesBefore(files.bytesOnDisk());
    files.compact();
    return answer.setBytesAfter(files.bytesOnDisk()).build();
  }
}
