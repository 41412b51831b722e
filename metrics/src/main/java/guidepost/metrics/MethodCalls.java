package guidepost.metrics;

import java.util.Map;

/// What was counted of one method since the server started.
///
/// @param method its full name
/// @param open calls that have not ended
/// @param ended calls by the name of the code that they ended with
/// @param times how long those took; nothing for a streaming method, whose calls last as long as
///   their clients like
public record MethodCalls(String method, long open, Map<String, Long> ended, Times times) {

  public MethodCalls {
    ended = Map.copyOf(ended);
  }
}
