package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Places that many share, such as those of watches or connections, and of which no identity and no
/// address takes so many that others find none.
///
/// An owner may take one more while it has fewer than are free, so there are always as many left as
/// the greediest has, and each owner finds half of what the others left it:
///
/// ```
///   1,024 places   A A A A A A A A B B B B C C . .
///                  └──── 512 ─────┘└ 256 ─┘└128┘└── free, and not for A, B or C
/// ```
///
/// What nobody owns has no share: it finds a place while there is one.
///
/// Cost: constant. Threads: any.
public final class SharedPlaces {

  private final int most;

  @GuardedBy("this")
  private final Map<Object, Integer> taken = new HashMap<>();

  @GuardedBy("this")
  private int all;

  /// @param most at once; more than 0
  public SharedPlaces(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most must be at least 1: " + most);
    }
    this.most = most;
  }

  /// Takes a place, which is given back with [#leave].
  ///
  /// @param owner a key of a map; empty if nobody is
  /// @return false if there is none for that owner
  public synchronized boolean take(Optional<?> owner) {
    if (all >= most || (owner.isPresent() && of(owner) >= most - all)) {
      return false;
    }
    if (owner.isPresent()) {
      taken.put(owner.get(), of(owner) + 1);
    }
    all++;
    return true;
  }

  @GuardedBy("this")
  private int of(Optional<?> owner) {
    return owner.isPresent() ? taken.getOrDefault(owner.get(), 0) : 0;
  }

  /// Gives back a place that was taken for that owner.
  public synchronized void leave(Optional<?> owner) {
    owner.ifPresent(each -> taken.computeIfPresent(each, (_, own) -> own == 1 ? null : own - 1));
    all--;
  }

  /// Places that are taken.
  public synchronized int taken() {
    return all;
  }

  /// Why an owner found no place, and what to do.
  ///
  /// @param whose what owns, such as `identity`
  public synchronized String why(Optional<?> owner, String whose) {
    if (all >= most) {
      return "%d are open, as many as may be".formatted(most);
    }
    return "%d are open of this %s, and the %d places that are left are for others; end some"
        .formatted(of(owner), whose, most - all);
  }
}
