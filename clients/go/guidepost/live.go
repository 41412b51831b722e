package guidepost

import (
	"cmp"
	"context"
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
// The trie is bart's (github.com/gaissmai/bart), whose changes make a new version that shares what
// did not change with the old one: readers load one pointer and never wait. docs/decisions/0063 says
// why. Memory: some 250 bytes a route; twice that while a new snapshot comes.
type LiveRouteTable struct {
	shown   atomic.Pointer[version]
	current atomic.Bool
	cancel  context.CancelFunc
	done    chan struct{}

	mu    sync.Mutex
	moved chan struct{}
	err   error
}

// version is what readers see: immutable.
type version struct {
	trie     *bart.Table[*ways]
	revision uint64
	complete bool
}

// ways are the routes of a prefix; immutable. The best one stands first in it, so that a pointer to
// it is one to the ways: a look-up follows no further pointer.
type ways struct {
	best Route
	// others follow it, best first; empty as a rule.
	others []*Route
}

func follow(ctx context.Context, events func(context.Context) iter.Seq2[Event, error]) *LiveRouteTable {
	ctx, cancel := context.WithCancel(ctx)
	l := &LiveRouteTable{cancel: cancel, done: make(chan struct{}), moved: make(chan struct{})}
	l.shown.Store(&version{trie: &bart.Table[*ways]{}})
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
	found, ok := l.shown.Load().trie.Lookup(address.Unmap())
	if !ok {
		return nil, false
	}
	return &found.best, true
}

// LookupEqual finds all routes that packets may take: those with the best one's distance and metric.
func (l *LiveRouteTable) LookupEqual(address netip.Addr) []*Route {
	found, ok := l.shown.Load().trie.Lookup(address.Unmap())
	if !ok {
		return nil
	}
	equal := []*Route{&found.best}
	for _, each := range found.others {
		if each.Distance == found.best.Distance && each.Metric == found.best.Metric {
			equal = append(equal, each)
		}
	}
	return equal
}

// All gives the routes of one revision, by prefix and best first.
func (l *LiveRouteTable) All() iter.Seq[*Route] {
	v := l.shown.Load()
	return func(yield func(*Route) bool) {
		for _, found := range v.trie.AllSorted() {
			if !yield(&found.best) {
				return
			}
			for _, route := range found.others {
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
			return errorOf(ctx.Err())
		}
	}
}

// Close stops following, and returns when that is done; what is known stays.
func (l *LiveRouteTable) Close() {
	l.cancel()
	<-l.done
}

func (l *LiveRouteTable) follow(events iter.Seq2[Event, error]) {
	f := filling{trie: &bart.Table[*ways]{}}
	for event, err := range events {
		if err != nil {
			l.ended(err)
			return
		}
		switch e := event.(type) {
		case SnapshotBegan:
			f = filling{trie: &bart.Table[*ways]{}}
		case Entries[Route]:
			for i := range e.Entries {
				f.insert(&e.Entries[i])
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
		}
	}
}

func (l *LiveRouteTable) show(trie *bart.Table[*ways], p Progress) {
	l.shown.Store(&version{trie, p.Revision, true})
	l.current.Store(true)
	l.signal(nil)
}

func (l *LiveRouteTable) ended(err error) {
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
	trie    *bart.Table[*ways]
	pending []RouteChange
}

// complete gives the trie of a snapshot, which may be changed no more.
func (f *filling) complete() *bart.Table[*ways] { return f.trie }

// insert adds a route of a snapshot that nobody sees yet.
func (f *filling) insert(route *Route) {
	f.trie.Modify(route.Prefix, func(have *ways, _ bool) (*ways, bool) { return have.with(route), false })
}

// apply makes the version with all changes up to a revision.
func (f *filling) apply(revision uint64) *bart.Table[*ways] {
	trie := f.trie
	kept := f.pending[:0:0]
	for i := range f.pending {
		change := &f.pending[i]
		if change.Route.Revision > revision {
			kept = append(kept, *change)
			continue
		}
		trie = trie.ModifyPersist(change.Route.Prefix, func(have *ways, _ bool) (*ways, bool) {
			after := have.without(&change.Route)
			if change.Kind != Removed {
				after = after.with(&change.Route)
			}
			return after, after == nil
		})
	}
	f.pending, f.trie = kept, trie
	return trie
}

func (w *ways) all() []*Route {
	if w == nil {
		return nil
	}
	return append([]*Route{&w.best}, w.others...)
}

func (w *ways) without(route *Route) *ways {
	if w == nil || w.others == nil && w.best.key() == route.key() {
		return nil
	}
	kept := slices.DeleteFunc(w.all(), func(each *Route) bool { return each.key() == route.key() })
	return waysOf(kept)
}

func (w *ways) with(route *Route) *ways {
	routes := append(w.all(), route)
	slices.SortStableFunc(routes, func(a, b *Route) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Installed, b.Installed))
	})
	return waysOf(routes)
}

func waysOf(routes []*Route) *ways {
	switch len(routes) {
	case 0:
		return nil
	case 1:
		return &ways{best: *routes[0]}
	default:
		return &ways{*routes[0], routes[1:]}
	}
}
