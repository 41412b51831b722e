package guidepost.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import guidepost.calls.StoredDomain;
import guidepost.journal.Journal;
import guidepost.storage.v1.DumpLine;
import guidepost.storage.v1.DumpedEntry;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Entries of a domain as lines of a dump, and back: the domain says what an entry is, this knows
/// which field of a [DumpLine] that goes into. An entry that its domain has no words for, or whose
/// words do not lead back to the same bytes, is written as its bytes.
///
/// Threads: any.
final class DumpLines {

  private static final OneofDescriptor ANY = DumpLine.getDescriptor().getOneofs().getFirst();

  private static final Map<Descriptor, FieldDescriptor> FIELDS =
      ANY.getFields().stream()
          .collect(
              Collectors.toUnmodifiableMap(FieldDescriptor::getMessageType, Function.identity()));

  private DumpLines() {}

  /// The line of an entry.
  static DumpLine line(StoredDomain domain, byte[] key, byte[] value, long revision) {
    return domain
        .line(key, value, revision)
        .filter(words -> FIELDS.containsKey(words.getDescriptorForType()))
        .filter(words -> leadsBack(domain, words, key, value))
        .map(DumpLines::line)
        .orElseGet(() -> bytes(domain, key, value, revision));
  }

  private static boolean leadsBack(StoredDomain domain, Message words, byte[] key, byte[] value) {
    boolean[] same = {false};
    try {
      domain.entry(
          words,
          (itsKey, itsValue, _) ->
              same[0] = Arrays.equals(key, itsKey) && Arrays.equals(value, itsValue));
    } catch (IllegalArgumentException e) {
      return false;
    }
    return same[0];
  }

  private static DumpLine line(Message words) {
    FieldDescriptor field = FIELDS.get(words.getDescriptorForType());
    return DumpLine.newBuilder().setField(field, words).build();
  }

  private static DumpLine bytes(StoredDomain domain, byte[] key, byte[] value, long revision) {
    return DumpLine.newBuilder()
        .setEntry(
            DumpedEntry.newBuilder()
                .setDomain(domain.name())
                .setKey(ByteString.copyFrom(key))
                .setValue(ByteString.copyFrom(value))
                .setRevision(revision))
        .build();
  }

  /// The entry of a line.
  ///
  /// @return false if the line is of no entry of this domain
  /// @throws IllegalArgumentException if a field breaks a rule
  static boolean entry(StoredDomain domain, DumpLine line, Journal.EntryVisitor visitor) {
    if (line.hasEntry()) {
      return entry(domain, line.getEntry(), visitor);
    }
    FieldDescriptor field = line.getOneofFieldDescriptor(ANY);
    return field != null && domain.entry((Message) line.getField(field), visitor);
  }

  private static boolean entry(
      StoredDomain domain, DumpedEntry entry, Journal.EntryVisitor visitor) {
    boolean mine = entry.getDomain().equals(domain.name());
    if (mine) {
      visitor.entry(
          entry.getKey().toByteArray(), entry.getValue().toByteArray(), entry.getRevision());
    }
    return mine;
  }
}
