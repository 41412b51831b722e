package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who is told of what happens in the log, on the thread that finds out.
///
/// Threads: any.
final class Listeners {

  private final List<Consumer<Leadership>> leadership = new CopyOnWriteArrayList<>();
  private final List<Runnable> news = new CopyOnWriteArrayList<>();
  private final List<Consumer<Optional<JournalException>>> trouble = new CopyOnWriteArrayList<>();

  void onLeadership(Consumer<Leadership> told) {
    leadership.add(told);
  }

  void onNews(Runnable told) {
    news.add(told);
  }

  void onTrouble(Consumer<Optional<JournalException>> told) {
    trouble.add(told);
  }

  /// Something counts, or another server leads.
  void news() {
    news.forEach(Runnable::run);
  }

  void leadership(Leadership now) {
    leadership.forEach(each -> each.accept(now));
  }

  void trouble(JournalException why) {
    trouble.forEach(each -> each.accept(Optional.of(why)));
  }
}
