/// Answers: *where does a single server keep its journals?* In one directory, in RocksDB.
///
/// [RocksJournalStore] opens the directory, locks it and hands out a journal for each domain. The
/// layout is described in docs/internals/storage-format.md.
///
/// Threads: as the contract in `guidepost.journal` says.
///
/// ```java
/// try (JournalStore store = RocksJournalStore.open(Path.of("guidepost-data"))) {
///   store.journal("routes").append(List.of(batch));
/// }
/// ```
@NullMarked
package guidepost.journal.rocksdb;

import org.jspecify.annotations.NullMarked;
