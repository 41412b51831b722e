package guidepost.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import guidepost.calls.RejectedException;
import guidepost.common.v1.OperationProto;
import guidepost.guide.v1.FeaturesProto;
import guidepost.guide.v1.NotesProto;
import guidepost.guide.v1.TripsProto;
import guidepost.routes.v1.RoutesProto;
import guidepost.routes.v1.TablesProto;
import guidepost.routes.v1.WatchProto;
import guidepost.server.v1.ServerProto;
import guidepost.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// JSON of ours and that of protobuf's own library, for random messages of every type of the
/// contracts: each reads what the other wrote.
final class JsonOracleTest {

  private static final int MESSAGES = Boolean.getBoolean("guidepost.long") ? 2_000 : 50;
  private static final int DEPTH_MAX = 4;
  private static final List<String> TEXTS =
      List.of("", "a", "\"\\/\b\f\n\r\t\u0001\u007f", "Zürich 東京 🏔", "</script>", "-1", "null");

  private final Random random = Seed.random(JsonOracleTest.class);

  private static Stream<Descriptor> types() {
    return Stream.of(
            RoutesProto.getDescriptor(),
            TablesProto.getDescriptor(),
            WatchProto.getDescriptor(),
            FeaturesProto.getDescriptor(),
            NotesProto.getDescriptor(),
            TripsProto.getDescriptor(),
            OperationProto.getDescriptor(),
            ServerProto.getDescriptor())
        .map(FileDescriptor::getMessageTypes)
        .flatMap(List::stream);
  }

  @Test
  void shouldWriteWhatTheLibraryReadsAndReadWhatItWrites() {
    assertThat(types().count()).isGreaterThan(100);
    types().forEach(this::compare);
  }

  private void compare(Descriptor type) {
    JsonShape shape = JsonShape.of(type);
    for (int i = 0; i < MESSAGES; i++) {
      DynamicMessage message = message(type, 0);
      try {
        String ours = new String(shape.json(message.toByteArray()), StandardCharsets.UTF_8);
        DynamicMessage.Builder read = DynamicMessage.newBuilder(type);
        JsonFormat.parser().merge(ours, read);
        assertThat(read.build()).as(ours).isEqualTo(message);
        String theirs = JsonFormat.printer().print(message);
        assertThat(JsonRequest.read(theirs.getBytes(StandardCharsets.UTF_8), type, ""))
            .as(theirs)
            .isEqualTo(message);
        assertThat(JsonRequest.read(ours.getBytes(StandardCharsets.UTF_8), type, ""))
            .as(ours)
            .isEqualTo(message);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(message.toString(), e);
      }
    }
  }

  private DynamicMessage message(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    if (type.getFullName().equals("google.protobuf.Timestamp")) {
      return time(message, -62_135_596_800L, 253_402_300_799L);
    }
    if (type.getFullName().equals("google.protobuf.Duration")) {
      return time(message, 0, 315_576_000_000L);
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean leaf = field.getJavaType() != FieldDescriptor.JavaType.MESSAGE;
      boolean free =
          field.getRealContainingOneof() == null || !message.hasOneof(field.getContainingOneof());
      if (free && random.nextBoolean() && (leaf || depth < DEPTH_MAX)) {
        set(message, field, depth);
      }
    }
    return message.build();
  }

  private DynamicMessage time(DynamicMessage.Builder message, long from, long to) {
    Descriptor type = message.getDescriptorForType();
    int nanos = random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
    return message
        .setField(type.findFieldByNumber(1), random.nextLong(from, to))
        .setField(type.findFieldByNumber(2), nanos)
        .build();
  }

  private void set(DynamicMessage.Builder message, FieldDescriptor field, int depth) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      for (int i = 0; i < random.nextInt(3); i++) {
        message.addRepeatedField(
            field,
            DynamicMessage.newBuilder(entry)
                .setField(entry.findFieldByNumber(1), "key" + i)
                .setField(entry.findFieldByNumber(2), value(entry.findFieldByNumber(2), depth))
                .build());
      }
    } else if (field.isRepeated()) {
      boolean isPath = field.getContainingType().getFullName().equals("google.protobuf.FieldMask");
      for (int i = 0; i < random.nextInt(4); i++) {
        message.addRepeatedField(field, isPath ? "delete_after" : value(field, depth));
      }
    } else {
      message.setField(field, value(field, depth));
    }
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getType()) {
      case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
      case BYTES -> ByteString.copyFrom(new byte[] {(byte) random.nextInt(), 0, (byte) 0xfb});
      case BOOL -> random.nextBoolean();
      case ENUM -> {
        var values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case DOUBLE -> real();
      case FLOAT -> (float) real();
      case INT32, SINT32, SFIXED32, UINT32, FIXED32 -> (int) whole();
      case INT64, SINT64, SFIXED64, UINT64, FIXED64 -> whole();
      case MESSAGE -> message(field.getMessageType(), depth + 1);
      case GROUP -> throw new AssertionError();
    };
  }

  private double real() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> random.nextInt();
      case 3 -> random.nextDouble() * 1e-30;
      case 4 -> random.nextGaussian() * 1e20;
      default -> random.nextDouble();
    };
  }

  private long whole() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MIN_VALUE;
      case 2 -> -1;
      default -> random.nextInt(10);
    };
  }

  @Test
  void shouldNameTheFieldOfWhateverItCannotRead() {
    refused("{\"operations\":[{\"add\":{\"prefix\":7}}]}", "operations[0].add.prefix");
    refused("{\"operations\":[{\"add\":{\"metric\":-1}}]}", "operations[0].add.metric");
    refused("{\"operations\":[{\"add\":{\"metric\":4294967296}}]}", "operations[0].add.metric");
    refused("{\"operations\":[{\"add\":{\"metric\":1.5}}]}", "operations[0].add.metric");
    refused("{\"operations\":[{\"add\":{\"metric\":1e999}}]}", "operations[0].add.metric");
    refused("{\"operations\":[{\"add\":{\"kind\":\"RED\"}}]}", "operations[0].add.kind");
    refused("{\"operations\":{}}", "operations");
    refused("{\"operations\":[{\"add\":{},\"deletePrefix\":\"\"}]}", "operations[0].delete_prefix");
    refused("{\"dryRun\":true,\"dry_run\":true}", "dry_run");
    refused("{\"dryRun\":\"yes\"}", "dry_run");
    refused("{\"dryRun\":1}", "dry_run");
    refused("{\"dryrun\":true}", "dryrun");
    refused("{\"atomic\":true,\"atomic\":true}", "");
    refused("{\"table\":\"a\"} {}", "");
    refused("", "");
  }

  @Test
  void shouldTakeNothingButSingleValuesInAMap() {
    for (String value : List.of("{}", "[]", "null", "7", "true", "{\"b\":\"c\"}", "[[1]]")) {
      refused(
          guidepost.guide.v1.Feature.getDescriptor(),
          "{\"attributes\":{\"a\":%s},\"name\":\"n\"}".formatted(value),
          "attributes.a");
    }
  }

  private static void refused(String json, String field) {
    refused(guidepost.routes.v1.ModifyRequest.getDescriptor(), json, field);
  }

  private static void refused(Descriptor type, String json, String field) {
    assertThatThrownBy(() -> JsonRequest.read(json.getBytes(StandardCharsets.UTF_8), type, ""))
        .as(json)
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.rejection().field()).isEqualTo(field));
  }
}
