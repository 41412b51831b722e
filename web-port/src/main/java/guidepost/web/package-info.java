/// How do those without gRPC reach the services: a browser, curl, a spreadsheet, a page?
///
/// Nouns: a [WebPort] listens; a [WebMethod] is an rpc with its place under `/v1`; an [HttpCall] is
/// one call of it, which goes through the same interceptors as over gRPC; an [Answer] makes of its
/// messages what travels: JSON, lines, events, or a view.
///
/// ```java
/// try (WebPort port = WebPort.start(options, served)) {
///   System.out.println(port.address());
/// }
/// ```
///
/// Threads: a request lives on its connection's event loop; a service may answer from any thread.
@NullMarked
package guidepost.web;

import org.jspecify.annotations.NullMarked;
