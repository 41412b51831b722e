/// Answers: *what changed, in which order, and what is the latest state?* and keeps the answer
/// through a crash.
///
/// A [Journal] is the changelog of one domain: [Batch]es of keyed changes, each atomic and with a
/// revision of its own. A [JournalStore] holds the journals of one server. A [DomainWriter] is the
/// one thread that writes a domain: it takes requests off a bounded queue, lets the [Domain] decide
/// them, makes the group durable with one fsync, applies it and answers.
///
/// Threads: appending is the writer's alone; every reading method may be called by any thread.
///
/// ```java
/// try (JournalStore store = RocksJournalStore.open(directory)) {
///   Journal journal = store.journal("routes");
///   journal.replay((key, value, revision) -> index.load(key, value, revision));
///   journal.append(List.of(new Batch().put(key, value)));   // durable when it returns
/// }
/// ```
@NullMarked
package guidepost.journal;

import org.jspecify.annotations.NullMarked;
