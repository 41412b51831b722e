package guidepost.routes.table;

import java.util.Arrays;
import java.util.function.IntConsumer;

/// Ints, last in first out.
///
/// Threads: one.
final class IntStack {

  private int[] values = new int[16];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void push(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  int peek() {
    return values[size - 1];
  }

  int pop() {
    return values[--size];
  }

  /// Moves all to another.
  void drainTo(IntStack other) {
    while (!isEmpty()) {
      other.push(pop());
    }
  }

  void forEach(IntConsumer visitor) {
    Arrays.stream(values, 0, size).forEach(visitor);
  }

  long bytes() {
    return Memory.ints(values.length);
  }
}
