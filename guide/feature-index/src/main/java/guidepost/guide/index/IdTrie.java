package guidepost.guide.index;

import java.security.SecureRandom;
import java.util.Arrays;

/// Says where the feature with an id stands: a trie [1] over the hash of the id, whose published
/// versions never change.
///
/// Pages hold up to 64 positions with the hash, but not the ids: those are read where the positions
/// lead. A page that is full is cut in two by the next bit of the hash, so pages are well filled;
/// each branch spends five bits on 32 slots, and a page that was cut fewer times in its branch
/// stands in several slots [2]:
///
/// ```
///   branch  slot ..000  ..001  ..010  ..011  …     5 bits
///                  │      │      │      │
///   pages          A      B      A      C          A: cut by 1 bit, B and C: by 2
///                  └ hashes, keys, orders of up to 64 features
/// ```
///
/// A change copies the branches and the page on its path, except those that the same unpublished
/// edition made. The hash has a multiplier drawn at start, so that nobody can choose ids that
/// collide; where hashes are equal all the same, a page grows beyond 64.
///
/// Cost: a look-up visits about log32(n / 40) branches, a page, and a leaf of the other tree. 20
/// bytes a feature, and some 2 for pages and branches.
///
/// [1] P. Bagwell, Ideal Hash Trees, EPFL, 2001. [2] R. Fagin et al., Extendible Hashing, ACM TODS
/// 4(3), 1979.
final class IdTrie {

  /// What a slot of a branch holds.
  sealed interface Slot permits Branch, Page {}

  /// Bits of the hash a level: a node has 32 slots.
  static final int BITS = 5;

  private static final int SLOTS = 1 << BITS;

  /// Bits that tell pages apart.
  private static final int HASH_BITS = 30;

  private static final long MULTIPLIER = new SecureRandom().nextLong() | 1;

  /// The trie without features, owned by no edition.
  static final Branch EMPTY = new Branch(-1);

  private IdTrie() {}

