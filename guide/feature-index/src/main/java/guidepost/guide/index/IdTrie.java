package guidepost.guide.index;

import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds entries by id: a hash array mapped trie [1] whose published versions never change.
///
/// Five bits of the id's hash choose one of 32 slots of a branch; a bitmap says which slots are in
/// use, and only those are stored. A slot holds an entry or, where two ids share the bits so far,
/// the branch below:
///
/// ```
///   bitmap 0…0100_0010      hash of "a" = …00001, of "b" = …00000_00110, of "c" = …00001_00110
///   slots  [ a, branch ]
///                └ bitmap 0…0011
///                  slots  [ b, c ]
/// ```
///
/// A change copies the branches on its path, except those that the same unpublished edition copied
/// already: these are changed in place. The hash is 64 bits with a multiplier drawn at start, so
/// that nobody can choose ids that collide; where all 64 bits are equal all the same, a bucket
/// holds the entries.
///
/// Cost: a look-up visits about log32(n) branches; some 10 bytes per entry.
///
/// [1] P. Bagwell, Ideal Hash Trees, EPFL, 2001.
final class IdTrie {

  /// What a branch's slot holds.
  sealed interface Slot permits Entry, Branch, Bucket {}

  private static final int BITS = 5;
  private static final int HASH_BITS = 64;
  private static final long MULTIPLIER = new SecureRandom().nextLong() | 1;

  /// The trie without entries, owned by no edition.
  static final Branch EMPTY = new Branch(-1, 0, new Slot[0]);

  private IdTrie() {}

  private static long hash(String id) {
    long hash = id.length();
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  /// The entry with `id`; null if there is none.
  static @Nullable Entry find(Branch root, String id) {
    long hash = hash(id);
    Slot slot = root;
    for (int shift = 0; slot instanceof Branch branch; shift += BITS) {
      slot = branch.slot(hash, shift);
    }
    return switch (slot) {
      case Entry entry -> entry.id().equals(id) ? entry : null;
      case Bucket bucket -> bucket.find(id);
      case null, default -> null;
    };
  }

  /// The trie with `entry` in place of the one with its id, if there was one.
  static Branch put(Branch root, Entry entry, long edition) {
    return root.put(entry, hash(entry.id()), 0, edition);
  }

  /// The trie without the entry with `id`, which must be there.
  static Branch remove(Branch root, String id, long edition) {
    return root.remove(id, hash(id), 0, edition);
  }

  /// Number of entries; fails if a branch is not in its simplest form or an entry is astray.
  static int checkInvariants(Branch root) {
    return root.check(0, 0);
  }

  /// Up to 32 slots; changed only by the edition that made it.
  static final class Branch implements Slot {

    private final long edition;
    private int bitmap;
    private Slot[] slots;

    private Branch(long edition, int bitmap, Slot[] slots) {
      this.edition = edition;
      this.bitmap = bitmap;
      this.slots = slots;
    }

    private static int bit(long hash, int shift) {
      return 1 << (int) ((hash >>> shift) & 31);
    }

    private int position(int bit) {
      return Integer.bitCount(bitmap & (bit - 1));
    }

    private @Nullable Slot slot(long hash, int shift) {
      int bit = bit(hash, shift);
      return (bitmap & bit) == 0 ? null : slots[position(bit)];
    }

    private Branch editable(long wanted) {
      return edition == wanted ? this : new Branch(wanted, bitmap, slots.clone());
    }

    private Branch put(Entry entry, long hash, int shift, long wanted) {
      int bit = bit(hash, shift);
      int at = position(bit);
      Branch mine = editable(wanted);
      if ((bitmap & bit) == 0) {
        mine.insert(bit, at, entry);
      } else {
        mine.slots[at] = joined(slots[at], entry, hash, shift + BITS, wanted);
      }
      return mine;
    }

    private void insert(int bit, int at, Slot slot) {
      Slot[] wider = Arrays.copyOf(slots, slots.length + 1);
      System.arraycopy(slots, at, wider, at + 1, slots.length - at);
      wider[at] = slot;
      slots = wider;
      bitmap |= bit;
    }

    private static Slot joined(Slot old, Entry entry, long hash, int shift, long wanted) {
      return switch (old) {
        case Branch branch -> branch.put(entry, hash, shift, wanted);
        case Bucket bucket -> bucket.with(entry);
        case Entry other when other.id().equals(entry.id()) -> entry;
        case Entry other when shift >= HASH_BITS -> new Bucket(new Entry[] {other, entry});
        case Entry other ->
            new Branch(wanted, 0, new Slot[0])
                .put(other, IdTrie.hash(other.id()), shift, wanted)
                .put(entry, hash, shift, wanted);
      };
    }

    private Branch remove(String id, long hash, int shift, long wanted) {
      int bit = bit(hash, shift);
      int at = position(bit);
      Branch mine = editable(wanted);
      switch (slots[at]) {
        case Entry _ -> mine.drop(bit, at);
        case Bucket bucket -> mine.slots[at] = bucket.without(id);
        case Branch branch ->
            mine.slots[at] = branch.remove(id, hash, shift + BITS, wanted).simplest();
      }
      return mine;
    }

    private void drop(int bit, int at) {
      Slot[] narrower = Arrays.copyOf(slots, slots.length - 1);
      System.arraycopy(slots, at + 1, narrower, at, narrower.length - at);
      slots = narrower;
      bitmap &= ~bit;
    }

    /// A branch with nothing but one entry is that entry.
    private Slot simplest() {
      return slots.length == 1 && slots[0] instanceof Entry ? slots[0] : this;
    }

    private int check(long prefix, int shift) {
      require(Integer.bitCount(bitmap) == slots.length, "bitmap does not match slots");
      require(shift == 0 || simplest() == this, "branch holds a single entry");
      int count = 0;
      for (int value = 0; value < 1 << Math.min(BITS, HASH_BITS - shift); value++) {
        Slot slot = slot((long) value << shift, shift);
        long below = prefix | (long) value << shift;
        count += slot == null ? 0 : check(slot, below, shift + BITS);
      }
      return count;
    }

    private static int check(Slot slot, long prefix, int shift) {
      return switch (slot) {
        case Branch branch -> branch.check(prefix, shift);
        case Bucket bucket -> bucket.entries().length;
        case Entry entry -> {
          long mask = shift >= HASH_BITS ? -1L : (1L << shift) - 1;
          require((IdTrie.hash(entry.id()) & mask) == prefix, "astray: " + entry.id());
          yield 1;
        }
      };
    }

    private static void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new IllegalStateException("id trie: " + otherwise);
      }
    }
  }

  /// Entries whose ids have the same hash, at least two.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Bucket(Entry[] entries) implements Slot {

    private @Nullable Entry find(String id) {
      int at = indexOf(id);
      return at < 0 ? null : entries[at];
    }

    private int indexOf(String id) {
      for (int i = 0; i < entries.length; i++) {
        if (entries[i].id().equals(id)) {
          return i;
        }
      }
      return -1;
    }

    private Bucket with(Entry entry) {
      int at = indexOf(entry.id());
      Entry[] wider = Arrays.copyOf(entries, at < 0 ? entries.length + 1 : entries.length);
      wider[at < 0 ? entries.length : at] = entry;
      return new Bucket(wider);
    }

    private Slot without(String id) {
      Entry[] rest =
          Arrays.stream(entries).filter(each -> !each.id().equals(id)).toArray(Entry[]::new);
      return rest.length == 1 ? rest[0] : new Bucket(rest);
    }
  }
}
