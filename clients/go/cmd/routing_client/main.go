// Command routing_client adds two routes, looks one of them up, and lists the table.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/guidepost-server/guidepost/clients/go/gen/routetable"
	"github.com/guidepost-server/guidepost/clients/go/internal/console"
)

const exampleNetwork, exampleMask = "192.168.100.0", "255.255.255.0"

func main() {
	options := console.Flags()
	lookup := flag.String("lookup", exampleNetwork, "look up this `NETWORK`: an address or ADDRESS/LENGTH")
	mask := flag.String("mask", "", "its mask, such as 255.255.255.0 or 24 (default: a single host; "+
		exampleMask+" if -lookup is not given)")
	lookupOnly := flag.Bool("lookup-only", false, "add nothing, list nothing")
	flag.Parse()
	if *lookup == exampleNetwork && *mask == "" {
		*mask = exampleMask
	}
	asked := &routetable.Destination{Network: *lookup, Mask: *mask}
	console.Exit(run(options, asked, *lookupOnly))
}

func run(options *console.Options, asked *routetable.Destination, lookupOnly bool) error {
	connection, err := console.Connect(options)
	if err != nil {
		return err
	}
	defer connection.Close()
	router := routetable.NewRouterClient(connection)

	if lookupOnly {
		return lookUp(router, options, asked)
	}
	if err := addRoutes(router, options, exampleRoutes()); err != nil {
		return err
	}
	if err := lookUp(router, options, asked); err != nil {
		return err
	}
	return listRoutes(router, options)
}

// exampleRoutes are one route that is always the same, and one that is hardly ever.
func exampleRoutes() []*routetable.Route {
	a, b, c := 1+rand.IntN(254), 1+rand.IntN(254), 1+rand.IntN(254)
	return []*routetable.Route{
		{
			Dest: exampleNetwork, Mask: exampleMask,
			Nh: "168.192.100.1", Metric: 1, Interface: "eth0",
		},
		{
			Dest: fmt.Sprintf("%d.%d.%d.0", a, b, c), Mask: exampleMask,
			Nh: "168.192.100.1", Metric: 1, Interface: "eth0",
		},
	}
}

func addRoutes(router routetable.RouterClient, options *console.Options, routes []*routetable.Route) error {
	ctx, cancel := options.Call()
	defer cancel()
	stream, err := router.AddRoutes(ctx)
	if err != nil {
		return err
	}
	for _, route := range routes {
		fmt.Println("adding", console.RouteText(route))
		// io.EOF means that the call has ended already; CloseAndRecv knows how.
		if err := stream.Send(route); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	result, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	return printResult(result)
}

// printResult says what became of the added routes; a route that was refused is an error.
func printResult(result *routetable.Result) error {
	if result.GetAccepted() > 0 || result.GetRejected() > 0 { // only with -extended
		fmt.Printf("accepted %d (%d were there already), rejected %d, revision %d\n",
			result.GetAccepted(), result.GetUnchanged(), result.GetRejected(), result.GetRevision())
	}
	if result.GetSuccess() {
		fmt.Println("added")
		return nil
	}
	var reasons []string
	for _, e := range result.GetErrors() {
		reasons = append(reasons, fmt.Sprintf("row %d: %s: %s", e.GetIndex(), e.GetCode(), e.GetText()))
	}
	if len(reasons) == 0 {
		reasons = []string{"a route; -extended says why"}
	}
	return fmt.Errorf("%w: %s", console.ErrRefused, strings.Join(reasons, "; "))
}

// lookUp says which route leads to the destination that was asked for.
//
// The contract has no error for "not found": a found route has a dest, any other has none. A
// destination that cannot be read is explained in the metadata that follow the answer.
func lookUp(router routetable.RouterClient, options *console.Options, asked *routetable.Destination) error {
	ctx, cancel := options.Call()
	defer cancel()
	var trailer metadata.MD
	route, err := router.GetRoute(ctx, asked, grpc.Trailer(&trailer))
	if err != nil {
		return err
	}
	if reasons := trailer.Get("guidepost-error-bin"); len(reasons) > 0 {
		return fmt.Errorf("%w: %s", console.ErrRefused, reasons[0])
	}
	what := asked.GetNetwork()
	if asked.GetMask() != "" {
		what += "/" + asked.GetMask()
	}
	if route.GetDest() == "" {
		fmt.Printf("to %s: no route\n", what)
	} else {
		fmt.Printf("to %s: %s\n", what, console.RouteText(route))
	}
	return nil
}

func listRoutes(router routetable.RouterClient, options *console.Options) error {
	ctx, cancel := options.Call()
	defer cancel()
	stream, err := router.ListRoutes(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}
	for count := 0; ; count++ {
		route, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			fmt.Println(count, "routes")
			return nil
		}
		if err != nil {
			return err
		}
		options.Row(count, console.RouteText(route))
	}
}
