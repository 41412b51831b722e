package guidepost

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/gaissmai/bart"
)

// Prefixes like those of a full table: most of them /24, few short ones.
func manyRoutes(count int) []Route {
	random := rand.New(rand.NewPCG(1, 2))
	lengths := []int{24, 24, 24, 24, 24, 24, 23, 22, 22, 21, 20, 19, 18, 16, 16, 14, 12}
	seen := map[netip.Prefix]bool{}
	var routes []Route
	for len(routes) < count {
		at := netip.AddrFrom4([4]byte{byte(1 + random.IntN(222)), byte(random.Uint32()), byte(random.Uint32()), 0})
		prefix := netip.PrefixFrom(at, lengths[random.IntN(len(lengths))]).Masked()
		if !seen[prefix] {
			seen[prefix] = true
			nextHop := netip.AddrFrom4([4]byte{192, 0, 2, byte(len(routes))})
			routes = append(routes, Route{Prefix: prefix, NextHop: nextHop, Revision: 1, Installed: uint64(len(routes))})
		}
	}
	return routes
}

// Some times what a full table changes.
const writesPerSecond = 1000

// told gives a snapshot, then change after change until the context ends.
func told(routes []Route, writes bool) func(context.Context) iter.Seq2[Event, error] {
	return func(ctx context.Context) iter.Seq2[Event, error] {
		return func(yield func(Event, error) bool) {
			if !yield(SnapshotBegan{}, nil) || !yield(Entries[Route]{routes}, nil) || !yield(SnapshotComplete{Progress{1, 1}}, nil) {
				return
			}
			revision := uint64(1)
			pace := time.NewTicker(time.Second / writesPerSecond)
			defer pace.Stop()
			for writes && ctx.Err() == nil {
				<-pace.C
				revision++
				change := RouteChange{Updated, routes[int(revision)%len(routes)]}
				change.Route.Revision, change.Route.Metric = revision, uint32(revision)
				if revision%3 == 0 {
					change.Kind = Removed
				}
				if !yield(Changes[RouteChange]{[]RouteChange{change}, Progress{revision, 1}}, nil) {
					return
				}
			}
			<-ctx.Done()
			yield(nil, errorOf(ctx.Err()))
		}
	}
}

func manyAddresses() []netip.Addr {
	random := rand.New(rand.NewPCG(3, 4))
	addresses := make([]netip.Addr, 1<<16)
	for i := range addresses {
		addresses[i] = netip.AddrFrom4([4]byte{byte(1 + random.IntN(222)), byte(random.Uint32()), byte(random.Uint32()), byte(random.Uint32())})
	}
	return addresses
}

// A look-up in the live copy beside one in bart itself, with a million routes:
//
//	go test -run - -bench Lookup -benchtime 2000000x ./guidepost
func BenchmarkLookup(b *testing.B) {
	routes, addresses := manyRoutes(1_000_000), manyAddresses()
	for _, asked := range []int{1 << 12, 1 << 16} {
		b.Run(fmt.Sprintf("of %d addresses", asked), func(b *testing.B) {
			lookup(b, routes, addresses[:asked])
		})
	}
}

// measure also tells the processor time of a look-up, which others on this machine hardly change.
func measure(b *testing.B, lookup func(i int)) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.ResetTimer()
	before := processorTime()
	for i := range b.N {
		lookup(i)
	}
	b.ReportMetric(float64(processorTime()-before)/float64(b.N), "cpu-ns/op")
}

