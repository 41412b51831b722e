package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pages for people, as `web/build.mjs` packed them into this module's jar: each file of them
/// compressed twice, and a list of all.
///
/// ```
///   files.txt     /assets/index-Bq1x.js <tab> text/javascript <tab> HASH
///   assets/index-Bq1x.js.gz, .br
/// ```
///
/// A file whose name has a hash in it never changes, so browsers keep it. The addresses of pages
/// all answer the one page, whose program reads the address. It may load nothing from elsewhere,
/// run nothing that stands in a page, and be framed by none.
///
/// Threads: any. A file is read once, by the first request for it.
final class Pages {

  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);

  private static final String INDEX = "/index.html";

  /// What the one page shows; a trip has an address of its own below `/trips/`.
  private static final Pattern PAGE =
      Pattern.compile("/|/(?:route|table|watch|map|trips|status|api)|/trips/[^/]+");

  /// Of a header; what follows stays one.
  private static final int LISTED_MAX = 16;

  /// What browsers accept, and programs do not ask for.
  private static final Pattern HTML = Pattern.compile("(?i)(^|,) *text/html *(,|$)");

  /// What a client says that it does not want.
  private static final Pattern REFUSED = Pattern.compile("; *q=0(\\.0*)?$");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self';"
          + " img-src 'self' data: blob:; style-src 'self'; manifest-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private static final String NOT_BUILT =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <title>Guidepost</title>
      <h1>Guidepost serves, without its pages</h1>
      <p>They were not built into this program: its build found no Node.js 20.19 or newer, or could not
      reach the registry of npm. Install Node.js and run <code>./guidepost build</code>.</p>
      <p>All methods are there: <a href="/docs/">for people</a>,
      <a href="/openapi.json">for programs</a>.</p>
      </html>
      """;

  /// What of the pages there is.
  ///
  /// @param type of its bytes, once they are decompressed
  /// @param hash of its bytes
  private record File(String path, MediaType type, String hash) {
    static File of(String line) {
      String[] parts = line.split("\t", -1);
      return new File(parts[0], MediaType.parse(parts[1]), parts[2]);
    }

    /// The folder's names have a hash.
    boolean isImmutable() {
      return path.startsWith("/assets/");
    }
  }

  private final Map<String, File> files;
  private final Map<String, HttpData> bytes = new ConcurrentHashMap<>();

  private Pages(Map<String, File> files) {
    this.files = Map.copyOf(files);
  }

  /// Those of this program; the log says if it has none.
  static Pages load() {
    try (@Nullable InputStream list = Pages.class.getResourceAsStream("pages/files.txt")) {
      if (list == null) {
        LOG.warn(
            "the pages were not built into this program; / says what to do, and all else is"
                + " served");
        return new Pages(Map.of());
      }
      return new Pages(
          new String(list.readAllBytes(), UTF_8)
              .lines()
              .map(File::of)
              .collect(Collectors.toMap(File::path, each -> each)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The answer to a GET of a path, if it is one of a page or of a file of theirs.
  Optional<HttpResponse> answer(String path, RequestHeaders request) {
    String name = PAGE.matcher(path).matches() ? INDEX : path;
    File file = files.get(name);
    if (file != null) {
      return Optional.of(answer(file, request));
    }
    return name.equals(INDEX) ? Optional.of(notBuilt()) : Optional.empty();
  }

  /// The answer to a GET of a path where nothing is: the page, which says so; empty if the client
  /// asks for something else than a page.
  Optional<HttpResponse> lost(RequestHeaders request) {
    File file = files.get(INDEX);
    if (file == null || !HTML.matcher(request.get(HttpHeaderNames.ACCEPT, "")).find()) {
      return Optional.empty();
    }
    String coding = coding(request.get(HttpHeaderNames.ACCEPT_ENCODING, ""));
    ResponseHeadersBuilder headers =
        headers(HttpStatus.NOT_FOUND, file.type(), "no-cache")
            .set(HttpHeaderNames.VARY, "accept, accept-encoding");
    if (!coding.isEmpty()) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, coding);
    }
    return Optional.of(HttpResponse.of(headers.build(), bytes(file, coding)));
  }

  private static HttpResponse notBuilt() {
    return HttpResponse.of(
        headers(HttpStatus.OK, MediaType.HTML_UTF_8, "no-cache").build(),
        HttpData.ofUtf8(NOT_BUILT));
  }

  private HttpResponse answer(File file, RequestHeaders request) {
    String coding = coding(request.get(HttpHeaderNames.ACCEPT_ENCODING, ""));
    String tag = "\"%s%s\"".formatted(file.hash(), coding.isEmpty() ? "" : "-" + coding);
    boolean known = tags(request).contains(tag);
    ResponseHeadersBuilder headers =
        headers(
                known ? HttpStatus.NOT_MODIFIED : HttpStatus.OK,
                file.type(),
                file.isImmutable() ? "public, max-age=31536000, immutable" : "no-cache")
            .set(HttpHeaderNames.ETAG, tag)
            .set(HttpHeaderNames.VARY, "accept-encoding");
    if (known) {
      return HttpResponse.of(headers.build());
    }
    if (!coding.isEmpty()) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, coding);
    }
    return HttpResponse.of(headers.build(), bytes(file, coding));
  }

  /// A list may name the same twice.
  private static Set<String> tags(RequestHeaders request) {
    return Set.copyOf(
        Arrays.asList(request.get(HttpHeaderNames.IF_NONE_MATCH, "").split(" *, *", LISTED_MAX)));
  }

  private static ResponseHeadersBuilder headers(HttpStatus status, MediaType type, String keep) {
    return ResponseHeaders.builder(status)
        .contentType(type)
        .set(HttpHeaderNames.CACHE_CONTROL, keep)
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
        .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
        .set(HttpHeaderNames.CROSS_ORIGIN_OPENER_POLICY, "same-origin")
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
  }

  /// Browsers ask for br over TLS alone.
  private static String coding(String accepted) {
    Set<String> codings =
        Arrays.stream(accepted.split(" *, *", LISTED_MAX))
            .filter(each -> !REFUSED.matcher(each).find())
            .map(each -> each.replaceFirst(" *;.*", ""))
            .collect(Collectors.toSet());
    return codings.contains("br") ? "br" : codings.contains("gzip") ? "gzip" : "";
  }

  private HttpData bytes(File file, String coding) {
    return bytes.computeIfAbsent(
        coding + file.path(),
        _ -> {
          byte[] read = read(file.path() + (coding.equals("br") ? ".br" : ".gz"));
          return HttpData.wrap(coding.isEmpty() ? plain(read) : read);
        });
  }

  private static byte[] read(String path) {
    try (InputStream in =
        Objects.requireNonNull(Pages.class.getResourceAsStream("pages" + path), path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] plain(byte[] zipped) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
