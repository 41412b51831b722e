package guidepost.routes.table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A path-compressed binary trie [1] from the prefixes of one family to values, persistent [2]: an
/// edit copies the nodes on its path, so that a root once handed out never changes.
///
/// A node stands for a prefix. Its children stand for longer prefixes that it covers; the next bit
/// tells left from right. A node without a value has two children: it is where two prefixes part.
///
/// ```
///            0.0.0.0/0 *                 * has a value
///            /        \
///      10.0.0.0/8 *    192.0.0.0/7       add 193.0.0.0/8: a fork at /7
///        /             /         \
///   10.1.0.0/16 *  192.0.2.0/24 *  193.0.0.0/8 *
/// ```
///
/// Preorder (node, left, right) is prefix order. Within one edit session (see [Editor]) a node is
/// copied once and then changed in place: a load of a million prefixes copies nothing.
///
/// Cost: a look-up visits at most one node per bit of length, in the full Internet table about 20;
/// an edit copies as many. Memory: at most two nodes a prefix, values apart.
///
/// Threads: a trie is immutable; an [Editor] belongs to one thread.
///
/// [1] D. R. Morrison, PATRICIA, J. ACM 15(4), 1968. [2] J. R. Driscoll et al., Making data
/// structures persistent, JCSS 38(1), 1989.
///
/// @param <V> a value
final class PrefixTrie<V> {

  private static final PrefixTrie<?> EMPTY = new PrefixTrie<>(null, 0);

  private final @Nullable Node<V> root;
  private final int size;

  private PrefixTrie(@Nullable Node<V> root, int size) {
    this.root = root;
    this.size = size;
  }

  @SuppressWarnings("unchecked")
  static <V> PrefixTrie<V> empty() {
    return (PrefixTrie<V>) EMPTY;
  }

  /// Number of prefixes with a value.
  int size() {
    return size;
  }

  /// The value of exactly this prefix.
  @Nullable V get(Prefix prefix) {
    return get(root, prefix);
  }

  private static <V> @Nullable V get(@Nullable Node<V> root, Prefix prefix) {
    Node<V> node = subtree(root, prefix);
    return node != null && node.prefix.length() == prefix.length() ? node.value : null;
  }

  /// The value of the longest prefix that covers this one.
  @Nullable V longest(Prefix prefix) {
    V best = null;
    Node<V> node = root;
    while (node != null && node.prefix.covers(prefix)) {
      if (node.value != null) {
        best = node.value;
      }
      if (node.prefix.length() == prefix.length()) {
        break;
      }
      node = node.child(prefix);
    }
    return best;
  }

  /// The values of every prefix that covers this one, shortest first.
  void shorter(Prefix prefix, Consumer<V> visitor) {
    Node<V> node = root;
    while (node != null && node.prefix.covers(prefix)) {
      if (node.value != null) {
        visitor.accept(node.value);
      }
      if (node.prefix.length() == prefix.length()) {
        return;
      }
      node = node.child(prefix);
    }
  }

  /// The values of this prefix and of every more specific one, in prefix order.
  Iterator<V> longer(Prefix prefix) {
    return new Walk<>(subtree(root, prefix));
  }

  /// All values, in prefix order.
  Iterator<V> all() {
    return new Walk<>(root);
  }

  /// The topmost node covered by the prefix.
  private static <V> @Nullable Node<V> subtree(@Nullable Node<V> root, Prefix prefix) {
    Node<V> node = root;
    while (node != null && node.prefix.length() < prefix.length()) {
      node = node.prefix.covers(prefix) ? node.child(prefix) : null;
    }
    return node != null && prefix.covers(node.prefix) ? node : null;
  }

  /// Begins an edit session on this trie, which stays as it is.
  Editor<V> edit() {
    return new Editor<>(this);
  }

  /// Throws an AssertionError that names the first rule the trie breaks.
  void checkInvariants() {
    int values = root == null ? 0 : check(root);
    if (values != size) {
      throw new AssertionError("size is %d but %d nodes have a value".formatted(size, values));
    }
  }

  private static <V> int check(Node<V> node) {
    int children = (node.left == null ? 0 : 1) + (node.right == null ? 0 : 1);
    if (node.value == null && children < 2) {
      throw new AssertionError("%s: no value and %d children".formatted(node.prefix, children));
    }
    return (node.value == null ? 0 : 1)
        + checkChild(node, node.left, 0)
        + checkChild(node, node.right, 1);
  }

  private static <V> int checkChild(Node<V> node, @Nullable Node<V> child, int bit) {
    if (child == null) {
      return 0;
    }
    boolean longer = child.prefix.length() > node.prefix.length();
    if (!longer || !node.prefix.covers(child.prefix)) {
      throw new AssertionError("%s: not below %s".formatted(child.prefix, node.prefix));
    }
    if (child.prefix.address().bit(node.prefix.length()) != bit) {
      throw new AssertionError("%s: wrong side of %s".formatted(child.prefix, node.prefix));
    }
    return check(child);
  }

