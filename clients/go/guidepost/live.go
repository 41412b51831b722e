package guidepost

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gaissmai/bart"
)

// LiveRouteTable is a copy of a server's table that follows it, for programs that look up every
// packet or flow.
//
//	server ──snapshot, changes──▶ one goroutine ──▶ a new version of the trie ──▶ readers
//
// It shows whole revisions only, in order. While no server can be reached it goes on answering with
// what it knows; after a cut it takes up the changes where it was, or takes a new snapshot, which
// replaces the old one at once when it is complete.
//
// The trie is bart's (github.com/gaissmai/bart), with cells before it for most IPv4 addresses. Changes
// make a new version that shares what did not change with the old one: readers load one pointer and
// never wait. docs/decisions/0063 says why. Memory: 250 to 350 bytes a route; twice that while a new
// snapshot comes.
type LiveRouteTable struct {
	shown   atomic.Pointer[version]
	current atomic.Bool
	cut     atomic.Pointer[error] // why it is not current
	cancel  context.CancelFunc
	closed  atomic.Bool
	done    chan struct{}

	mu    sync.Mutex
	moved chan struct{}
	err   error
}

// version is what readers see: immutable.
type version struct {
	table
	revision uint64
	complete bool
}

// table has the best route of each prefix, which leads to the others: so a look-up touches nothing
// but the way there.
type table struct {
	trie  *bart.Table[*Route]
	cells *cells
}

func newTable() table { return table{&bart.Table[*Route]{}, &cells{}} }

func (t *table) lookup(address netip.Addr) (*Route, bool) {
	address = address.Unmap()
	if address.Is4() {
		if found := t.cells.lookup(address.As4()); found != askTrie {
			return found, found != nil
		}
	}
	return t.trie.Lookup(address)
}

func follow(ctx context.Context, events func(context.Context) iter.Seq2[Event, error]) *LiveRouteTable {
	ctx, cancel := context.WithCancel(ctx)
	l := &LiveRouteTable{cancel: cancel, done: make(chan struct{}), moved: make(chan struct{})}
	l.shown.Store(&version{table: newTable()})
	go func() {
		defer close(l.done)
		defer cancel()
		l.follow(events(ctx))
	}()
	return l
}

// Lookup finds the best route of the longest prefix that covers an address. The route must not be
// changed.
func (l *LiveRouteTable) Lookup(address netip.Addr) (*Route, bool) {
	return l.shown.Load().lookup(address)
}

// LookupEqual finds all routes that packets may take: those with the best one's distance and metric.
func (l *LiveRouteTable) LookupEqual(address netip.Addr) []*Route {
	found, ok := l.shown.Load().lookup(address)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(found.all(), func(each *Route) bool {
		return each.Distance != found.Distance || each.Metric != found.Metric
	})
}

// All gives the routes of one revision, by prefix and best first.
func (l *LiveRouteTable) All() iter.Seq[*Route] {
	v := l.shown.Load()
	return func(yield func(*Route) bool) {
		for _, found := range v.trie.AllSorted() {
			for _, route := range found.all() {
				if !yield(route) {
					return
				}
			}
		}
	}
}

// Len is how many prefixes it has.
func (l *LiveRouteTable) Len() int { return l.shown.Load().trie.Size() }

// Revision is the server's revision that it shows; 0 before the first snapshot.
func (l *LiveRouteTable) Revision() uint64 { return l.shown.Load().revision }

// Current is true while the server's changes come in, and false while it cannot be reached.
func (l *LiveRouteTable) Current() bool { return l.current.Load() }

// Err is why it does not follow any more; nil while it does.
func (l *LiveRouteTable) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Ready waits for the first snapshot.
func (l *LiveRouteTable) Ready(ctx context.Context) error { return l.Wait(ctx, 0) }

// Wait waits until a revision is shown, so that callers can read their own writes.
func (l *LiveRouteTable) Wait(ctx context.Context, revision uint64) error {
	for {
		l.mu.Lock()
		moved, err := l.moved, l.err
		l.mu.Unlock()
		if v := l.shown.Load(); v.complete && v.revision >= revision {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return l.late(ctx.Err())
		}
	}
}

// late says why there is nothing to show, if that is known.
func (l *LiveRouteTable) late(err error) error {
	var e *Error
	if cut := l.cut.Load(); cut != nil && errors.As(errorOf(err), &e) {
		e.Text += "; " + (*cut).Error()
		return e
	}
	return errorOf(err)
}

