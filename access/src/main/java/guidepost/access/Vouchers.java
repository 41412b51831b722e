package guidepost.access;

import java.util.Optional;

/// Another server of the cluster says who makes a call that it hands on: it has seen a certificate
/// that this server has not.
///
/// Threads: any.
@FunctionalInterface
public interface Vouchers {

  /// The metadata that says so; a client that sends it is refused.
  String METADATA = "guidepost-vouched-bin";

  /// Whose call it is.
  ///
  /// @param method that is called
  /// @param voucher as it came
  /// @return the name of the identity; empty unless a server of the cluster has signed it for this
  ///   server and this method, just now
  Optional<String> check(String method, byte[] voucher);
}
