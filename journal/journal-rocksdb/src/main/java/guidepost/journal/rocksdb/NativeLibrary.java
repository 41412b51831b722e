package guidepost.journal.rocksdb;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.util.Environment;

/// RocksDB's native part: from the library path where it lies there, which the launcher sees to,
/// else unpacked to be loaded and removed at once. Left to itself the engine removes it when the
/// process ends, which one that is killed never does. A package, which has it in the library path,
/// needs no folder for temporary files.
final class NativeLibrary {

  private static boolean loaded;

  private NativeLibrary() {}

  /// Loads it, unless it is loaded. To be called before any class of the engine's is used.
  static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    if (isInLibraryPath()) {
      NativeLibraryLoader.getInstance().loadLibrary(null);
    } else {
      loadUnpacked();
    }
    loaded = true;
  }

  private static boolean isInLibraryPath() {
    String file = Environment.getJniLibraryFileName("rocksdb");
    return Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.exists(Path.of(directory, file)));
  }

  private static void loadUnpacked() throws IOException {
    Path directory = Files.createTempDirectory("guidepost-");
    try {
      NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    } finally {
      remove(directory);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(NativeLibrary::removeFile);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Files.delete(directory);
  }

  private static void removeFile(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
