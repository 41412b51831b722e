package guidepost.calls;

/// What callers may ask of a server.
///
/// Callers without a name are counted by the address that they come from: with one name for all of
/// them, the first one that takes everything would leave nothing for the others. An address of IPv6
/// counts as its /64, which one customer has at least.
///
/// @param identity what one identity may ask
/// @param address what all anonymous callers of one address may ask together
/// @param anonymousStreams streaming calls open at once of all anonymous callers
public record CallerLimits(IdentityLimits identity, IdentityLimits address, int anonymousStreams) {

  /// As many connections as an identity, since an office or a mobile network may be one address;
  /// but a hundredth of the calls, which is what a hundred people on the pages make. All of them
  /// together have at most half of the streams that routes may have watches, so that those who have
  /// a name get the other half.
  public static final CallerLimits DEFAULTS =
      new CallerLimits(IdentityLimits.DEFAULTS, new IdentityLimits(256, 256, 1_000, 2_000), 512);

  /// @throws IllegalArgumentException if the number is not positive
  public CallerLimits {
    if (anonymousStreams < 1) {
      throw new IllegalArgumentException(
          "streams of anonymous callers must be at least 1: %d".formatted(anonymousStreams));
    }
  }

  /// The same, with other limits of an identity.
  public CallerLimits withIdentity(IdentityLimits limits) {
    return new CallerLimits(limits, address, anonymousStreams);
  }
}
