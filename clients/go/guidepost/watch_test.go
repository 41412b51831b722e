package guidepost_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

// apply puts events together as a program would.
type state struct {
	routes, coming map[netip.Prefix]guidepost.Route
	began, cuts    int
	why            guidepost.Beginning
}

func (s *state) apply(event guidepost.Event) {
	switch e := event.(type) {
	case guidepost.SnapshotBegan:
		s.coming, s.why = map[netip.Prefix]guidepost.Route{}, e.Why
		s.began++
	case guidepost.Entries[guidepost.Route]:
		for _, each := range e.Entries {
			s.coming[each.Prefix] = each
		}
	case guidepost.SnapshotComplete:
		s.routes = s.coming
	case guidepost.Changes[guidepost.RouteChange]:
		for _, each := range e.Changes {
			if each.Kind == guidepost.Removed {
				delete(s.routes, each.Route.Prefix)
			} else {
				s.routes[each.Route.Prefix] = each.Route
			}
		}
	case guidepost.Disconnected:
		s.cuts++
	}
}

func TestAWatchThatIsCutAfterEveryMessageLosesAndDoublesNothing(t *testing.T) {
	routes, name := fresh(t)
	p := newProxy(t)
	must(routes.Load(t.Context(), func(yield func(guidepost.Route) bool) {
		for i := range 1500 {
			at := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24)
			if !yield(guidepost.Route{Prefix: at, NextHop: addr("192.0.2.1")}) {
				return
			}
		}
	}))(t)
	cuts := -1
	p.set(func() { p.cutAfter = func() int { cuts++; return cuts } }) // 0, 1, 2 ... messages
	through := connect(t, p.address).Routes().InTable(name)
	s := &state{}
	phase := 0
	for event, err := range through.Watch(t.Context(), netip.Prefix{}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		s.apply(event)
		if phase == 0 && len(s.routes) == 1500 {
			if phase = 1; s.cuts < 3 || s.began < 4 {
				t.Fatal(s.cuts, s.began)
			}
			s.began = 0
			p.set(func() { p.cutAfter = func() int { return 1 } })
			for i := range 5 {
				must(routes.Add(t.Context(), route(fmt.Sprintf("11.%d.0.0/16", i), "192.0.2.1")))(t)
				must(routes.Delete(t.Context(), route(fmt.Sprintf("10.0.%d.0/24", i), "192.0.2.1")))(t)
			}
		}
		if _, added := s.routes[prefix("11.4.0.0/16")]; phase == 1 && added {
			if _, there := s.routes[prefix("10.0.4.0/24")]; !there {
				break
			}
		}
	}
	if s.began != 0 {
		t.Fatal("it resumed")
	}
	want := map[netip.Prefix]guidepost.Route{}
	for _, each := range collect(t, routes.Find(t.Context(), netip.Prefix{})) {
		want[each.Prefix] = each
	}
	equal(t, s.routes, want)
}

func TestAWatchResumesFromAProgressThatWasKeptAsText(t *testing.T) {
	routes, _ := fresh(t)
	must(routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1")))(t)
	kept := ""
	for event, err := range routes.Watch(t.Context(), netip.Prefix{}, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if done, ok := event.(guidepost.SnapshotComplete); ok {
			kept = done.Progress.String()
			break
		}
	}
	must(routes.Add(t.Context(), route("11.0.0.0/8", "192.0.2.1")))(t)
	progress := must(guidepost.ParseProgress(kept))(t)
	for event, err := range routes.Watch(t.Context(), netip.Prefix{}, nil, guidepost.After(progress)) {
		if err != nil {
			t.Fatal(err)
		}
		if _, quiet := event.(guidepost.Quiet); quiet {
			continue
		}
		changes := event.(guidepost.Changes[guidepost.RouteChange])
		equal(t, changes.Changes[0].Route.Prefix, "11.0.0.0/8")
		break
	}
	for _, err := range routes.Watch(t.Context(), netip.Prefix{}, nil, guidepost.After(guidepost.Progress{Revision: 1 << 60})) {
		if !errors.Is(err, guidepost.ErrOutOfRange) {
			t.Fatal(err)
		}
	}
	if _, err := guidepost.ParseProgress("x"); err == nil {
		t.Fatal("no progress")
	}
}

func TestTheCopyFollowsThroughCutsAndEndsWithItsTable(t *testing.T) {
	routes, name := fresh(t)
	p := newProxy(t)
	through := connect(t, p.address).Routes().InTable(name)
	second := route("10.0.0.0/8", "192.0.2.2")
	second.Metric = 7
	must(routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1"), second))(t)
	live := through.Live(t.Context(), nil)
	defer live.Close()
	if err := live.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.set(func() { p.cutAfter = func() int { return 1 } })
	for i := range 20 {
		written := must(routes.Add(t.Context(), route(fmt.Sprintf("10.%d.0.0/16", i), "192.0.2.3")))(t)
		if err := live.Wait(t.Context(), written); err != nil {
			t.Fatal(err)
		}
		if found, ok := live.Lookup(netip.AddrFrom4([4]byte{10, byte(i), 1, 1})); !ok || found.NextHop != addr("192.0.2.3") {
			t.Fatal(i, found)
		}
	}
	if found, ok := live.Lookup(addr("::ffff:10.200.0.1")); !ok || found.NextHop != addr("192.0.2.1") {
		t.Fatal(found)
	}
	written := must(routes.Delete(t.Context(), route("10.0.0.0/8", "192.0.2.1")))(t)
	if err := live.Wait(t.Context(), written); err != nil {
		t.Fatal(err)
	}
	if found, _ := live.Lookup(addr("10.200.0.1")); found.NextHop != addr("192.0.2.2") || len(live.LookupEqual(addr("10.200.0.1"))) != 1 {
		t.Fatal(found)
	}
	equal(t, len(slices.Collect(live.All())), 21)
	p.set(func() { p.cutAfter = func() int { return -1 } })
	must(routes.DropTable(t.Context(), name))(t)
	if err := live.Wait(t.Context(), 1<<60); !errors.Is(err, guidepost.ErrNotFound) {
		t.Fatal(err)
	}
	if live.Current() || !errors.Is(live.Err(), guidepost.ErrNotFound) {
		t.Fatal("it follows no more", live.Err())
	}
}
