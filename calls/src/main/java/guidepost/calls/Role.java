package guidepost.calls;

import java.util.Locale;

/// What a caller may do, in steps: each one may do what those before it may.
///
/// | role | may |
/// |---|---|
/// | reader | ask and watch |
/// | writer | change what its grants name, in its own name |
/// | moderator | close, and delete, what others wrote |
/// | admin | back up, dump, verify and compact the data of the server |
///
/// Every rpc declares the one that it needs, beside its service ([RpcRoles]).
///
/// Threads: any.
public enum Role {
  READER,
  WRITER,
  MODERATOR,
  ADMIN;

  /// True if who has this role may do what the other one may.
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /// As it is written: `reader`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
