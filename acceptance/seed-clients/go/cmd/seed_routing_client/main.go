// Command seed_routing_client behaves as a tutorial's routing client does.
package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"guidepost/acceptance/seed-clients/gen/routetable"
	"guidepost/acceptance/seed-clients/internal/seed"
)

func main() {
	router := routetable.NewRouterClient(seed.Dial())
	ctx := context.Background()
	routes := []*routetable.Route{
		route("192.168.100.0"),
		route(fmt.Sprintf("%d.%d.%d.0", 1+rand.IntN(254), 1+rand.IntN(254), 1+rand.IntN(254))),
	}

	adding, err := router.AddRoutes(ctx)
	seed.Must(err, "AddRoutes")
	for _, route := range routes {
		seed.Must(adding.Send(route), "sending a route")
	}
	result, err := adding.CloseAndRecv()
	seed.Must(err, "AddRoutes")
	seed.Check(result.GetSuccess(), "the routes were not added")
	seed.NothingUnknown(result)

	for _, route := range routes {
		found, err := router.GetRoute(ctx, &routetable.Destination{Network: route.Dest, Mask: route.Mask})
		seed.Must(err, "GetRoute")
		seed.Check(proto.Equal(found, route), "%v instead of %v", found, route)
	}

	listing, err := router.ListRoutes(ctx, &emptypb.Empty{})
	seed.Must(err, "ListRoutes")
	missing := map[string]bool{routes[0].Dest: true, routes[1].Dest: true}
	for {
		route, err := listing.Recv()
		if err == io.EOF {
			break
		}
		seed.Must(err, "ListRoutes")
		seed.NothingUnknown(route)
		delete(missing, route.Dest)
	}
	seed.Check(len(missing) == 0, "not listed: %v", missing)
}

func route(network string) *routetable.Route {
	return &routetable.Route{
		Dest: network, Mask: "255.255.255.0", Nh: "168.192.100.1", Metric: 1, Interface: "eth0",
	}
}
