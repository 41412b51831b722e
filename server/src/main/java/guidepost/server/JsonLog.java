package guidepost.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import guidepost.calls.Caller;
import guidepost.calls.RequestName;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes each line of the log as a JSON object, with the call that it is about if there is one.
///
/// ```json
/// {"time":"2026-11-29T12:00:00.123Z","level":"WARN","logger":"GuidepostServer","message":"...",
///  "request":"4bf92f3577b34da6a3ce929d0e0e4736","method":"package.v1.Service/Method",
///  "caller":"r7"}
/// ```
///
/// Threads: any, one at a time.
final class JsonLog extends LayoutBase<ILoggingEvent> {

  private static final JsonMapper JSON = new JsonMapper();

  /// Called by the thread that logs, in the context of its call.
  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    ObjectNode line =
        JSON.createObjectNode()
            .put("time", event.getInstant().toString())
            .put("level", event.getLevel().toString())
            .put("logger", logger.substring(logger.lastIndexOf('.') + 1))
            .put("message", event.getFormattedMessage());
    RequestName.current()
        .ifPresent(request -> line.put("request", request.id()).put("method", request.method()));
    Caller caller = Caller.current();
    if (caller.isKnown()) {
      line.put("caller", caller.name());
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.put("exception", ThrowableProxyUtil.asString(thrown));
    }
    return line + "\n";
  }
}
