package guidepost.web;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import guidepost.calls.CallSender;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.TreeMap;

/// Why a request is not done, in the one shape that every error has on the web port:
///
/// ```json
/// {"code":"INVALID_ARGUMENT","reason":"FIELD_UNKNOWN","field":"note.poimt",
///  "message":"note.poimt: unknown field; known are author, …"}
/// ```
///
/// `value` and `metadata` stand beside them where there are such.
///
/// @param http the status of HTTP
/// @param code the status of gRPC, by name
/// @param reason for programs; empty if there is none
/// @param field the path of what it is about; empty if nothing
/// @param value what stood there; empty if nothing
/// @param message for people
/// @param metadata more facts, by name
/// @param retryAfterSeconds when a retry may succeed; 0 if nobody knows
record WebError(
    HttpStatus http,
    String code,
    String reason,
    String field,
    String value,
    String message,
    Map<String, String> metadata,
    long retryAfterSeconds) {

  /// What some paths have. An answer about one path says which that has.
  static final String METHODS = "GET, HEAD, POST, PATCH, DELETE";

  private static final String ALLOW = "allow";

  WebError {
    metadata = Map.copyOf(metadata);
  }

  /// Of a request that no service saw.
  static WebError of(Rejection why) {
    CallSender.Ending ending = CallSender.Ending.of(Failures.rejected(why));
    return of(ending.status(), ending.trailers());
  }

  /// Of a path that is served, but not with that method.
  ///
  /// @param allowed those with which it is
  static WebError notAllowed(HttpMethod method, String allowed) {
    WebError error =
        of(Rejection.of(Reason.HTTP_METHOD_UNKNOWN, "method", method, "must be one of " + allowed));
    return new WebError(
        error.http,
        error.code,
        error.reason,
        error.field,
        error.value,
        error.message,
        Map.of(ALLOW, allowed),
        error.retryAfterSeconds);
  }

  /// Of a call as a whole.
  static WebError of(Reason reason, String text) {
    return of(Rejection.of(reason, text));
  }

  /// Of a call that ended with this status.
  static WebError of(Status status, Metadata trailers) {
    String reason = "";
    long retry = 0;
    Map<String, String> facts = new TreeMap<>();
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    for (Any detail : details.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          reason = info.getReason();
          facts.putAll(info.getMetadataMap());
        } else if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retry = Math.max(1, delay.getSeconds() + (delay.getNanos() > 0 ? 1 : 0));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the server made it", e);
      }
    }
    String field = facts.getOrDefault("field", "");
    String value = facts.getOrDefault("value", "");
    facts.remove("field");
    facts.remove("value");
    String message = status.getDescription() == null ? "" : status.getDescription();
    return new WebError(
        http(status.getCode(), reason),
        status.getCode().name(),
        reason,
        field,
        value,
        message,
        facts,
        retry);
  }

  private static HttpStatus http(Status.Code code, String reason) {
    return switch (reason) {
      case "HTTP_METHOD_UNKNOWN" -> HttpStatus.METHOD_NOT_ALLOWED;
      case "CONTENT_TYPE_UNKNOWN" -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
      case "ACCEPT_UNKNOWN" -> HttpStatus.NOT_ACCEPTABLE;
      case "AUTHORITY_UNKNOWN" -> HttpStatus.MISDIRECTED_REQUEST;
      case "MESSAGE_TOO_LARGE" -> HttpStatus.REQUEST_ENTITY_TOO_LARGE;
      case "REQUEST_TIMED_OUT" -> HttpStatus.REQUEST_TIMEOUT;
      default -> http(code);
    };
  }

  private static HttpStatus http(Status.Code code) {
    return switch (code) {
      case OK -> HttpStatus.OK;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
      case CANCELLED -> HttpStatus.valueOf(499);
      case UNKNOWN, INTERNAL, DATA_LOSS -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }

  /// Of what is wrong below the services: no request that could be read.
  static WebError of(HttpStatus http, String description) {
    Reason reason =
        switch (http.code()) {
          case 404 -> Reason.PATH_UNKNOWN;
          case 405 -> Reason.HTTP_METHOD_UNKNOWN;
          case 413 -> Reason.MESSAGE_TOO_LARGE;
          case 408 -> Reason.REQUEST_TIMED_OUT;
          case 503 -> Reason.SHUTTING_DOWN;
          default -> http.isServerError() ? Reason.DEFECT : Reason.HTTP_MALFORMED;
        };
    return new WebError(
        http, reason.code().name(), reason.name(), "", "", description, Map.of(), 0);
  }

  byte[] json() {
    JsonBytes out = new JsonBytes(256);
    out.ascii("{\"code\":").string(code);
    out.ascii(",\"reason\":").string(reason);
    out.ascii(",\"field\":").string(field);
    if (!value.isEmpty()) {
      out.ascii(",\"value\":").string(value);
    }
    out.ascii(",\"message\":").string(message);
    if (!metadata.isEmpty()) {
      out.ascii(",\"metadata\":{");
      String separator = "";
      for (Map.Entry<String, String> fact : new TreeMap<>(metadata).entrySet()) {
        out.ascii(separator).string(fact.getKey()).raw(':').string(fact.getValue());
        separator = ",";
      }
      out.raw('}');
    }
    return out.raw('}').toByteArray();
  }

  ResponseHeaders headers() {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(http)
            .contentType(MediaType.JSON_UTF_8)
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (retryAfterSeconds > 0) {
      headers.setLong(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds);
    }
    if (http.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
      headers.set(HttpHeaderNames.ALLOW, metadata.getOrDefault(ALLOW, METHODS));
    }
    if (http.equals(HttpStatus.UNAUTHORIZED)) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return headers.build();
  }

  AggregatedHttpResponse response() {
    return AggregatedHttpResponse.of(headers(), HttpData.wrap(json()));
  }
}
