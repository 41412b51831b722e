package guidepost.journal;

import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/// What every journal engine must do: the engines' own tests extend this.
public abstract class JournalContract {

  /// A store that holds whatever earlier stores of this test wrote.
  protected abstract JournalStore open(Retention retention, InstantSource clock) throws Exception;

  @Nested
  final class State extends StateContract {
    State() {
      super(JournalContract.this::open);
    }
  }

  @Nested
  final class Log extends LogContract {
    Log() {
      super(JournalContract.this::open);
    }
  }

  @Nested
  final class Retained extends RetentionContract {
    Retained() {
      super(JournalContract.this::open);
    }
  }

  @Nested
  final class Snapshots extends SnapshotContract {
    Snapshots() {
      super(JournalContract.this::open);
    }
  }
}