  /// The hash of an id in UTF-8.
  static int hash(byte[] id) {
    long hash = id.length;
    for (byte each : id) {
      hash = (hash ^ each) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  /// The page that a hash belongs to.
  static Page page(Branch root, int hash) {
    Slot slot = root;
    for (int shift = 0; slot instanceof Branch branch; shift += BITS) {
      slot = branch.slots[slotOf(hash, shift)];
    }
    return (Page) slot;
  }

  private static int slotOf(int hash, int shift) {
    return (hash >>> shift) & (SLOTS - 1);
  }

  /// The trie of many positions at once, each with its hash; owned by no edition.
  static Branch of(int[] hashes, long[] keys, long[] orders, int count) {
    Branch root = new Branch(-1);
    root.fill(new Positions(KeyOrder.byLowestBits(hashes, count), hashes, keys, orders), 0, count);
    return root;
  }

  /// Positions in the order of the lowest bits of their hashes.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Positions(int[] numbers, int[] hashes, long[] keys, long[] orders) {

    int hash(int at) {
      return hashes[numbers[at]];
    }

    /// The first from `from` on whose hash has a bit; those without it come before.
    int firstWith(int bit, int from, int to) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if ((hash(middle) >>> bit & 1) == 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /// The trie with one position more.
  static Branch put(Branch root, int hash, ListPosition position, long edition) {
    Branch mine = root.editable(edition);
    mine.put(hash, position, 0);
    return mine;
  }

  /// The trie without a position, which must be there.
  static Branch remove(Branch root, int hash, ListPosition position, long edition) {
    Branch mine = root.editable(edition);
    mine.remove(hash, position, 0);
    return mine;
  }

  /// The trie with a position in place of another, which must be there.
  static Branch move(Branch root, int hash, ListPosition from, ListPosition to, long edition) {
    Branch mine = root.editable(edition);
    mine.move(hash, from, to, 0);
    return mine;
  }

  /// Number of positions; fails if something does not hold.
  static int checkInvariants(Branch root) {
    return root.check(0);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("id trie: " + otherwise);
    }
  }

  /// 32 slots; changed only by the edition that made it.
  static final class Branch implements Slot {

    private final long edition;
    private final Slot[] slots;

    /// One page in all slots.
    private Branch(long edition) {
      this.edition = edition;
      this.slots = new Slot[SLOTS];
      Arrays.fill(slots, new Page(edition, 0, 0));
    }

    private Branch(long edition, Slot[] slots) {
      this.edition = edition;
      this.slots = slots.clone();
    }

    private Branch editable(long wanted) {
      return edition == wanted ? this : new Branch(wanted, slots);
    }

    Slot below(int hash, int shift) {
      return slots[slotOf(hash, shift)];
    }

    /// Something of it, so that it comes from memory.
    int fetch() {
      return slots[0] == slots[SLOTS - 1] ? 1 : 0;
    }

    private void fill(Positions all, int from, int to) {
      fill(all, from, to, 0, 0, 0);
    }

    /// Puts positions that share a page into one, and cuts the others in two by their next bit.
    private void fill(Positions all, int from, int to, int shift, int depth, int at) {
      if (to - from <= Page.MAX || shift + BITS > HASH_BITS) {
        setAll(at, depth, Page.of(all, from, to, depth));
      } else if (depth == BITS) {
        Branch below = new Branch(edition);
        below.fill(all, from, to, shift + BITS, 0, 0);
        slots[at] = below;
      } else {
        int middle = all.firstWith(shift + depth, from, to);
        fill(all, from, middle, shift, depth + 1, at);
        fill(all, middle, to, shift, depth + 1, at | 1 << depth);
      }
    }

    private void put(int hash, ListPosition position, int shift) {
      int at = slotOf(hash, shift);
      switch (slots[at]) {
        case Branch _ -> editableBranch(at).put(hash, position, shift + BITS);
        case Page page when page.size < Page.MAX || shift + BITS > HASH_BITS ->
            editablePage(at, page).add(hash, position);
        case Page page -> {
          cut(at, page, shift);
          put(hash, position, shift);
        }
      }
    }

    private Branch editableBranch(int at) {
      Branch mine = ((Branch) slots[at]).editable(edition);
      slots[at] = mine;
      return mine;
    }

    private Page editablePage(int at, Page page) {
      Page mine = movablePage(at, page);
      mine.ownHashes();
      return mine;
    }

    private Page movablePage(int at, Page page) {
      if (page.edition == edition) {
        return page;
      }
      Page copy = new Page(edition, page);
      setAll(at, page.depth, copy);
      return copy;
    }

    /// Puts a page into each slot whose lowest `depth` bits are those of `at`.
    private void setAll(int at, int depth, Slot page) {
      for (int i = at & ((1 << depth) - 1); i < SLOTS; i += 1 << depth) {
        slots[i] = page;
      }
    }

    private void cut(int at, Page page, int shift) {
      if (page.depth == BITS) {
        slots[at] = new Branch(edition);
        Page whole = page.copy(edition, 0);
        ((Branch) slots[at]).setAll(0, 0, whole);
        return;
      }
      int bit = shift + page.depth;
      setAll(at, page.depth + 1, page.half(edition, bit, (at >>> page.depth) & 1));
      int other = at ^ 1 << page.depth;
      setAll(other, page.depth + 1, page.half(edition, bit, (other >>> page.depth) & 1));
    }

    private void remove(int hash, ListPosition position, int shift) {
      int at = slotOf(hash, shift);
      switch (slots[at]) {
        case Branch _ -> {
          Branch below = editableBranch(at);
          below.remove(hash, position, shift + BITS);
          if (below.slots[0] instanceof Page page && page.depth == 0) {
            slots[at] = page.copy(edition, BITS);
            join(at);
          }
        }
        case Page page -> {
          editablePage(at, page).remove(hash, position);
          join(at);
        }
      }
    }

    /// Joins a page with the one that it was cut from, as long as both are small.
    private void join(int at) {
      while (slots[at] instanceof Page page
          && page.depth > 0
          && slots[at ^ 1 << (page.depth - 1)] instanceof Page other
          && other.depth == page.depth
          && page.size + other.size <= Page.MAX / 2) {
        setAll(at, page.depth - 1, page.joinedWith(other, edition));
      }
    }

    private void move(int hash, ListPosition from, ListPosition to, int shift) {
      int at = slotOf(hash, shift);
      switch (slots[at]) {
        case Branch _ -> editableBranch(at).move(hash, from, to, shift + BITS);
        case Page page -> movablePage(at, page).move(hash, from, to);
      }
    }

    private int check(int shift) {
      int count = 0;
      for (int i = 0; i < SLOTS; i++) {
        switch (slots[i]) {
          case Branch branch -> count += branch.check(shift + BITS);
          case Page page -> {
            boolean first = i < 1 << page.depth;
            require(slots[i & ((1 << page.depth) - 1)] == page, "a page misses in a slot");
            count += first ? page.check(shift, i) : 0;
          }
        }
      }
      return count;
    }
  }

  /// Positions of features whose hashes have the same lower bits; changed only by the edition that
  /// made it.
  static final class Page implements Slot {

    static final int MAX = 64;

    /// Positions that a page grows by.
    private static final int STEP = 8;

    private final long edition;

    /// Bits of its branch that it was cut by.
    private final int depth;

    private int size;

    /// Shared with the page that this one is a copy of until it changes them: a move does not.
    private int[] hashes;

    private boolean sharesHashes;
    private long[] keys;
    private long[] orders;

    private Page(long edition, int depth, int capacity) {
      this.edition = edition;
      this.depth = depth;
      hashes = new int[capacity];
      keys = new long[capacity];
      orders = new long[capacity];
    }

    private static Page of(Positions all, int from, int to, int depth) {
      Page page = new Page(-1, depth, to - from);
      for (int i = from; i < to; i++) {
        int number = all.numbers[i];
        page.hashes[page.size] = all.hashes[number];
        page.keys[page.size] = all.keys[number];
        page.orders[page.size++] = all.orders[number];
      }
      return page;
    }

    /// A copy that shares the hashes.
    private Page(long edition, Page of) {
      this.edition = edition;
      depth = of.depth;
      size = of.size;
      hashes = of.hashes;
      sharesHashes = true;
      keys = of.keys.clone();
      orders = of.orders.clone();
    }

    private void ownHashes() {
      if (sharesHashes) {
        hashes = hashes.clone();
        sharesHashes = false;
      }
    }

    private Page copy(long wanted, int newDepth) {
      Page copy = new Page(wanted, newDepth, size + 1);
      copy.append(this);
      return copy;
    }

    private void append(Page other) {
      System.arraycopy(other.hashes, 0, hashes, size, other.size);
      System.arraycopy(other.keys, 0, keys, size, other.size);
      System.arraycopy(other.orders, 0, orders, size, other.size);
      size += other.size;
    }

    private Page joinedWith(Page other, long wanted) {
      Page joined = new Page(wanted, depth - 1, size + other.size);
      joined.append(this);
      joined.append(other);
      return joined;
    }

    /// The positions whose hashes have this value at a bit.
    private Page half(long wanted, int bit, int value) {
      Page half = new Page(wanted, depth + 1, size / 2 + STEP);
      for (int i = 0; i < size; i++) {
        if ((hashes[i] >>> bit & 1) == value) {
          half.add(hashes[i], position(i));
        }
      }
      return half;
    }

    private void add(int hash, ListPosition position) {
      if (size == hashes.length) {
        hashes = Arrays.copyOf(hashes, size + STEP);
        keys = Arrays.copyOf(keys, size + STEP);
        orders = Arrays.copyOf(orders, size + STEP);
      }
      hashes[size] = hash;
      keys[size] = position.key();
      orders[size] = position.order();
      size++;
    }

    private ListPosition position(int at) {
      return new ListPosition(keys[at], orders[at]);
    }

    /// The first position with a hash; -1 if there is none.
    int indexOf(int hash) {
      return indexOf(hash, 0);
    }

    /// The first one from `from` on.
    int indexOf(int hash, int from) {
      for (int i = from; i < size; i++) {
        if (hashes[i] == hash) {
          return i;
        }
      }
      return -1;
    }

    long key(int at) {
      return keys[at];
    }

    long order(int at) {
      return orders[at];
    }

    /// Something of each of its arrays, so that they come from memory.
    int fetch() {
      return size == 0 ? 0 : hashes[0] + (int) keys[size / 2] + (int) orders[size / 2];
    }

    private int indexOf(int hash, ListPosition position) {
      int at = 0;
      while (hashes[at] != hash || keys[at] != position.key() || orders[at] != position.order()) {
        at++;
      }
      return at;
    }

    private void remove(int hash, ListPosition position) {
      int at = indexOf(hash, position);
      size--;
      hashes[at] = hashes[size];
      keys[at] = keys[size];
      orders[at] = orders[size];
    }

    private void move(int hash, ListPosition from, ListPosition to) {
      int at = indexOf(hash, from);
      keys[at] = to.key();
      orders[at] = to.order();
    }

    private int check(int shift, int slot) {
      int mask = (1 << depth) - 1;
      for (int i = 0; i < size; i++) {
        require((hashes[i] >>> shift & mask) == (slot & mask), "a position is astray");
      }
      require(size <= MAX || shift + BITS > HASH_BITS, "a page of " + size);
      return size;
    }
  }
}