func processorTime() int64 {
	var usage syscall.Rusage
	const thisThread = 1
	if err := syscall.Getrusage(thisThread, &usage); err != nil {
		return 0
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func lookup(b *testing.B, routes []Route, addresses []netip.Addr) {
	mask := len(addresses) - 1
	b.Run("bart", func(b *testing.B) {
		table := &bart.Table[*Route]{}
		for i := range routes {
			table.Insert(routes[i].Prefix, &routes[i])
		}
		measure(b, func(i int) { table.Lookup(addresses[i&mask]) })
	})
	b.Run("bart fast", func(b *testing.B) {
		table := &bart.Fast[*Route]{}
		for i := range routes {
			table.Insert(routes[i].Prefix, &routes[i])
		}
		measure(b, func(i int) { table.Lookup(addresses[i&mask]) })
	})
	for _, writes := range []bool{false, true} {
		name := "live"
		if writes {
			name = "live, concurrent writer"
		}
		b.Run(name, func(b *testing.B) {
			live := follow(context.Background(), told(routes, writes))
			defer live.Close()
			if err := live.Ready(context.Background()); err != nil {
				b.Fatal(err)
			}
			first := live.Revision()
			measure(b, func(i int) { live.Lookup(addresses[i&mask]) })
			b.ReportMetric(float64(live.Revision()-first)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}

// The copy against a table that is searched from end to end, after every change.
func TestTheCopyAnswersAsASlowTable(t *testing.T) {
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	f := filling{trie: &bart.Table[*Route]{}}
	slow := map[netip.Prefix]map[key]Route{}
	for revision := uint64(1); revision <= 3000; revision++ {
		at := netip.AddrFrom4([4]byte{10, 1, byte(random.IntN(2)), byte(random.Uint32())})
		if random.IntN(2) == 0 {
			bytes := netip.MustParseAddr("2001:db8::").As16()
			bytes[15], bytes[7] = byte(random.Uint32()), byte(random.IntN(2))
			at = netip.AddrFrom16(bytes)
		}
		prefix := netip.PrefixFrom(at, random.IntN(at.BitLen()+1)).Masked()
		route := Route{
			Prefix: prefix, NextHop: netip.AddrFrom4([4]byte{192, 0, 2, byte(random.IntN(3))}),
			Metric: uint32(random.IntN(3)), Revision: revision, Installed: revision,
		}
		change := RouteChange{Added, route}
		if random.IntN(3) == 0 {
			change.Kind = Removed
			delete(slow[prefix], route.key())
		} else {
			if slow[prefix] == nil {
				slow[prefix] = map[key]Route{}
			}
			slow[prefix][route.key()] = route
		}
		before := f.trie
		size := before.Size()
		f.pending = append(f.pending, change)
		f.apply(revision)
		if before.Size() != size {
			t.Fatal("a version that readers see has changed")
		}
		for _, asked := range []netip.Addr{at, at.Next(), at.Prev()} {
			if !asked.IsValid() {
				continue
			}
			var want *Route
			for prefix, routes := range slow {
				if !prefix.Contains(asked) {
					continue
				}
				for _, each := range routes {
					if want == nil || prefix.Bits() > want.Prefix.Bits() || prefix == want.Prefix && better(each, *want) {
						want = &each
					}
				}
			}
			found, ok := f.trie.Lookup(asked)
			if ok != (want != nil) || ok && (found.Prefix != want.Prefix || found.key() != want.key()) {
				t.Fatalf("%s: %v, want %v", asked, found, want)
			}
		}
	}
}

func better(a, b Route) bool {
	if a.Metric != b.Metric {
		return a.Metric < b.Metric
	}
	return a.Installed < b.Installed
}

// A revision that comes in parts is shown as a whole.
func TestShowsWholeRevisionsOnly(t *testing.T) {
	part := func(prefix string, revision, told uint64) Event {
		route := Route{Prefix: netip.MustParsePrefix(prefix), Revision: revision}
		return Changes[RouteChange]{[]RouteChange{{Added, route}}, Progress{told, 1}}
	}
	steps := make(chan Event)
	live := follow(context.Background(), func(ctx context.Context) iter.Seq2[Event, error] {
		return func(yield func(Event, error) bool) {
			for event := range steps {
				if !yield(event, nil) {
					return
				}
			}
		}
	})
	steps <- SnapshotBegan{}
	steps <- SnapshotComplete{Progress{4, 1}}
	steps <- part("10.0.0.0/8", 5, 4)
	steps <- part("11.0.0.0/8", 5, 4)
	steps <- Quiet{Progress{4, 1}} // taken only when what is before it was
	if live.Len() != 0 {
		t.Fatal("a part of revision 5 is shown")
	}
	steps <- part("12.0.0.0/8", 5, 5)
	if err := live.Wait(context.Background(), 5); err != nil || live.Len() != 3 {
		t.Fatal(err, live.Len())
	}
	steps <- SnapshotBegan{OtherData}
	steps <- Entries[Route]{[]Route{{Prefix: netip.MustParsePrefix("13.0.0.0/8")}}}
	steps <- Lagging{}
	if live.Len() != 3 {
		t.Fatal("a snapshot that is not complete is shown")
	}
	steps <- SnapshotComplete{Progress{2, 2}}
	steps <- Lagging{}
	if live.Len() != 1 || live.Revision() != 2 {
		t.Fatal(live.Len(), live.Revision())
	}
	steps <- part("14.0.0.0/8", 3, 2)
	steps <- Disconnected{ErrUnavailable, 0} // what is left of revision 3 is told again, or is another
	steps <- part("15.0.0.0/8", 3, 3)
	if err := live.Wait(context.Background(), 3); err != nil || live.Len() != 2 {
		t.Fatal(err, live.Len())
	}
	close(steps)
	live.Close()
}
