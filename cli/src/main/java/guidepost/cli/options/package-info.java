/// Answers: *what do commands of several nouns take, and of what is the command line built?*
///
/// A [Noun] and its verbs are [Word]s. [ClientOptions] is what every command takes that asks a
/// server, [ConnectOptions] and a [ProfileFile] how it is reached; [AsOfOption] and
/// [ExpectedRevision] say which state.
///
/// Threads: a command reads its options on the main thread.
///
/// ```java
/// @Mixin private ClientOptions client = new ClientOptions();
///
/// long revision = client.ask(server -> server.routes().revision());
/// ```
@NullMarked
package guidepost.cli.options;

import org.jspecify.annotations.NullMarked;
