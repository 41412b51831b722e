package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import guidepost.calls.StoredDomain;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.storage.v1.DumpedFeature;
import guidepost.storage.v1.StoredFeature;
import java.util.Optional;
import java.util.TreeMap;

/// What the features' journal holds.
///
/// Threads: any.
final class StoredFeatures implements StoredDomain {

  /// The journal domain that features are in.
  static final String NAME = "features";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long verify(Journal journal, Findings findings) throws JournalException {
    return FeatureCheck.compareNew(journal, findings);
  }

  @Override
  public Optional<Message> line(byte[] key, byte[] value, long revision) {
    try {
      return Optional.of(
          DumpedFeature.newBuilder()
              .setId(new String(key, UTF_8))
              .setValue(StoredFeature.parseFrom(value))
              .setRevision(revision)
              .build());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean entry(Message line, Journal.EntryVisitor visitor) {
    if (!(line instanceof DumpedFeature feature)) {
      return false;
    }
    visitor.entry(
        FeatureStorage.key(feature.getId()), bytes(feature.getValue()), feature.getRevision());
    return true;
  }

  /// The same bytes whatever the order of the attributes.
  private static byte[] bytes(StoredFeature feature) {
    StoredFeature.Builder sorted = feature.toBuilder().clearAttributes();
    new TreeMap<>(feature.getAttributesMap()).forEach(sorted::putAttributes);
    return sorted.build().toByteArray();
  }
}
