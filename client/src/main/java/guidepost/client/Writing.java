package guidepost.client;

import guidepost.routes.v1.ModifyRequest;

/// How a stream of operations writes.
///
/// @param source whose routes they are; empty: "static"
/// @param atomic true if nothing of a batch is done when one of its operations is refused; batches
///   are what [ModifyStream] makes of the operations
/// @param dryRun true if the server only decides
public record Writing(String source, boolean atomic, boolean dryRun) {

  /// As "static", each operation for itself.
  public static final Writing PLAIN = new Writing("", false, false);

  /// As a source, each operation for itself.
  public static Writing as(String source) {
    return new Writing(source, false, false);
  }

  ModifyRequest.Builder request(String table) {
    return ModifyRequest.newBuilder()
        .setTable(table)
        .setSource(source)
        .setAtomic(atomic)
        .setDryRun(dryRun);
  }
}
