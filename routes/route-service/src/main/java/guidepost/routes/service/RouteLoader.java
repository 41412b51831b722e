package guidepost.routes.service;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/// Reads a journal's latest state on one thread while another decodes it and puts it into the
/// tables: with two cores a start takes as long as the slower of the two, which is reading.
///
/// ```
///   caller: read ──parts of 4,096 of one table──▶ loader thread: decode, put
/// ```
///
/// Threads: the one that calls [#load], and one of its own that ends with it.
final class RouteLoader {

  private static final int ROUTES_PER_PART = 4_096;
  private static final int PARTS_WAITING_MAX = 16;

  /// What was read.
  ///
  /// @param catalog the tables, filled and published, and the sources
  /// @param revision that this is the state of
  /// @param installedMax the last place in the order of installation
  record Loaded(Catalog catalog, long revision, long installedMax) {}

  /// A route as it is stored.
  private static final class Entry {
    final byte[] key;
    final byte[] value;
    final long revision;

    Entry(byte[] key, byte[] value, long revision) {
      this.key = key;
      this.value = value;
      this.revision = revision;
    }
  }

  /// Routes of one table.
  ///
  /// @param isLast true if no further part comes
  private record Part(RouteTable table, List<Entry> entries, boolean isLast) {}

  private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(PARTS_WAITING_MAX);
  private final ObjIntConsumer<String> counts;

  // The reading thread's.
  private Catalog catalog = Catalog.initial();
  private String tableName = Catalog.DEFAULT_TABLE;
  private RouteTable table = catalog.required(tableName).routes();
  private List<Entry> filling = new ArrayList<>(ROUTES_PER_PART);

  // The putting thread's.
  private final RouteDecoder decoder = new RouteDecoder();
  private long installedMax;
  private @Nullable RuntimeException failure;

  private RouteLoader(ObjIntConsumer<String> counts) {
    this.counts = counts;
  }

  /// Makes the tables that the journal holds.
  ///
  /// @param counts told of the source of every route
  /// @throws IllegalArgumentException if what is stored is no route of a table
  static Loaded load(Journal journal, ObjIntConsumer<String> counts) throws JournalException {
    return new RouteLoader(counts).load(journal);
  }

  private Loaded load(Journal journal) throws JournalException {
    Thread putting = Thread.ofPlatform().name("guidepost-loader").start(this::putAll);
    long last;
    try {
      last = journal.replay(this::add);
    } finally {
      hand(new Part(table, filling, true));
      join(putting);
    }
    if (failure != null) {
      throw failure;
    }
    for (Catalog.Table each : catalog.tables()) {
      each.routes().publish(last);
    }
    return new Loaded(catalog, last, installedMax);
  }

  private void add(byte[] key, byte[] value, long revision) {
    if (CatalogRecord.isCatalog(key)) {
      catalog = CatalogRecord.added(catalog, key, value, revision);
      return;
    }
    change(RouteRecord.table(key));
    filling.add(new Entry(key, value, revision));
    if (filling.size() == ROUTES_PER_PART) {
      handOn();
    }
  }

  private void change(String name) {
    if (!name.equals(tableName)) {
      handOn();
      Catalog.Table next = catalog.table(name);
      if (next == null) {
        throw new IllegalArgumentException("a stored route is of no table: " + name);
      }
      tableName = name;
      table = next.routes();
    }
  }

  private void handOn() {
    hand(new Part(table, filling, false));
    filling = new ArrayList<>(ROUTES_PER_PART);
  }

  private void hand(Part part) {
    uninterrupted(
        () -> {
          parts.put(part);
          return part;
        });
  }

  private void putAll() {
    boolean ended = false;
    while (!ended) {
      Part part = uninterrupted(parts::take);
      put(part);
      ended = part.isLast();
    }
  }

  private void put(Part part) {
    if (failure != null) {
      return;
    }
    try {
      for (Entry entry : part.entries()) {
        Route route = decoder.decode(entry.key, entry.value, entry.revision);
        part.table().put(route);
        counts.accept(route.source(), 1);
        installedMax = Math.max(installedMax, route.installed());
      }
    } catch (RuntimeException e) {
      failure = e; // and goes on taking, or the reader would wait for ever
    }
  }

  private static void join(Thread putting) {
    uninterrupted(
        () -> {
          putting.join();
          return putting;
        });
  }

  private interface Waiting<T> {
    T until() throws InterruptedException;
  }

  private static <T> T uninterrupted(Waiting<T> waiting) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return waiting.until();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
