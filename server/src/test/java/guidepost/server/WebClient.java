package guidepost.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A plain client of HTTP/1.1.
final class WebClient implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  WebClient(ListenAddress address) {
    this.base = "http://" + address;
  }

  static WebClient of(GuidepostServer server) {
    return new WebClient(server.webAddress().orElseThrow());
  }

  /// A response whose body is text.
  record Reply(int status, HttpResponse<String> response) {

    JsonNode json() {
      return JSON.readTree(response.body());
    }

    String body() {
      return response.body();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /// @param headers names and values in turn
  Reply send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request(method, path, body, headers), BodyHandlers.ofString());
    return new Reply(response.statusCode(), response);
  }

  private HttpRequest request(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }

  Reply get(String path, String... headers) throws IOException, InterruptedException {
    return send("GET", path, "", headers);
  }

  Reply post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, json, "Content-Type", "application/json");
  }

  /// A response that goes on.
  HttpResponse<InputStream> open(String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(request("GET", path, "", headers), BodyHandlers.ofInputStream());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
