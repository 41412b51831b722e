package guidepost.journal.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The brokers that all tests of this module share, since starting them takes seconds; each test
/// has a prefix of its own.
final class SharedBrokers {

  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static @Nullable Brokers brokers;

  private SharedBrokers() {}

  static synchronized Brokers get() throws Exception {
    Brokers running = brokers;
    if (running == null) {
      Path directory = Files.createTempDirectory("brokers");
      running = Brokers.inThisProgram(directory);
      brokers = running;
      Brokers started = running;
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    started.close();
                    Brokers.delete(directory);
                  }));
    }
    return running;
  }

  static String prefix() {
    return "test" + PREFIXES.incrementAndGet();
  }
}
