package guidepost.client;

import guidepost.guide.v1.ModifyRequest;

/// How a stream of operations writes features, as [Writing] says it of routes.
///
/// @param atomic true if nothing of a batch is done when one of its operations is refused; batches
///   are what [ModifyStream] makes of the operations
/// @param dryRun true if the server only decides
public record FeatureWriting(boolean atomic, boolean dryRun) {

  /// Each operation for itself.
  public static final FeatureWriting PLAIN = new FeatureWriting(false, false);

  ModifyRequest.Builder request() {
    return ModifyRequest.newBuilder().setAtomic(atomic).setDryRun(dryRun);
  }
}
