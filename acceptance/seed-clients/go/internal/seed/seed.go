// Package seed has what the two clients share: the server's address, the name that the service is
// called by, and checks.
package seed

import (
	"context"
	"flag"
	"log"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

var (
	server  = flag.String("server", "", "where the server listens, HOST:PORT")
	service = flag.String("service", "", "full name of the service")
)

// Dial opens a connection over which every call goes to the service name of the command line. The
// stubs were generated without a package; on the wire a package is nothing but that name.
func Dial() grpc.ClientConnInterface {
	log.SetFlags(0)
	flag.Parse()
	if *server == "" || *service == "" {
		log.Fatal("-server and -service are required")
	}
	connection, err := grpc.NewClient(*server, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	return renamed{connection}
}

type renamed struct{ *grpc.ClientConn }

func (r renamed) Invoke(ctx context.Context, method string, in, out any, options ...grpc.CallOption) error {
	return r.ClientConn.Invoke(ctx, rename(method), in, out, options...)
}

func (r renamed) NewStream(
	ctx context.Context, description *grpc.StreamDesc, method string, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return r.ClientConn.NewStream(ctx, description, rename(method), options...)
}

// rename turns "/RouteGuide/GetFeature" into "/examples.RouteGuide/GetFeature".
func rename(method string) string {
	return "/" + *service + method[strings.LastIndex(method, "/"):]
}

// Must ends the program if there is an error.
func Must(err error, doing string) {
	if err != nil {
		log.Fatalf("failed: %s: %v", doing, err)
	}
}

// Check ends the program if the condition does not hold.
func Check(condition bool, format string, arguments ...any) {
	if !condition {
		log.Fatalf("failed: "+format, arguments...)
	}
}

// NothingUnknown ends the program if a message has a field that the contract does not have: Go's
// clients print those.
func NothingUnknown(message proto.Message) {
	unknown := message.ProtoReflect().GetUnknown()
	Check(len(unknown) == 0, "%d bytes of unknown fields in %v", len(unknown), message)
}
