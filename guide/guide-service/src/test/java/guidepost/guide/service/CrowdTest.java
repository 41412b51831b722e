package guidepost.guide.service;

import static guidepost.guide.service.Guide.note;
import static guidepost.guide.service.Guide.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.guide.notes.NoteLimits;
import guidepost.seed.routeguide.RouteNote;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Everyone is at 0,0.
final class CrowdTest {

  @Test
  void shouldLetTwoHundredClientsChatAtOnePoint() {
    chatAtOnePoint(200);
  }

  /// Each note is told to two thousand: four million deliveries.
  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldLetTwoThousandClientsChatAtOnePoint() {
    chatAtOnePoint(2_000);
  }

  private static void chatAtOnePoint(int clients) {
    try (Guide guide =
        new Guide(
            GuideLimits.DEFAULTS.with(NoteLimits.DEFAULTS.withChat(2 * clients, 1_000, 10)))) {
      List<Caller<RouteNote, RouteNote>> chats = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        chats.add(guide.chat().send(note(0, 0, "here is " + i)));
      }
      guide.awaitNotes(clients);
      for (int i = 0; i < clients; i++) {
        chats.get(i).send(note(0, 0, "word of " + i));
      }
      guide.awaitNotes(2L * clients);
      for (int i = 0; i < clients; i++) {
        Caller<RouteNote, RouteNote> chat = chats.get(i);
        String own = "word of " + i;
        await().untilAsserted(() -> assertThat(words(chat, own)).hasSize(clients - 1));
        chat.cancel();
      }
    }
  }

  /// What others said; a replay may bring some of it once more.
  private static List<String> words(Caller<RouteNote, RouteNote> chat, String own) {
    return texts(chat.received()).stream()
        .filter(text -> text.startsWith("word") && !text.equals(own))
        .distinct()
        .toList();
  }
}
