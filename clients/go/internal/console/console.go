// Package console holds what the two programs share: options, the connection, exit codes, and how
// things look as text.
package console

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/guidepost-server/guidepost/clients/go/gen/routeguide"
	"github.com/guidepost-server/guidepost/clients/go/gen/routetable"
)

// Exit codes; 0 is success.
const (
	ExitRefused     = 1 // the server answered, and the answer is an error
	ExitUsage       = 2 // a wrong option: package flag uses it too
	ExitUnreachable = 3 // no server at the address
)

// retryReads tells gRPC which calls it may repeat by itself, and when. Adding and posting are not
// in the list: whether to send those again is the caller's decision.
const retryReads = `{
  "methodConfig": [{
    "name": [
      {"service": "routetable.Router", "method": "GetRoute"},
      {"service": "routeguide.RouteGuide", "method": "GetFeature"}
    ],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "1s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
}`

// Options are those that every client has.
type Options struct {
	Server   string
	Wait     time.Duration
	Timeout  time.Duration
	Extended bool
	Rows     int
	Security Security
}

// Flags declares the options; they are filled in by flag.Parse.
func Flags() *Options {
	var options Options
	server := os.Getenv("GUIDEPOST_SERVER")
	if server == "" {
		server = "localhost:50051"
	}
	flag.StringVar(&options.Server, "server", server, "where the server listens, `HOST:PORT`")
	flag.DurationVar(&options.Wait, "wait", 5*time.Second, "how long to wait for the connection")
	flag.DurationVar(&options.Timeout, "timeout", time.Minute, "deadline of each call")
	flag.BoolVar(&options.Extended, "extended", false,
		"ask for the server's extended results (metadata guidepost-extended: 1)")
	options.Security.flags()
	flag.IntVar(&options.Rows, "rows", 20, "print at most `N` rows of a list, count the others")
	return &options
}

// ErrRefused means that the server said no, in an answer rather than by a gRPC error.
var ErrRefused = errors.New("refused")

// unreachable means that no server accepted the connection in time.
type unreachable struct{ options *Options }

func (u unreachable) Error() string {
	where := fmt.Sprintf("%s (waited %v)", u.options.Server, u.options.Wait)
	if u.options.Security.encrypts() {
		return fmt.Sprintf("no connection to %s: %s", where,
			u.options.Security.why(u.options.Server, u.options.Wait))
	}
	return fmt.Sprintf("no server at %s that speaks plaintext. Start one with './guidepost serve', "+
		"name another one with -server, or try -tls.", where)
}

// Connect opens a connection and waits until it is ready. Without the wait it would be made by the
// first call, and a server that is not there would look like a call that failed.
func Connect(options *Options) (*grpc.ClientConn, error) {
	secured, err := options.Security.dialOptions(options.Server)
	if err != nil {
		return nil, err
	}
	connection, err := grpc.NewClient(options.Server,
		append(secured, grpc.WithDefaultServiceConfig(retryReads))...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), options.Wait)
	defer cancel()
	connection.Connect()
	for state := connection.GetState(); state != connectivity.Ready; state = connection.GetState() {
		if !connection.WaitForStateChange(ctx, state) {
			connection.Close()
			return nil, unreachable{options}
		}
		connection.Connect() // again if it went idle; nothing otherwise
	}
	return connection, nil
}

// Call gives the context of one call: with its deadline, and with the metadata that were asked for.
func (options *Options) Call() (context.Context, context.CancelFunc) {
	return context.WithTimeout(options.Endless(), options.Timeout)
}

// Endless gives the context of a call without a deadline, such as a chat between people.
func (options *Options) Endless() context.Context {
	ctx := context.Background()
	if options.Extended {
		ctx = metadata.AppendToOutgoingContext(ctx, "guidepost-extended", "1")
	}
	return ctx
}

// Exit ends the program: with 0 if there was no error, or else with one line and an exit code.
func Exit(err error) {
	if err == nil {
		os.Exit(0)
	}
	words, code := err.Error(), ExitRefused
	var nobody unreachable
	if errors.As(err, &nobody) {
		code = ExitUnreachable
	} else if errors.Is(err, ErrMisused) {
		code = ExitUsage
	} else if answer, ok := status.FromError(err); ok {
		words = fmt.Sprintf("%v: %s%s", answer.Code(), answer.Message(), advice(answer.Code()))
		if answer.Code() == codes.Unavailable {
			code = ExitUnreachable
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %s\n", filepath.Base(os.Args[0]), words)
	os.Exit(code)
}

// advice is what to do about a caller who is not let in.
func advice(code codes.Code) string {
	switch code {
	case codes.Unauthenticated:
		return "; show a token with -token-file FILE or $GUIDEPOST_TOKEN that has not expired"
	case codes.PermissionDenied:
		return "; ask the server's operator for a grant"
	default:
		return ""
	}
}

// Row prints one row of a list if its index is below the limit, and dots for the first one above.
func (options *Options) Row(index int, text string) {
	switch {
	case index < options.Rows:
		fmt.Println(" ", text)
	case index == options.Rows:
		fmt.Println("  ...")
	}
}

// RouteText is a route in one line: "10.0.0.0/255.0.0.0 via 10.0.0.1 dev eth0 metric 1".
func RouteText(route *routetable.Route) string {
	text := route.GetDest() + "/" + route.GetMask()
	if route.GetNh() != "" {
		text += " via " + route.GetNh()
	}
	if route.GetInterface() != "" {
		text += " dev " + route.GetInterface()
	}
	text += fmt.Sprintf(" metric %d", route.GetMetric())
	if route.GetSource() != "" { // only with -extended
		text += fmt.Sprintf(" (source %s, distance %d, revision %d)",
			route.GetSource(), route.GetDistance(), route.GetRevision())
	}
	return text
}

// PointText is a point in degrees, latitude first; the wire has units of 1e-7 degrees.
func PointText(point *routeguide.Point) string {
	return fmt.Sprintf("%.7f,%.7f",
		float64(point.GetLatitude())/1e7, float64(point.GetLongitude())/1e7)
}

// FeatureText is where a feature is and what it is called.
func FeatureText(feature *routeguide.Feature) string {
	name := feature.GetName()
	if name == "" {
		name = "(nothing here)"
	}
	return PointText(feature.GetLocation()) + "  " + name
}

// NoteText is where a note was left and what it says.
func NoteText(note *routeguide.RouteNote) string {
	return PointText(note.GetLocation()) + "  " + note.GetMessage()
}
