package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.CommonPools;
import com.linecorp.armeria.common.MediaType;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.ServerBudget;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AnswerTest {

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /// One message as it is.
  private record Plain() implements Answer.Format {
    @Override
    public MediaType type() {
      return MediaType.PLAIN_TEXT_UTF_8;
    }

    @Override
    public boolean isOne() {
      return true;
    }

    @Override
    public byte[] message(byte[] encoded) {
      return encoded;
    }

    @Override
    public byte[] end(@Nullable WebError error) {
      return new byte[0];
    }

    @Override
    public boolean tellsErrors() {
      return false;
    }
  }

  @Test
  void shouldTellWhichRevisionsAnAnswerIsOfAndNothingElseOfItsMetadata() {
    EventLoop loop = CommonPools.workerGroup().next();
    ConnectionAccount account =
        new ConnectionAccount(new ServerBudget(1_000_000, 1_000_000), loop, () -> {});
    Answer answer =
        new Answer(new Outgoing(loop, account, Duration.ofDays(1), () -> {}), new Plain());
    Metadata headers = new Metadata();
    headers.put(key("guidepost-revision"), "routes=7");
    headers.put(key("guidepost-timeline"), "42");
    headers.put(key("guidepost-as-of"), "2026-01-01T00:00:00Z");
    headers.put(key("guidepost-secret"), "1");
    answer.headers(headers);
    answer.message("hello".getBytes(UTF_8));
    answer.end(Status.OK, new Metadata());
    AggregatedHttpResponse got = answer.response().aggregate().join();
    assertThat(got.contentUtf8()).isEqualTo("hello");
    assertThat(got.headers().get("guidepost-revision")).isEqualTo("routes=7");
    assertThat(got.headers().get("guidepost-timeline")).isEqualTo("42");
    assertThat(got.headers().get("guidepost-as-of")).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(got.headers().contains("guidepost-secret")).isFalse();
  }
}
