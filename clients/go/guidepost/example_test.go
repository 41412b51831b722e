package guidepost_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/netip"
	"os"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

// exampleTable is a client and a table of an example's own.
func exampleTable(name string) (context.Context, *guidepost.Routes, func()) {
	ctx := context.Background()
	client, err := guidepost.New(os.Getenv("GUIDEPOST_SERVER"))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.Routes().DropTable(ctx, name) // of a run that was ended in the middle
	if _, err := client.Routes().CreateTable(ctx, name); err != nil {
		log.Fatal(err)
	}
	return ctx, client.Routes().InTable(name), func() {
		_, _ = client.Routes().DropTable(ctx, name)
		_ = client.Close()
	}
}

func Example() {
	ctx, routes, done := exampleTable("example")
	defer done()

	_, err := routes.Add(ctx,
		guidepost.Route{Prefix: netip.MustParsePrefix("10.0.0.0/8"), NextHop: netip.MustParseAddr("192.0.2.1")},
		guidepost.Route{Prefix: netip.MustParsePrefix("10.1.0.0/16"), Interface: "eth0"})
	if err != nil {
		log.Fatal(err)
	}
	found, ok, err := routes.Lookup(ctx, netip.MustParseAddr("10.1.2.3"))
	fmt.Println(found.Route.Prefix, ok, err)
	// Output: 10.1.0.0/16 true <nil>
}

func ExampleError() {
	ctx, routes, done := exampleTable("example-error")
	defer done()

	_, err := routes.Add(ctx, guidepost.Route{Prefix: netip.MustParsePrefix("10.1.2.3/8"), Interface: "eth0"})
	var failed *guidepost.Error
	if errors.As(err, &failed) {
		fmt.Println(errors.Is(err, guidepost.ErrInvalidArgument), failed.Field, failed.Value)
	}
	// Output: true add.prefix 10.1.2.3/8
}

func ExampleRoutes_Watch() {
	ctx, routes, done := exampleTable("example-watch")
	defer done()

	for event, err := range routes.Watch(ctx, netip.Prefix{}, nil) {
		if err != nil {
			log.Fatal(err) // it cannot go on; cuts are events
		}
		switch e := event.(type) {
		case guidepost.SnapshotBegan:
			fmt.Println("a snapshot:", e.Why) // what was told before is void
		case guidepost.Entries[guidepost.Route]:
			fmt.Println(len(e.Entries), "routes")
		case guidepost.SnapshotComplete:
			fmt.Println("complete")
			_, _ = routes.Add(ctx, guidepost.Route{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Interface: "eth0"})
		case guidepost.Changes[guidepost.RouteChange]:
			fmt.Println(e.Changes[0].Kind, e.Changes[0].Route.Prefix)
			return // ends the call; e.Progress resumes it
		}
	}
	// Output:
	// a snapshot: asked
	// complete
	// added 10.0.0.0/8
}

func ExampleLiveRouteTable() {
	ctx, routes, done := exampleTable("example-live")
	defer done()

	live := routes.Live(ctx, nil)
	defer live.Close()
	revision, err := routes.Add(ctx, guidepost.Route{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Interface: "eth0"})
	if err != nil {
		log.Fatal(err)
	}
	if err := live.Wait(ctx, revision); err != nil { // read your own write
		log.Fatal(err)
	}
	route, ok := live.Lookup(netip.MustParseAddr("10.1.2.3")) // in this process, without a lock
	fmt.Println(route.Interface, ok)
	// Output: eth0 true
}

func ExampleRoutes_Load() {
	ctx, routes, done := exampleTable("example-load")
	defer done()

	report, err := routes.Load(ctx, func(yield func(guidepost.Route) bool) {
		for i := range 1000 {
			prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24)
			if !yield(guidepost.Route{Prefix: prefix, Interface: "eth0"}) {
				return
			}
		}
	})
	fmt.Println(report.Accepted, report.Rejected, err)
	// Output: 1000 0 <nil>
}

func ExampleRoutes_LookupAll() {
	ctx, routes, done := exampleTable("example-many")
	defer done()

	_, _ = routes.Add(ctx, guidepost.Route{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Interface: "eth0"})
	addresses := func(yield func(netip.Addr) bool) { // any number of them
		_ = yield(netip.MustParseAddr("10.1.2.3")) && yield(netip.MustParseAddr("203.0.113.1"))
	}
	for route, err := range routes.LookupAll(ctx, addresses) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(route != nil)
	}
	// Output:
	// true
	// false
}
