package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who is told of what happens in the log, on the thread that finds out.
///
/// Threads: any.
final class Listeners {

  private final List<Consumer<Leadership>> leadership = new CopyOnWriteArrayList<>();
  private final Map<String, List<Runnable>> news = new ConcurrentHashMap<>();
  private final List<Consumer<Optional<JournalException>>> trouble = new CopyOnWriteArrayList<>();

  void onLeadership(Consumer<Leadership> told) {
    leadership.add(told);
  }

  void onNews(String domain, Runnable told) {
    news.computeIfAbsent(domain, _ -> new CopyOnWriteArrayList<>()).add(told);
  }

  void onTrouble(Consumer<Optional<JournalException>> told) {
    trouble.add(told);
  }

  /// Something of a domain counts: the others' writers sleep on.
  void news(String domain) {
    news.getOrDefault(domain, List.of()).forEach(Runnable::run);
  }

  /// Another server leads, or none.
  void news() {
    news.values().forEach(each -> each.forEach(Runnable::run));
  }

  void leadership(Leadership now) {
    leadership.forEach(each -> each.accept(now));
  }

  void trouble(JournalException why) {
    trouble.forEach(each -> each.accept(Optional.of(why)));
  }
}
