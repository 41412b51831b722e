package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// Says RocksDB's errors in the journal's words.
final class RocksFailure {

  private RocksFailure() {}

  static JournalException of(String place, RocksDBException e) {
    Status status = e.getStatus();
    Reason reason = status == null ? Reason.IO : reason(status);
    return new JournalException(reason, "%s: %s".formatted(place, e.getMessage()), e);
  }

  static JournalException corrupt(String domain, String what, @Nullable Throwable cause) {
    return new JournalException(
        Reason.CORRUPT, "journal %s: %s; restore a backup".formatted(domain, what), cause);
  }

  private static Reason reason(Status status) {
    if (status.getSubCode() == Status.SubCode.NoSpace) {
      return Reason.DISK_FULL;
    }
    return status.getCode() == Status.Code.Corruption ? Reason.CORRUPT : Reason.IO;
  }
}
