package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PageTokenTest {

  private static final PageToken TOKEN = new PageToken(1, 2, 3, ByteString.copyFromUtf8("ab"));

  @Test
  void shouldReadWhatItWrote() {
    assertThat(PageToken.parse(TOKEN.text(), 1, 2)).isEqualTo(TOKEN);
  }

  @Test
  void shouldRejectATextThatIsNotWrittenAsItIs() {
    String text = TOKEN.text();
    char last = text.charAt(text.length() - 1);
    String bits = text.substring(0, text.length() - 1) + (char) (last + 1); // that no byte holds
    for (String forged : List.of(text + "==", text + "=", bits, "", "?", text.substring(0, 9))) {
      assertThatThrownBy(() -> PageToken.parse(forged, 1, 2))
          .isInstanceOfSatisfying(
              RejectedException.class,
              e -> assertThat(e.rejection().reason()).isEqualTo(Reason.PAGE_TOKEN_FOREIGN.name()));
    }
  }
}
