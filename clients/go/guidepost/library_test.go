// Tests of the library against the server that GUIDEPOST_SERVER names, through proxies that cut.
package guidepost_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"iter"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

// Ends what hangs; no measure of a machine.
const patience = 10 * time.Minute

// server is where the tests' server is; what needs none runs without.
func server(t *testing.T) string {
	t.Helper()
	address := os.Getenv("GUIDEPOST_SERVER")
	if address == "" {
		t.Fatal("GUIDEPOST_SERVER must name a running server: HOST:PORT")
	}
	return address
}

func prefix(text string) netip.Prefix { return netip.MustParsePrefix(text) }
func addr(text string) netip.Addr     { return netip.MustParseAddr(text) }

func route(text, nextHop string) guidepost.Route {
	return guidepost.Route{Prefix: prefix(text), NextHop: addr(nextHop)}
}

func must[V any](v V, err error) func(t *testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func connect(t *testing.T, servers string, options ...guidepost.Option) *guidepost.Client {
	t.Helper()
	options = append([]guidepost.Option{guidepost.WithTimeout(patience)}, options...)
	client := must(guidepost.New(servers, options...))(t)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// fresh is a table of the test's own.
func fresh(t *testing.T) (*guidepost.Routes, string) {
	t.Helper()
	name := "go-" + rand.Text()
	all := connect(t, server(t)).Routes()
	must(all.CreateTable(t.Context(), name))(t)
	t.Cleanup(func() { _, _ = all.DropTable(context.Background(), name) })
	return all.InTable(name), name
}

func collect[V any](t *testing.T, seq iter.Seq2[V, error]) []V {
	t.Helper()
	var all []V
	for each, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, each)
	}
	return all
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// proxy is between a client and a server: it hands messages on as they are, and cuts calls as told.
type proxy struct {
	address string
	server  *grpc.Server

	mu       sync.Mutex
	cutAfter func() int // messages; below 0: never
	refuse   func(metadata.MD) error
	calls    []metadata.MD
	told     []string // in the headers of each answer
}

type raw struct{}

func (raw) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = slices.Clone(data); return nil }
func (raw) Name() string                       { return "proxy" }

func newProxy(t *testing.T) *proxy {
	t.Helper()
	encoding.RegisterCodec(raw{})
	p := &proxy{told: []string{"guidepost-revision", "routes=7,notes=3", "guidepost-timeline", "5"}, cutAfter: func() int { return -1 }, refuse: func(metadata.MD) error { return nil }}
	onward := must(grpc.NewClient(server(t), grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
	p.server = grpc.NewServer(grpc.ForceServerCodec(raw{}), grpc.MaxRecvMsgSize(16<<20),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error { return p.handle(onward, stream) }))
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	p.address = listener.Addr().String()
	go func() { _ = p.server.Serve(listener) }()
	t.Cleanup(func() { p.server.Stop(); _ = onward.Close() })
	return p
}

func (p *proxy) handle(onward *grpc.ClientConn, stream grpc.ServerStream) error {
	headers, _ := metadata.FromIncomingContext(stream.Context())
	p.mu.Lock()
	p.calls = append(p.calls, headers)
	left, refused, told := p.cutAfter(), p.refuse(headers), p.told
	p.mu.Unlock()
	if refused != nil {
		return refused
	}
	_ = stream.SendHeader(metadata.Pairs(told...))
	method, _ := grpc.MethodFromServerStream(stream)
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	call, err := onward.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method,
		grpc.ForceCodec(raw{}), grpc.MaxCallRecvMsgSize(16<<20))
	if err != nil {
		return err
	}
	go func() {
		for {
			var message []byte
			if err := stream.RecvMsg(&message); err != nil {
				_ = call.CloseSend()
				return
			}
			if call.SendMsg(&message) != nil {
				return
			}
		}
	}()
	for {
		var message []byte
		if err := call.RecvMsg(&message); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if left == 0 {
			return status.Error(codes.Unavailable, "cut")
		}
		left--
		if err := stream.SendMsg(&message); err != nil {
			return err
		}
	}
}

func (p *proxy) set(what func()) { p.mu.Lock(); what(); p.mu.Unlock() }

func (p *proxy) count() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.calls) }
