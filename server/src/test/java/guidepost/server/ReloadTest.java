package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.ServerGrpc;
import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.LoggerFactory;

/// What a running server makes of settings that are read again.
@ResourceLock("the log of this process")
final class ReloadTest {

  private static final String BASE = "listen: 127.0.0.1:0\n";

  @TempDir private Path directory;

  @AfterEach
  void logAsUsual() {
    LogLevel.INFO.apply();
  }

  private static Level level() {
    return ((Logger) LoggerFactory.getLogger("guidepost")).getLevel();
  }

  private void write(String text) throws IOException {
    Files.writeString(
        directory.resolve("guidepost.yaml"), "data: " + directory.resolve("data") + "\n" + text);
  }

  private RunningSettings settings() throws SettingsException {
    return new RunningSettings(
        () ->
            Settings.read(
                ServerSettings.TABLE,
                new Settings.Sources(
                    Optional.of(directory.resolve("guidepost.yaml")), Map.of(), Map.of())));
  }

  @Test
  void shouldApplyWhatMayChangeAndSayWhatNeedsARestart() throws Exception {
    write(BASE);
    RunningSettings settings = settings();
    try (GuidepostServer _ = GuidepostServer.start(settings)) {
      write(BASE + "log: {level: warn}\nnotes: {denials: 9}\nidentities: {burst: 5}\n");
      RunningSettings.Change change = settings.reload();
      assertThat(change.applied()).containsExactly("identities.burst", "log.level");
      assertThat(change.needRestart()).containsExactly("notes.denials");
      assertThat(level()).isEqualTo(Level.WARN);
      assertThat(settings.current().get(ServerSettings.NOTE_DENIALS)).isEqualTo(3);
      assertThat(settings.reload().needRestart()).containsExactly("notes.denials");
      assertThat(settings.reload().applied()).isEmpty();
    }
  }

  @Test
  void shouldKeepTheOldOnesAndSaySoIfTheNewAreBroken() throws Exception {
    write(BASE + "log: {level: error}\n");
    RunningSettings settings = settings();
    try (GuidepostServer server = GuidepostServer.start(settings)) {
      write(BASE + "log: {level: loud}\n");
      assertThatThrownBy(settings::reload)
          .isInstanceOf(SettingsException.class)
          .hasMessageEndingWith(
              "guidepost.yaml:3: log.level \"loud\": must be one of error, warn, info, debug");
      assertThat(level()).isEqualTo(Level.ERROR);
      assertThat(trouble(server)).contains("log.level \"loud\"");
      write(BASE + "log: {level: info}\n");
      settings.reload();
      assertThat(trouble(server)).isEmpty();
    }
  }

  private static String trouble(GuidepostServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .usePlaintext()
            .build();
    try {
      return ServerGrpc.newBlockingStub(channel)
          .getInfo(GetInfoRequest.getDefaultInstance())
          .getSettingsTrouble();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void shouldTakeAllOrNothing() throws Exception {
    write(BASE);
    RunningSettings settings = settings();
    List<String> applied = new ArrayList<>();
    settings.add(_ -> () -> applied.add("first"));
    settings.add(
        _ -> {
          throw new SettingsException("second: cannot");
        });
    write(BASE + "log: {level: debug}\n");
    assertThatThrownBy(settings::reload).hasMessage("second: cannot");
    assertThat(applied).isEmpty();
    assertThat(settings.current().get(ServerSettings.LOG_LEVEL)).isEqualTo(LogLevel.INFO);
  }
}
