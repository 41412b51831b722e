package org.curioswitch.common.protobuf.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Message;

/// Stands in for a class of protobuf-jackson. Armeria makes an instance at every start, and uses it
/// only to write the errors of calls without frames. No such call comes here: what is not gRPC-Web
/// is refused before Armeria's service sees it, and JSON is our own. The real class generates code
/// while it runs, with a library of 3.5 MB: more than a second of every start, 700 classes, 20 MB
/// of memory.
///
/// It has the methods that Armeria links to and no others; decision 70.
public final class MessageMarshaller {

  private MessageMarshaller() {}

  /// A builder that makes such a one.
  public static Builder builder() {
    return new Builder();
  }

  /// Writes nothing.
  ///
  /// @throws UnsupportedOperationException always
  @SuppressWarnings("DoNotCallSuggester") // Armeria links to it
  public <T extends Message> void writeValue(T message, JsonGenerator generator) {
    throw new UnsupportedOperationException("calls without frames are not served");
  }

  /// Takes what Armeria tells it, and forgets it.
  public static final class Builder {

    private Builder() {}

    /// Does nothing.
    public Builder register(Message prototype) {
      return this;
    }

    /// Does nothing.
    public Builder omittingInsignificantWhitespace(boolean omitted) {
      return this;
    }

    /// One that writes nothing.
    public MessageMarshaller build() {
      return new MessageMarshaller();
    }
  }
}
