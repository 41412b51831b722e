package guidepost.server;

import guidepost.journal.WriterObserver;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two that are told what a writer does: the first one of its times, the second one of its requests
/// too.
///
/// Threads: as [WriterObserver] says.
record Observers(WriterObserver times, WriterObserver requests) implements WriterObserver {

  @Override
  public @Nullable Object queued() {
    return requests.queued();
  }

  @Override
  public void appended(List<Object> told, Duration took, long revision) {
    times.appended(told, took, revision);
    requests.appended(told, took, revision);
  }
}
