package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Words that no text here uses, because a plainer one says more: the client, they, again, vote,
/// evicted, does not exist yet. Quotations may: a block quote of Markdown, or “marks” like these.
final class WordsTest {

  /// Between two words of a phrase: spaces, or the end of a line and the mark of a comment.
  private static final String GAP = "\\s+(?:(?:///?|#|\\*|--|>)\\s*)?";

  private static final Pattern REJECTED =
      Pattern.compile(
          "\\b(?:he|his|him|anew|voice|yet to come|gives way)\\b".replace(" ", GAP),
          Pattern.CASE_INSENSITIVE);

  private static final Pattern QUOTATION = Pattern.compile("“[^”]*”|(?m:^> .*$)");

  /// Written by others, or full of what is rejected.
  private static final Set<String> EXEMPT = Set.of("LICENSE", "WordsTest.java");

  /// Made by tools, where no git says so.
  private static final Set<String> MADE = Set.of("target", "node_modules", "gen", "__pycache__");

  @Test
  void shouldUsePlainWordsInEveryText() throws IOException, InterruptedException {
    Path root = SharedData.root();
    List<Path> texts = texts(root);
    List<String> found = new ArrayList<>();
    for (Path text : texts) {
      read(text)
          .ifPresent(
              words -> hits(words).forEach(hit -> found.add(root.relativize(text) + ":" + hit)));
    }
    assertThat(texts).hasSizeGreaterThan(500);
    assertThat(found).isEmpty();
  }

  @Test
  void shouldFindWholeWordsAndPhrasesAcrossLines() {
    assertThat(hits("the client\nand HIS route")).containsExactly("2: HIS");
    assertThat(hits("/// a revision yet to\n  /// come")).hasSize(1);
    assertThat(hits("this, where, voiced, history, gives a way")).isEmpty();
    assertThat(hits("> he said\nsaid “his own”")).isEmpty();
  }

  private static List<String> hits(String text) {
    String own =
        QUOTATION.matcher(text).replaceAll(quotation -> quotation.group().replaceAll("[^\n]", "_"));
    return REJECTED.matcher(own).results().map(hit -> line(own, hit) + ": " + hit.group()).toList();
  }

  private static long line(String text, MatchResult hit) {
    return 1 + text.substring(0, hit.start()).chars().filter(each -> each == '\n').count();
  }

  /// Empty if the bytes are no text.
  private static Optional<String> read(Path file) throws IOException {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// What git tracks, or would; without git, all but what tools make.
  private static List<Path> texts(Path root) throws IOException, InterruptedException {
    List<Path> all = tracked(root);
    return (all.isEmpty() ? walked(root) : all)
        .stream().filter(file -> !EXEMPT.contains(file.getFileName().toString())).toList();
  }

  private static List<Path> tracked(Path root) throws IOException, InterruptedException {
    Process git;
    try {
      git =
          new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
              .directory(root.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return List.of(); // There is no git.
    }
    String names = new String(git.getInputStream().readAllBytes(), UTF_8);
    return git.waitFor() != 0
        ? List.of()
        : Stream.of(names.split("\0", -1))
            .filter(name -> !name.isEmpty())
            .map(root::resolve)
            .filter(Files::isRegularFile)
            .toList();
  }

  private static List<Path> walked(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            return directory.equals(root) || !(MADE.contains(name) || name.startsWith("."))
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
