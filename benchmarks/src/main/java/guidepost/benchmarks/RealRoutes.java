package guidepost.benchmarks;

import com.github.luben.zstd.ZstdInputStream;
import guidepost.routes.table.Family;
import guidepost.routes.table.Prefix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/// A full table of the Internet and a day of its updates, as one router saw them.
final class RealRoutes {

  private final Path directory;

  /// @param directory with the four `ris-20260511-AS3333-*` files
  RealRoutes(Path directory) {
    this.directory = directory;
  }

  /// One prefix announced or withdrawn.
  record Update(boolean isAnnounced, Prefix prefix) {}

  List<Prefix> table(Family family) throws IOException {
    String name = family == Family.IPV4 ? "ipv4" : "ipv6";
    return lines("ris-20260511-AS3333-" + name + ".txt.xz").stream().map(Prefix::parse).toList();
  }

  List<Update> updates(Family family) throws IOException {
    String name = family == Family.IPV4 ? "updates" : "updates-ipv6";
    return lines("ris-20260511-AS3333-" + name + ".txt.zst").stream()
        .map(line -> new Update(line.startsWith("A"), Prefix.parse(line.substring(2))))
        .toList();
  }

  private List<String> lines(String name) throws IOException {
    try (InputStream in = Files.newInputStream(directory.resolve(name));
        InputStream plain = name.endsWith(".xz") ? new XZInputStream(in) : new ZstdInputStream(in);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.US_ASCII))) {
      return reader.lines().toList();
    }
  }
}
