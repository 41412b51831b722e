package guidepost.server;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a backup says of itself in its file `guidepost-backup.json`.
///
/// @param version of the Guidepost that made it
/// @param time when, as text (RFC 3339)
/// @param revisions of each domain
/// @param files SHA-256 in hexadecimal of each file, by name
record BackupManifest(
    String version, String time, Map<String, Long> revisions, Map<String, String> files) {

  /// The one format there is.
  static final int FORMAT = 1;

  /// Its name among the files of a backup.
  static final String NAME = "guidepost-backup.json";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  BackupManifest {
    revisions = new TreeMap<>(revisions);
    files = new TreeMap<>(files);
  }

  byte[] toJson() {
    ObjectNode json =
        MAPPER.createObjectNode().put("format", FORMAT).put("version", version).put("time", time);
    ObjectNode jsonRevisions = json.putObject("revisions");
    revisions.forEach(jsonRevisions::put);
    ObjectNode jsonFiles = json.putObject("files");
    files.forEach(jsonFiles::put);
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /// @throws BackupException if it is none, or of a newer format
  static BackupManifest parse(byte[] bytes) throws BackupException {
    JsonNode json = read(bytes);
    int format = json.path("format").asInt(0);
    if (format != FORMAT) {
      throw new BackupException(
          "file %s: has format %d, this version knows %d; upgrade Guidepost"
              .formatted(NAME, format, FORMAT));
    }
    Map<String, Long> revisions = new TreeMap<>();
    json.path("revisions")
        .propertyStream()
        .forEach(each -> revisions.put(each.getKey(), each.getValue().asLong(-1)));
    Map<String, String> files = new TreeMap<>();
    json.path("files")
        .propertyStream()
        .forEach(each -> files.put(each.getKey(), each.getValue().asString("")));
    return new BackupManifest(
        json.path("version").asString(""), json.path("time").asString(""), revisions, files);
  }

  private static JsonNode read(byte[] bytes) throws BackupException {
    try {
      return MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new BackupException("file %s: is damaged: it is no JSON".formatted(NAME));
    }
  }
}
