package guidepost.cluster;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says whether what callers saw of one value could have been seen of one server that does one
/// thing after the other: the search of Wing and Gong, which does not look twice at the same rest
/// of a history in the same state.
///
/// Each write gives the value a name that no other does, and replaces one that its caller has seen.
/// So of a write whose outcome its caller does not know, the others tell: if anybody saw its value,
/// it was done before that; if nobody did, not even the read that ends the history, it was not.
///
/// Threads: one.
final class Linearizability {

  /// What was seen, or became of a write.
  enum Outcome {
    /// A read's answer, or a write that was done.
    OK,
    /// A write that found another value than it was to replace.
    CONFLICT,
    /// A write whose caller got no answer.
    UNKNOWN
  }

  /// What a caller did.
  ///
  /// @param begin before it was asked for, in nanoseconds
  /// @param end after it was answered
  /// @param from what a read saw, or the value that a write was to replace
  /// @param to what a write puts in its place; null of a read
  record Op(long begin, long end, String from, @Nullable String to, Outcome outcome) {

    static Op read(long begin, long end, String seen) {
      return new Op(begin, end, seen, null, Outcome.OK);
    }

    static Op write(long begin, long end, String from, String to, Outcome outcome) {
      return new Op(begin, outcome == Outcome.UNKNOWN ? Long.MAX_VALUE : end, from, to, outcome);
    }

    /// The value after it; empty if it cannot have been so.
    Optional<String> after(String value) {
      if (to == null) {
        return value.equals(from) ? Optional.of(value) : Optional.empty();
      }
      boolean fits = value.equals(from);
      return switch (outcome) {
        case OK -> fits ? Optional.of(to) : Optional.empty();
        case CONFLICT -> fits ? Optional.empty() : Optional.of(value);
        case UNKNOWN -> throw new IllegalStateException("decided before");
      };
    }
  }

  private record Rest(BitSet done, String value) {}

  private final List<Op> ops;
  private final Set<Rest> seen = new HashSet<>();

  private Linearizability(List<Op> ops) {
    this.ops = ops;
  }

  /// True if there is an order in which it could have been so.
  ///
  /// @param history that ends with a read after all else
  /// @param first the value before all of them
  static boolean holds(List<Op> history, String first) {
    Map<String, Long> seen = new HashMap<>();
    for (Op op : history) {
      seen.merge(op.from(), op.end(), Math::min);
    }
    List<Op> ops = new ArrayList<>();
    for (Op op : history) {
      if (op.outcome() != Outcome.UNKNOWN) {
        ops.add(op);
      } else if (seen.containsKey(op.to())) {
        ops.add(new Op(op.begin(), seen.get(op.to()), op.from(), op.to(), Outcome.OK));
      }
    }
    ops.sort(Comparator.comparingLong(Op::begin));
    return new Linearizability(ops).search(first);
  }

  private record Step(BitSet done, String value) {}

  private boolean search(String first) {
    List<Step> stack = new ArrayList<>(List.of(new Step(new BitSet(), first)));
    while (!stack.isEmpty()) {
      Step step = stack.removeLast();
      if (step.done().cardinality() == ops.size()) {
        return true;
      }
      if (seen.add(new Rest(step.done(), step.value()))) {
        stack.addAll(next(step));
      }
    }
    return false;
  }

  /// Whatever began before anything that is still to be done had ended may be next.
  private List<Step> next(Step step) {
    List<Step> next = new ArrayList<>();
    long firstEnd = Long.MAX_VALUE;
    BitSet done = step.done();
    for (int i = done.nextClearBit(0); i < ops.size(); i = done.nextClearBit(i + 1)) {
      Op op = ops.get(i);
      if (op.begin() > firstEnd) {
        break;
      }
      firstEnd = Math.min(firstEnd, op.end());
      Optional<String> after = op.after(step.value());
      if (after.isPresent()) {
        BitSet with = (BitSet) done.clone();
        with.set(i);
        next.add(new Step(with, after.get()));
      }
    }
    return next;
  }
}
