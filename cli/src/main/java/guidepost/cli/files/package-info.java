/// Answers: *how do rows come out of a file and into one?*
///
/// An [ImportSource] is a file or standard input, decompressed. An [ImportRun] sends its rows, from
/// a [RowSource] to a [RowSink], and reports from an [ImportTally] what became of each. An
/// [ExportFile] is replaced only once it is complete, which its [PartFile] sees to.
///
/// Threads: a file is read and written on the main thread; answers are counted on the client's.
///
/// ```java
/// try (ImportSource source = ImportSource.open(terminal, "routes.csv.gz")) {
///   run.read(source, rows -> reader.read(source.in(), rows));
/// }
/// ```
@NullMarked
package guidepost.cli.files;

import org.jspecify.annotations.NullMarked;
