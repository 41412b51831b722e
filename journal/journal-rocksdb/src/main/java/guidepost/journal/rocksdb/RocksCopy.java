package guidepost.journal.rocksdb;

import guidepost.journal.JournalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A copy of the journals in a directory beside them, deleted when it is closed.
///
/// @param names of the files, below the directory
record RocksCopy(CheckpointDirectory directory, Map<String, Long> revisions, List<String> names)
    implements JournalFiles.Copy {

  static RocksCopy of(CheckpointDirectory directory, Map<String, Long> revisions)
      throws IOException {
    List<String> names =
        directory.files().stream()
            .map(file -> directory.path().relativize(file).toString().replace('\\', '/'))
            .toList();
    return new RocksCopy(directory, Map.copyOf(revisions), names);
  }

  /// Where it is.
  Path path() {
    return directory.path();
  }

  private Path file(String name) {
    return directory.path().resolve(name);
  }

  @Override
  public long bytes(String name) throws IOException {
    return Files.size(file(name));
  }

  @Override
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(file(name));
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
