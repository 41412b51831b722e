/// Answers: *how do several servers hold one state?* By one log on Apache Kafka, and a copy of what
/// it says in RocksDB beside each server.
///
/// ```
///   leader's writer ──append──▶ one partition ──▶ judge ──▶ copy ──▶ index     on every server
///                                 acks=all        pure      RocksDB
/// ```
///
/// A [LogEntry] is one record of the log. The [Judge] says of each, in the order of the offsets,
/// whether it counts: every server computes the same, so safety never rests on who thinks that it
/// is the leader. [ClusterLog] appends and reads, by parts that share a [LogState]; [KafkaEngine]
/// opens it as a journal store.
///
/// Threads: as the contract in `guidepost.journal` says.
///
/// ```java
/// JournalEngine engine = KafkaEngine.of(KafkaOptions.parse(place, copy), version);
/// ```
@NullMarked
package guidepost.journal.kafka;

import org.jspecify.annotations.NullMarked;
