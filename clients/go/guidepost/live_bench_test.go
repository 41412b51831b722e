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
