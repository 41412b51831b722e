package guidepost.cli.notes;

import picocli.CommandLine.Option;

/// Who says something about notes.
final class AuthorOption {

  @Option(
      names = "--author",
      paramLabel = "NAME",
      defaultValue = "${env:GUIDEPOST_AUTHOR:-${sys:user.name}}",
      description = "The author's name (default: $$GUIDEPOST_AUTHOR, else this user's name)")
  private String author = "";

  String name() {
    return author;
  }
}
