package guidepost.routes.table;

import java.lang.ref.WeakReference;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// One object for all equal values that are in use anywhere. It holds none of them itself: a value
/// that no row of any snapshot refers to is collected, so that churn leaks nothing.
///
/// Cost: a hash look-up; none for the value asked for last. Memory: some 80 bytes a value in use.
///
/// Threads: one.
///
/// @param <T> an immutable value
final class Shared<T> {

  private final WeakHashMap<T, WeakReference<T>> known = new WeakHashMap<>();
  private @Nullable T last;

  /// The one object that equals `value`.
  T one(T value) {
    T recent = last;
    if (recent != null && recent.equals(value)) {
      return recent;
    }
    WeakReference<T> reference = known.get(value);
    T one = reference == null ? null : reference.get();
    if (one == null) {
      one = value;
      known.put(one, new WeakReference<>(one));
    }
    last = one;
    return one;
  }
}
