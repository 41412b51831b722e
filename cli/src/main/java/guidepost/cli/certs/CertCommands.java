package guidepost.cli.certs;

import guidepost.cli.options.Noun;
import guidepost.cli.options.Word;
import java.util.List;
import picocli.CommandLine.Command;

/// The commands about certificates.
@Command(name = "cert", description = "Certificates to try TLS with.")
public final class CertCommands extends Noun {

  CertCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(
            CertCommands.class,
            terminal -> new CertCommands(),
            new Word(CertDev.class, CertDev::new)));
  }
}
