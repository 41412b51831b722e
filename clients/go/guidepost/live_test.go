package guidepost

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// The copy against a table that is searched from end to end, after every change, while it grows and
// shrinks.
func TestTheCopyAnswersAsASlowTable(t *testing.T) {
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	f := filling{table: newTable()}
	slow := map[netip.Prefix]map[key]Route{}
	var prefixes []netip.Prefix
	for revision := uint64(1); revision <= 4000; revision++ {
		shrinks := revision/250%2 == 1 // to nothing, nearly
		route := randomRoute(random, revision)
		change := RouteChange{Added, route}
		if len(prefixes) > 0 && (shrinks || random.IntN(8) == 0) {
			change = RouteChange{Removed, anyOf(slow[prefixes[random.IntN(len(prefixes))]])}
			delete(slow[change.Route.Prefix], change.Route.key())
			if len(slow[change.Route.Prefix]) == 0 {
				delete(slow, change.Route.Prefix)
				prefixes = slices.Delete(prefixes, slices.Index(prefixes, change.Route.Prefix), slices.Index(prefixes, change.Route.Prefix)+1)
			}
		} else {
			if slow[route.Prefix] == nil {
				slow[route.Prefix] = map[key]Route{}
				prefixes = append(prefixes, route.Prefix)
			}
			slow[route.Prefix][route.key()] = route
		}
		change.Route.Revision = revision
		asked := change.Route.Prefix.Addr()
		shown := f.table
		before, found := shown.lookup(asked)
		f.pending = append(f.pending, change)
		f.apply(revision)
		if again, still := shown.lookup(asked); again != before || still != found {
			t.Fatal("a version that readers see has changed")
		}
		if revision%700 == 0 { // as a snapshot would begin
			f.complete()
		}
		for range 16 {
			if asked.IsValid() {
				sameAsSlow(t, &f.table, slow, asked)
			}
			asked = randomRoute(random, 0).NextHop
		}
	}
}

// randomRoute is in a space so narrow that prefixes meet; its next hop is an address there.
func randomRoute(random *rand.Rand, revision uint64) Route {
	address := func() netip.Addr {
		if random.IntN(4) == 0 {
			bytes := netip.MustParseAddr("2001:db8::").As16()
			bytes[15], bytes[7] = byte(random.Uint32()), byte(random.IntN(2))
			return netip.AddrFrom16(bytes)
		}
		return netip.AddrFrom4([4]byte{10, byte(random.IntN(3)), byte(random.IntN(64)), byte(random.IntN(4) << 6)})
	}
	at := address()
	bits := random.IntN(at.BitLen() + 1)
	if at.Is4() && random.IntN(4) > 0 {
		bits = 20 + random.IntN(6)
	}
	if at.Is4() && at.As4()[1] == 2 { // where there are long ones only
		bits = 25 + random.IntN(8)
	}
	return Route{
		Prefix: netip.PrefixFrom(at, bits).Masked(), NextHop: address(),
		Metric: uint32(random.IntN(3)), Revision: revision, Installed: revision,
	}
}

func anyOf(routes map[key]Route) Route {
	for _, each := range routes {
		return each
	}
	return Route{}
}

func sameAsSlow(t *testing.T, copied *table, slow map[netip.Prefix]map[key]Route, asked netip.Addr) {
	t.Helper()
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
	found, ok := copied.lookup(asked)
	if ok != (want != nil) || ok && (found.Prefix != want.Prefix || found.key() != want.key()) {
		t.Fatalf("%s: %v, want %v", asked, found, want)
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

func TestSaysWhyThereIsNothingToShow(t *testing.T) {
	client, err := New("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	live := client.Routes().Live(t.Context(), nil)
	defer live.Close()
	deadline := time.Now().Add(10 * time.Minute) // ends what hangs
	for {
		waiting, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := live.Ready(waiting)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if strings.Contains(err.Error(), "; Unavailable: ") && strings.Contains(err.Error(), "connect") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}
