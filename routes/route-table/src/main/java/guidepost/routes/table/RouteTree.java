package guidepost.routes.table;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The routes of one family in list order, as of one moment: a copy-on-write B+-tree [1].
///
/// ```
///   inner   [ prefix | prefix | … up to 64 ]
///               │        │
///   inner   [ … up to 64 ]
///               │
///   leaf    [ prefix, attributes, metric, installed, revision, id | … up to 64, in columns ]
/// ```
///
/// One order serves every question. A prefix stands right before all that it covers, so what is
/// longer is a range; what is shorter is found from below ([RowSearch]); lists and pages are walks.
///
/// An edit copies the nodes on its path that belong to an earlier edition, and changes in place
/// those that it made itself ([RouteTreeEditor]): a batch of many edits copies each node once, and
/// a reader that holds an earlier tree continues to see it.
///
/// Cost: O(log n) a look-up or an edit, with four levels for a million routes; ranges O(1) more a
/// hit. Memory: 37 bytes a route in its columns, some 42 as built from rows in order, and at most
/// twice that after edits. Routes are made as they are asked for.
///
/// Threads: any.
///
/// [1] D. Comer, The Ubiquitous B-Tree, ACM Computing Surveys 11(2), 1979.
///
/// @param prefixes number of distinct ones
/// @param idsEnd more than any id in it
record RouteTree(Family family, RouteNode root, int routes, int prefixes, int idsEnd) {

  static RouteTree empty(Family family) {
    return new RouteTree(family, new RouteLeaf(new Edition(), 0), 0, 0, 0);
  }

  /// The routes of exactly this prefix, best first.
  List<Route> exact(Prefix prefix) {
    RowSearch search = new RowSearch(root);
    Address address = prefix.address();
    boolean found = search.exact(address.leftHigh(), address.leftLow(), prefix.length());
    return found ? found(search) : List.of();
  }

  /// The best route of the longest prefix that covers all of this one.
  Optional<Route> longest(Prefix prefix) {
    RowSearch search = longest(prefix, prefix.length());
    return search == null
        ? Optional.empty()
        : Optional.of(search.leaf().route(family, search.at()));
  }

  /// All routes of that prefix, best first.
  List<Route> longestAll(Prefix prefix) {
    RowSearch search = longest(prefix, prefix.length());
    return search == null ? List.of() : found(search);
  }

  /// The id of the longest match for each of many IPv4 addresses; -1 if there is none.
  void ipv4(int[] addresses, int count, int[] found) {
    RowSearch search = new RowSearch(root);
    for (int i = 0; i < count; i++) {
      found[i] = id(search, (long) addresses[i] << 32, 0);
    }
  }

  /// The id of the longest match for each of many IPv6 addresses; -1 if there is none.
  void ipv6(long[] highLow, int count, int[] found) {
    RowSearch search = new RowSearch(root);
    for (int i = 0; i < count; i++) {
      found[i] = id(search, highLow[2 * i], highLow[2 * i + 1]);
    }
  }

  /// The id of the longest match for one address; -1 if there is none.
  int id(Address address) {
    return id(new RowSearch(root), address.leftHigh(), address.leftLow());
  }

  private int id(RowSearch search, long high, long low) {
    return search.longest(high, low, family.bits()) ? search.leaf().id(search.at()) : -1;
  }

  /// The routes of every prefix that covers all of this one, shortest first.
  List<Route> shorter(Prefix prefix) {
    List<List<Route>> found = new ArrayList<>();
    int length = prefix.length();
    while (length >= 0) {
      RowSearch search = longest(prefix, length);
      if (search == null) {
        break;
      }
      found.add(found(search));
      length = search.leaf().length(search.at()) - 1;
    }
    return found.reversed().stream().flatMap(List::stream).toList();
  }

  private @Nullable RowSearch longest(Prefix prefix, int length) {
    RowSearch search = new RowSearch(root);
    Address address = prefix.address();
    return search.longest(address.leftHigh(), address.leftLow(), length) ? search : null;
  }

  private List<Route> found(RowSearch search) {
    RouteLeaf leaf = search.leaf();
    int end = leaf.endOfPrefix(search.at());
    if (end - search.at() == 1) {
      return List.of(leaf.route(family, search.at()));
    }
    List<Route> routes = new ArrayList<>(end - search.at());
    for (int i = search.at(); i < end; i++) {
      routes.add(leaf.route(family, i));
    }
    return List.copyOf(routes);
  }

  /// The routes of this prefix and of every more specific one, in order.
  Iterator<Route> longer(Prefix prefix) {
    Address address = prefix.address();
    return new Routes(new RowCursor(root, address.leftHigh(), address.leftLow(), prefix.length()));
  }

  /// All rows, in order.
  RowCursor rows() {
    return new RowCursor(root, 0, 0, 0);
  }

  /// The routes of a prefix and all that stand after it, in order.
  Iterator<Route> from(Prefix prefix) {
    return new Routes(new RowCursor(root, prefix));
  }

  /// All routes, in order.
  Iterator<Route> all() {
    return new Routes(rows());
  }

  private final class Routes implements Iterator<Route> {
    private final RowCursor cursor;

    Routes(RowCursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public boolean hasNext() {
      return cursor.hasRow();
    }

    @Override
    public Route next() {
      if (!cursor.hasRow()) {
        throw new NoSuchElementException("no route left");
      }
      Route route = cursor.leaf().route(family, cursor.at());
      cursor.advance();
      return route;
    }
  }

  /// Bytes of all nodes, objects and arrays; what the attributes take is not counted. Cost: a visit
  /// of every node.
  long bytes() {
    return root.bytes();
  }

  /// Throws an AssertionError that names the first rule the tree breaks. Cost: O(n log n).
  void checkInvariants() {
    RouteNode.Tally found = new RouteNode.Tally();
    root.check(true, found);
    RouteNode.require(
        found.routes == routes && found.prefixes == prefixes,
        "%s: counted %d routes of %d prefixes, found %d of %d"
            .formatted(family, routes, prefixes, found.routes, found.prefixes));
    checkOrder();
  }

  private void checkOrder() {
    RowSearch search = new RowSearch(root);
    BitSet idsSeen = new BitSet();
    int walked = 0;
    Row last = null;
    for (RowCursor cursor = rows(); cursor.hasRow(); cursor.advance()) {
      Row row = cursor.leaf().row(cursor.at());
      RouteNode.require(last == null || isBefore(last, cursor), "%s: out of order".formatted(row));
      RouteNode.require(
          search.exact(row.high(), row.low(), row.length()), "%s: lost".formatted(row));
      checkId(idsSeen, last, row);
      last = row;
      walked++;
    }
    RouteNode.require(walked == routes, "%d routes of %d in the walk".formatted(walked, routes));
  }

  private static boolean isBefore(Row last, RowCursor cursor) {
    return cursor.leaf().compare(cursor.at(), last.high(), last.low(), last.length()) >= 0;
  }

  private void checkId(BitSet seen, @Nullable Row last, Row row) {
    RouteNode.require(row.id() < idsEnd, "%s: id past %d".formatted(row, idsEnd));
    if (last != null && last.samePrefix(row)) {
      RouteNode.require(row.id() == last.id(), "%s: two ids of a prefix".formatted(row));
    } else {
      RouteNode.require(!seen.get(row.id()), "%s: id of another prefix".formatted(row));
      seen.set(row.id());
    }
  }
}