  /// A node, changeable only by the session that made it.
  private static final class Node<V> {
    final Prefix prefix;
    final Object session;
    @Nullable V value;
    @Nullable Node<V> left;
    @Nullable Node<V> right;

    Node(Prefix prefix, Object session) {
      this.prefix = prefix;
      this.session = session;
    }

    /// The child on the side of a longer prefix that this node covers.
    @Nullable Node<V> child(Prefix longer) {
      return longer.address().bit(prefix.length()) == 0 ? left : right;
    }

    void setChild(Prefix longer, @Nullable Node<V> child) {
      if (longer.address().bit(prefix.length()) == 0) {
        left = child;
      } else {
        right = child;
      }
    }

    @SuppressWarnings("ReferenceEquality") // a session is nothing but its identity
    Node<V> editable(Object editing) {
      if (session == editing) {
        return this;
      }
      Node<V> copy = new Node<>(prefix, editing);
      copy.value = value;
      copy.left = left;
      copy.right = right;
      return copy;
    }
  }

  /// Changes a trie; [#trie] ends the session's right to change what it made so far.
  ///
  /// Threads: one.
  ///
  /// @param <V> a value
  static final class Editor<V> {
    private @Nullable Node<V> root;
    private int size;
    private Object session = new Object();

    private Editor(PrefixTrie<V> trie) {
      root = trie.root;
      size = trie.size;
    }

    /// The value of exactly this prefix, as edited so far.
    @Nullable V get(Prefix prefix) {
      return PrefixTrie.get(root, prefix);
    }

    /// Gives a prefix a value, or takes it away with null.
    void set(Prefix prefix, @Nullable V value) {
      root = value == null ? removed(root, prefix) : with(root, prefix, value);
    }

    /// The trie as edited so far; later edits copy again.
    PrefixTrie<V> trie() {
      session = new Object();
      return new PrefixTrie<>(root, size);
    }

    private Node<V> with(@Nullable Node<V> node, Prefix prefix, V value) {
      if (node == null) {
        return leaf(prefix, value);
      }
      if (!node.prefix.covers(prefix)) {
        return prefix.covers(node.prefix) ? above(node, prefix, value) : fork(node, prefix, value);
      }
      Node<V> edited = node.editable(session);
      if (node.prefix.length() == prefix.length()) {
        size += node.value == null ? 1 : 0;
        edited.value = value;
      } else {
        edited.setChild(prefix, with(node.child(prefix), prefix, value));
      }
      return edited;
    }

    private Node<V> leaf(Prefix prefix, V value) {
      Node<V> leaf = new Node<>(prefix, session);
      leaf.value = value;
      size++;
      return leaf;
    }

    private Node<V> above(Node<V> node, Prefix prefix, V value) {
      Node<V> parent = leaf(prefix, value);
      parent.setChild(node.prefix, node);
      return parent;
    }

    private Node<V> fork(Node<V> node, Prefix prefix, V value) {
      int common = node.prefix.address().commonPrefixLength(prefix.address());
      Node<V> fork = new Node<>(Prefix.covering(prefix.address(), common), session);
      fork.setChild(node.prefix, node);
      fork.setChild(prefix, leaf(prefix, value));
      return fork;
    }

    private @Nullable Node<V> removed(@Nullable Node<V> node, Prefix prefix) {
      if (node == null || !node.prefix.covers(prefix)) {
        return node;
      }
      if (node.prefix.length() == prefix.length()) {
        return node.value == null ? node : withoutValue(node);
      }
      Node<V> before = node.child(prefix);
      Node<V> after = removed(before, prefix);
      if (after == before) {
        return node;
      }
      Node<V> edited = node.editable(session);
      edited.setChild(prefix, after);
      return needed(edited);
    }

    private @Nullable Node<V> withoutValue(Node<V> node) {
      size--;
      Node<V> edited = node.editable(session);
      edited.value = null;
      return needed(edited);
    }

    /// The node, or its only child (or nothing) if it has neither a value nor two children.
    private static <V> @Nullable Node<V> needed(Node<V> node) {
      if (node.value != null || (node.left != null && node.right != null)) {
        return node;
      }
      return node.left != null ? node.left : node.right;
    }
  }

  /// The values below a node in preorder.
  private static final class Walk<V> implements Iterator<V> {
    private final Deque<Node<V>> ahead = new ArrayDeque<>();
    private @Nullable V next;

    Walk(@Nullable Node<V> top) {
      push(top);
      advance();
    }

    private void push(@Nullable Node<V> node) {
      if (node != null) {
        ahead.push(node);
      }
    }

    private void advance() {
      next = null;
      while (next == null && !ahead.isEmpty()) {
        Node<V> node = ahead.pop();
        push(node.right);
        push(node.left);
        next = node.value;
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public V next() {
      V value = next;
      if (value == null) {
        throw new NoSuchElementException();
      }
      advance();
      return value;
    }
  }
}