// Changed gives a channel that is closed when it next shows something else, or follows no more. Take
// the channel first, then look: a change between the two closes it.
func (l *LiveRouteTable) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.moved
}

// Close stops following, and returns when that is done; what is known stays.
func (l *LiveRouteTable) Close() {
	l.closed.Store(true)
	l.cancel()
	<-l.done
}

func (l *LiveRouteTable) follow(events iter.Seq2[Event, error]) {
	f := filling{table: newTable()}
	for event, err := range events {
		if err != nil {
			l.ended(err)
			return
		}
		switch e := event.(type) {
		case SnapshotBegan:
			f = filling{table: newTable()}
		case Entries[Route]:
			for _, each := range e.Entries {
				f.insert(each)
			}
		case SnapshotComplete:
			l.show(f.complete(), e.Progress)
		case Changes[RouteChange]:
			f.pending = append(f.pending, e.Changes...)
			l.show(f.apply(e.Progress.Revision), e.Progress)
		case Quiet:
			l.show(f.apply(e.Progress.Revision), e.Progress)
		case Disconnected:
			f.pending = nil // told again
			l.current.Store(false)
			l.cut.Store(&e.Err)
		}
	}
}

func (l *LiveRouteTable) show(t table, p Progress) {
	l.shown.Store(&version{t, p.Revision, true})
	l.current.Store(true)
	l.cut.Store(nil)
	l.signal(nil)
}

func (l *LiveRouteTable) ended(err error) {
	if l.closed.Load() && errors.Is(err, context.Canceled) {
		err = fmt.Errorf("%w: %w", ErrClosed, err)
	}
	l.current.Store(false)
	l.signal(err)
}

func (l *LiveRouteTable) signal(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
	close(l.moved)
	l.moved = make(chan struct{})
}

// filling is the newest version, and changes of a revision of which the rest comes next.
type filling struct {
	table
	applied uint64
	pending []RouteChange
}

// complete gives the table of a snapshot, which may be changed no more.
func (f *filling) complete() table {
	f.cells = cellsOf(f.trie)
	return f.table
}

// insert adds a route of a snapshot that nobody sees yet.
func (f *filling) insert(route Route) {
	f.trie.Modify(route.Prefix, func(have *Route, _ bool) (*Route, bool) { return have.with(route), false })
}

// apply makes the version with all changes up to a revision.
func (f *filling) apply(revision uint64) table {
	f.applied++
	kept := f.pending[:0:0]
	for i := range f.pending {
		change := &f.pending[i]
		if change.Route.Revision > revision {
			kept = append(kept, *change)
			continue
		}
		f.change(change)
	}
	f.pending = kept
	return f.table
}

func (f *filling) change(change *RouteChange) {
	prefix, by := change.Route.Prefix.Masked(), 0
	f.trie = f.trie.ModifyPersist(prefix, func(have *Route, _ bool) (*Route, bool) {
		after := have.without(&change.Route)
		if change.Kind != Removed {
			after = after.with(change.Route)
		}
		switch {
		case have == nil && after != nil:
			by = 1
		case have != nil && after == nil:
			by = -1
		}
		return after, after == nil
	})
	if prefix.Addr().Is4() {
		f.cells = f.cells.changed(f.trie, prefix, by, f.applied)
	}
}

// all gives the routes of a prefix, best first, of the best one.
func (r *Route) all() []*Route {
	if r == nil {
		return nil
	}
	if r.others == nil {
		return []*Route{r}
	}
	return append([]*Route{r}, *r.others...)
}

// without and with make what a prefix has after a change; nil for nothing. What readers see is not
// changed.
func (r *Route) without(gone *Route) *Route {
	return ranked(slices.DeleteFunc(r.all(), func(each *Route) bool { return each.key() == gone.key() }))
}

func (r *Route) with(added Route) *Route {
	// A copy of its own: a pointer into the message would keep all of that in memory.
	routes := append(r.all(), &added)
	slices.SortStableFunc(routes, func(a, b *Route) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Installed, b.Installed))
	})
	return ranked(routes)
}

func ranked(routes []*Route) *Route {
	if len(routes) == 0 {
		return nil
	}
	for i, each := range routes {
		if each.others != nil {
			alone := *each
			alone.others = nil
			routes[i] = &alone
		}
	}
	if len(routes) == 1 {
		return routes[0]
	}
	best, others := *routes[0], routes[1:]
	best.others = &others
	return &best
}
