package guidepost.cli.output;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Makes the objects that `--json` prints.
public final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /// An object without fields; its text is one line.
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
