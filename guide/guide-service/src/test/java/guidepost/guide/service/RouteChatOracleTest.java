package guidepost.guide.service;

import static guidepost.guide.service.Guide.note;
import static guidepost.guide.service.Guide.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.seed.routeguide.RouteNote;
import guidepost.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Random chats against the rule read literally, and racing chats against one total order.
final class RouteChatOracleTest {

  private static final int PLACES = 4;
  private static final int KEPT = 7;
  private static final Duration TTL = Duration.ofMinutes(30);

  /// A chat and what the rule says that it must see.
  private static final class Chat {
    private final Caller<RouteNote, RouteNote> caller;
    private final Set<Integer> heard = new HashSet<>();
    private final List<String> expected = new ArrayList<>();

    private Chat(Caller<RouteNote, RouteNote> caller) {
      this.caller = caller;
    }
  }

  private record Hung(int place, String text, long atMillis) {}

  @Test
  void shouldShowEveryChatExactlyWhatTheRuleSays() {
    Random random = Seed.random("RouteChatOracleTest");
    try (Guide guide = new Guide(GuideLimits.DEFAULTS.withNotes(KEPT, TTL))) {
      List<Chat> chats = new ArrayList<>();
      List<Hung> hung = new ArrayList<>();
      for (int i = 1; i <= 600; i++) {
        if (chats.isEmpty() || random.nextInt(20) == 0) {
          chats.add(new Chat(guide.chat()));
        }
        if (random.nextInt(25) == 0) {
          finish(chats.remove(random.nextInt(chats.size())));
          chats.add(new Chat(guide.chat()));
        }
        guide.passes(Duration.ofSeconds(random.nextInt(300)));
        Chat poster = chats.get(random.nextInt(chats.size()));
        Hung next = new Hung(random.nextInt(PLACES), "n" + i, guide.clockMillis.get());
        foresee(chats, poster, hung, next);
        poster.caller.send(note(0, next.place(), next.text()));
        guide.awaitNotes(i);
      }
      chats.forEach(RouteChatOracleTest::finish);
    }
  }

  private static void foresee(List<Chat> chats, Chat poster, List<Hung> hung, Hung next) {
    List<String> replay =
        hung.stream()
            .filter(each -> each.place() == next.place())
            .skip(Math.max(0, count(hung, next.place()) - KEPT))
            .filter(each -> each.atMillis() > next.atMillis() - TTL.toMillis())
            .map(Hung::text)
            .toList();
    chats.stream()
        .filter(each -> each != poster && each.heard.contains(next.place()))
        .forEach(each -> each.expected.add(next.text()));
    poster.expected.addAll(replay);
    poster.heard.add(next.place());
    hung.add(next);
  }

  private static long count(List<Hung> hung, int place) {
    return hung.stream().filter(each -> each.place() == place).count();
  }

  /// A live note comes after it can be asked for, and a chat that ends waits for none.
  private static void finish(Chat chat) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> chat.caller.received().size() >= chat.expected.size());
    assertThat(texts(chat.caller.finish())).isEqualTo(chat.expected);
  }

  @Test
  void shouldShowRacingChatsOneTotalOrderWithNothingMissedOrDoubled() throws Exception {
    int chats = 4;
    int notes = 60;
    try (Guide guide = new Guide(GuideLimits.DEFAULTS.withNotes(10_000, TTL));
        ExecutorService threads = Executors.newFixedThreadPool(chats)) {
      List<Caller<RouteNote, RouteNote>> callers = new ArrayList<>();
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < chats; i++) {
        Caller<RouteNote, RouteNote> caller = guide.chat();
        String name = "c" + i + "-";
        callers.add(caller);
        tasks.add(() -> post(caller, name, notes));
      }
      for (Future<String> done : threads.invokeAll(tasks)) {
        done.get();
      }
      guide.awaitNotes((long) chats * notes);
      List<String> order = texts(guide.chat().send(note(0, 0, "last")).finish());
      assertThat(order).hasSize(chats * notes).doesNotHaveDuplicates();
      for (int i = 0; i < chats; i++) {
        String own = "c" + i + "-";
        List<String> others = order.stream().filter(text -> !text.startsWith(own)).toList();
        List<String> seen = texts(callers.get(i).finish());
        assertThat(firstSightings(seen, own)).isEqualTo(others);
      }
    }
  }

  private static String post(Caller<RouteNote, RouteNote> caller, String name, int notes) {
    for (int i = 0; i < notes; i++) {
      caller.send(note(0, 0, name + i));
    }
    return name;
  }

  private static List<String> firstSightings(List<String> seen, String own) {
    Set<String> first = new LinkedHashSet<>(seen);
    first.removeIf(text -> text.startsWith(own) || text.equals("last"));
    return List.copyOf(first);
  }
}
