package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ListenersTest {

  private final Listeners listeners = new Listeners();
  private final List<String> told = new ArrayList<>();

  ListenersTest() {
    for (String domain : List.of("notes", "routes")) {
      listeners.onNews(domain, () -> told.add(domain));
    }
  }

  @Test
  void shouldTellOfADomainThoseWhoReadIt() {
    listeners.news("routes");
    assertThat(told).containsExactly("routes");
    listeners.news("trips");
    assertThat(told).containsExactly("routes");
  }

  @Test
  void shouldTellAllThatAnotherServerLeads() {
    listeners.news();
    assertThat(told).containsExactlyInAnyOrder("notes", "routes");
  }
}
