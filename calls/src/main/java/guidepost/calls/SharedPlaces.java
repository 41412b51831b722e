package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;

/// Places that all callers share, such as those of watches, and of which no identity takes so many
/// that others find none.
///
/// An identity may take one more while it has fewer than are free, so there are always as many left
/// as the greediest has, and each identity finds half of what the others left it:
///
/// ```
///   1,024 places   A A A A A A A A B B B B C C . .
///                  └──── 512 ─────┘└ 256 ─┘└128┘└── free, and not for A, B or C
/// ```
///
/// Callers of a server that does not ask who they are have no share of their own. Neither have
/// anonymous ones: limits of their addresses hold for them.
///
/// Cost: constant. Threads: any.
public final class SharedPlaces {

  private final int most;

  @GuardedBy("this")
  private final Map<String, Integer> taken = new HashMap<>();

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
  /// @return false if there is none for that caller: [#why] says what to do
  public synchronized boolean take(Caller caller) {
    String owner = owner(caller);
    int own = taken.getOrDefault(owner, 0);
    if (all >= most || (!owner.isEmpty() && own >= most - all)) {
      return false;
    }
    taken.put(owner, own + 1);
    all++;
    return true;
  }

  /// Gives back a place that was taken for that caller.
  public synchronized void leave(Caller caller) {
    taken.computeIfPresent(owner(caller), (_, own) -> own == 1 ? null : own - 1);
    all--;
  }

  /// Why a caller found no place.
  ///
  /// @param what they are, such as `watches`
  public synchronized String why(Caller caller, String what) {
    if (all >= most) {
      return "%s: %d are open, as many as may be".formatted(what, most);
    }
    return "%s: %d are open of this identity, and the %d places that are left are for others; end some"
        .formatted(what, taken.getOrDefault(owner(caller), 0), most - all);
  }

  /// Empty for callers without a share of their own.
  private static String owner(Caller caller) {
    return caller.isKnown() && !caller.isAnonymous() ? caller.name() : "";
  }
}
