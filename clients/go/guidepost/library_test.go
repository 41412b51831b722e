// Tests of the library against the server that GUIDEPOST_SERVER names, through proxies that cut.
package guidepost_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	guidev1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/guide/v1"
	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

// Ends what hangs; no measure of a machine.
const patience = 10 * time.Minute

func TestMain(m *testing.M) {
	if os.Getenv("GUIDEPOST_SERVER") == "" {
		fmt.Fprintln(os.Stderr, "GUIDEPOST_SERVER must name a running server: HOST:PORT")
		os.Exit(2)
	}
	os.Exit(m.Run())
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
	all := connect(t, os.Getenv("GUIDEPOST_SERVER")).Routes()
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
	onward := must(grpc.NewClient(os.Getenv("GUIDEPOST_SERVER"), grpc.WithTransportCredentials(insecure.NewCredentials())))(t)
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

func TestFindsTheLongestPrefix(t *testing.T) {
	routes, _ := fresh(t)
	ctx := t.Context()
	must(routes.Add(ctx, route("10.0.0.0/8", "192.0.2.1"), route("10.1.0.0/16", "192.0.2.2"),
		guidepost.Route{Prefix: prefix("2001:db8::/32"), Interface: "eth0", Tags: []string{"lab"}}))(t)
	found, ok, err := routes.Lookup(ctx, addr("10.1.2.3"))
	if err != nil || !ok || found.Route.NextHop != addr("192.0.2.2") {
		t.Fatal(found, ok, err)
	}
	if _, ok, err := routes.Lookup(ctx, addr("203.0.113.1")); ok || err != nil {
		t.Fatal(ok, err)
	}
	whole, _, err := routes.LookupPrefix(ctx, prefix("10.1.2.3/8"))
	if err != nil || whole.Route.Prefix != prefix("10.0.0.0/8") {
		t.Fatal(whole, err)
	}
	many := must(routes.LookupMany(ctx, []netip.Addr{addr("2001:db8::1"), addr("10.2.0.1"), addr("::ffff:10.1.0.1"), addr("203.0.113.1")}))(t)
	var prefixes []string
	for i := range many.Indexes {
		if each := many.At(i); each != nil {
			prefixes = append(prefixes, each.Prefix.String())
		} else {
			prefixes = append(prefixes, "-")
		}
	}
	equal(t, prefixes, []string{"2001:db8::/32", "10.0.0.0/8", "10.1.0.0/16", "-"})
	equal(t, must(routes.Count(ctx, netip.Prefix{}, guidepost.Only(guidepost.RouteFilter{Tags: []string{"lab"}})))(t), 1)
	equal(t, len(collect(t, routes.Find(ctx, prefix("10.1.2.3/32"), guidepost.Matching(guidepost.LessSpecific)))), 2)
	for range routes.Find(ctx, netip.Prefix{}) {
		break // ends the call
	}
	before, _, err := routes.Revision(ctx, guidepost.State{})
	if err != nil || before.Timeline == 0 {
		t.Fatal(before, err)
	}
	must(routes.Delete(ctx, route("10.1.0.0/16", "192.0.2.2")))(t)
	differences := collect(t, routes.Diff(ctx, guidepost.State{Revision: before.Revision}, guidepost.State{}, netip.Prefix{}))
	if len(differences) != 1 || differences[0].After != nil || differences[0].Before.Prefix != prefix("10.1.0.0/16") {
		t.Fatal(differences)
	}
	then, ok, err := routes.Lookup(ctx, addr("10.1.2.3"), guidepost.AsOf(guidepost.State{Revision: before.Revision}))
	if err != nil || !ok || then.Route.Prefix != prefix("10.1.0.0/16") {
		t.Fatal(then, err)
	}
}

func TestLooksUpAnyNumberInOrder(t *testing.T) {
	routes, _ := fresh(t)
	must(routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1"), route("10.1.0.0/16", "192.0.2.2")))(t)
	for _, count := range []int{0, 1, 8191, 8192, 8193, 100_000} {
		addresses := func(yield func(netip.Addr) bool) {
			for i := range count {
				if !yield(netip.AddrFrom4([4]byte{byte(9 + i%3), 1, byte(i >> 8), byte(i)})) {
					return
				}
			}
		}
		i := 0
		for found, err := range routes.LookupAll(t.Context(), addresses, guidepost.Forwarding()) {
			if err != nil {
				t.Fatal(err)
			}
			if covered := i%3 == 1; (found != nil) != covered || covered && found.NextHop != addr("192.0.2.2") {
				t.Fatalf("address %d: %v", i, found)
			}
			i++
		}
		equal(t, i, count)
	}
}

func TestSaysWhichFieldValueAndRule(t *testing.T) {
	routes, _ := fresh(t)
	_, err := routes.Add(t.Context(), route("10.1.2.3/8", "192.0.2.1"))
	var failed *guidepost.Error
	if !errors.As(err, &failed) || !errors.Is(err, guidepost.ErrInvalidArgument) {
		t.Fatal(err)
	}
	equal(t, []string{failed.Field, failed.Value}, []string{"add.prefix", "10.1.2.3/8"})
	if !strings.Contains(failed.Rule, "10.0.0.0/8") {
		t.Fatal("names the prefix that may be meant:", failed.Rule)
	}
	_, err = routes.InTable("no-such-table").Count(t.Context(), netip.Prefix{})
	if !errors.Is(err, guidepost.ErrNotFound) || !errors.As(err, &failed) || failed.Reason != "TABLE_UNKNOWN" {
		t.Fatal(err)
	}
	equal(t, status.Code(err), codes.NotFound)
	results := must(routes.Apply(t.Context(), []guidepost.Operation{
		guidepost.AddRoute(route("11.0.0.0/8", "192.0.2.1")), guidepost.AddRoute(guidepost.Route{}),
	}, guidepost.Atomic()))(t)
	if !errors.As(results[0].Err, &failed) || failed.Code != codes.Aborted || results[1].Err == nil {
		t.Fatal(results)
	}
	for _, servers := range []string{"", "localhost", "localhost:0", "::1:5", "a b:1", "h:99999"} {
		if _, err := guidepost.New(servers); err == nil || !strings.Contains(err.Error(), "must be HOST:PORT") {
			t.Fatal(servers, err)
		}
	}
	if _, err := guidepost.New("192.0.2.1:5", guidepost.WithToken("secret")); err == nil {
		t.Fatal("a token for everybody to read")
	}
}

func TestWritesManyAndRefreshesASource(t *testing.T) {
	routes, name := fresh(t)
	ctx := t.Context()
	source := "feed-" + name
	must(routes.PutSource(ctx, guidepost.SourceSpec{Name: source, Distance: 20}))(t)
	defer func() { _ = routes.DeleteSource(context.Background(), source) }()
	next := 0
	writer := routes.Writer(ctx, func(index int, result guidepost.Result) {
		if index != next || (result.Err != nil) != (index == 777) {
			t.Error(index, next, result.Err)
		}
		next++
	}, guidepost.FromSource(source))
	for i := range 20_000 {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24)
		if i == 777 {
			p = prefix("10.1.2.3/8")
		}
		if err := writer.Write(guidepost.AddRoute(guidepost.Route{Prefix: p, NextHop: addr("192.0.2.1")})); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil || writer.Acknowledged() != 20_000 || next != 20_000 {
		t.Fatal(err, writer.Acknowledged(), next)
	}
	if err := writer.Write(guidepost.BeginSync()); !errors.Is(err, guidepost.ErrClosed) {
		t.Fatal(err)
	}
	refresh := routes.Writer(ctx, nil, guidepost.FromSource(source))
	for _, operation := range []guidepost.Operation{
		guidepost.BeginSync(), guidepost.AddRoute(route("10.0.0.0/24", "192.0.2.1")), guidepost.EndSync(),
	} {
		_ = refresh.Write(operation)
	}
	if err := refresh.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, must(routes.Flush(ctx, source, netip.Prefix{}))(t), 1)
}

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

func TestALoadGoesOnAfterCuts(t *testing.T) {
	routes, name := fresh(t)
	p := newProxy(t)
	cuts := 0
	p.set(func() { p.cutAfter = func() int { cuts++; return cuts } })
	report, err := connect(t, p.address).Routes().InTable(name).Load(t.Context(), func(yield func(guidepost.Route) bool) {
		for i := range 4000 {
			if !yield(guidepost.Route{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24), NextHop: addr("192.0.2.1")}) {
				return
			}
		}
		yield(guidepost.Route{})
	})
	if err != nil || report.Accepted != 4000 || report.Rejected != 1 || report.Errors[0].Index != 4000 {
		t.Fatal(report, err)
	}
	equal(t, must(routes.Count(t.Context(), netip.Prefix{}))(t), 4000)
}

func refusal(code codes.Code, reason string, after time.Duration) error {
	s, err := status.New(code, "later").WithDetails(
		&errdetails.ErrorInfo{Domain: "guidepost", Reason: reason}, &errdetails.RetryInfo{RetryDelay: durationpb.New(after)})
	if err != nil {
		panic(err)
	}
	return s.Err()
}

func TestTriesAgainWhereThatHelpsAndDoesNoHarm(t *testing.T) {
	_, name := fresh(t)
	p := newProxy(t)
	routes := connect(t, p.address).Routes().InTable(name)
	calls := 0
	p.set(func() {
		p.refuse = func(metadata.MD) error {
			if calls++; calls < 3 {
				return refusal(codes.ResourceExhausted, "OVERLOADED", 100*time.Millisecond)
			}
			return nil
		}
	})
	began := time.Now()
	must(routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1")))(t)
	if time.Since(began) < 200*time.Millisecond || p.count() != 3 {
		t.Fatal(time.Since(began), p.count())
	}
	cuts := 0
	p.set(func() {
		p.cutAfter = func() int {
			if cuts++; cuts < 3 {
				return 0
			}
			return -1
		}
	})
	must(routes.Count(t.Context(), netip.Prefix{}))(t)
	equal(t, p.count(), 6)
	p.set(func() { p.cutAfter = func() int { return 0 } })
	_, err := routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1"))
	var failed *guidepost.Error
	if !errors.As(err, &failed) || failed.NotDone || p.count() != 7 {
		t.Fatal("a write that may have counted is the caller's:", err, p.count())
	}
	nowhere := connect(t, "127.0.0.1:1", guidepost.WithTimeout(300*time.Millisecond))
	_, err = nowhere.Routes().Add(t.Context(), route("10.0.0.0/8", "192.0.2.1"))
	if !errors.As(err, &failed) || !failed.NotDone || !errors.Is(err, guidepost.ErrUnavailable) {
		t.Fatal(err)
	}
}

func TestShowsATokenThatChanges(t *testing.T) {
	_, name := fresh(t)
	p := newProxy(t)
	var valid atomic.Value
	valid.Store("first")
	p.set(func() {
		p.refuse = func(headers metadata.MD) error {
			if !slices.Equal(headers.Get("authorization"), []string{"Bearer " + valid.Load().(string)}) {
				return status.Error(codes.Unauthenticated, "who calls?")
			}
			return nil
		}
	})
	file := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("first\n")
	routes := connect(t, p.address, guidepost.WithTokenFile(file)).Routes().InTable(name)
	live := routes.Live(t.Context(), nil)
	defer live.Close()
	if err := live.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	valid.Store("second")
	if _, err := routes.Count(t.Context(), netip.Prefix{}); !errors.Is(err, guidepost.ErrUnauthenticated) {
		t.Fatal(err)
	}
	write("second\n")
	must(routes.Count(t.Context(), netip.Prefix{}))(t)
	write("two words")
	if _, err := routes.Count(t.Context(), netip.Prefix{}); err == nil || !strings.Contains(err.Error(), "must be one word") {
		t.Fatal(err)
	}
	// One that expires between being asked for and being shown is asked for again, once.
	asked := 0
	source := func(context.Context) (string, error) {
		if asked++; asked == 1 {
			return "expired", nil
		}
		return "second", nil
	}
	must(connect(t, p.address, guidepost.WithTokenSource(source)).Routes().InTable(name).Count(t.Context(), netip.Prefix{}))(t)
}

func TestGoesRoundPastServersThatAreGone(t *testing.T) {
	routes, name := fresh(t)
	one, two := newProxy(t), newProxy(t)
	client := connect(t, strings.Join([]string{"127.0.0.1:1", one.address, two.address}, ","))
	through := client.Routes().InTable(name)
	for i := range 10 {
		must(through.Add(t.Context(), route(fmt.Sprintf("10.%d.0.0/16", i), "192.0.2.1")))(t)
	}
	if one.count() < 3 || two.count() < 3 {
		t.Fatal(one.count(), two.count())
	}
	one.set(func() {
		last := one.calls[len(one.calls)-1]
		equal(t, last.Get("guidepost-revision"), "[notes=3,routes=7]")
		equal(t, last.Get("guidepost-timeline"), "[5]")
	})
	// The servers begin again, from an older copy.
	for _, each := range []*proxy{one, two} {
		each.set(func() { each.told = []string{"guidepost-revision", "routes=2", "guidepost-timeline", "6"} })
	}
	for range 3 {
		must(through.Count(t.Context(), netip.Prefix{}))(t)
	}
	one.set(func() {
		last := one.calls[len(one.calls)-1]
		equal(t, last.Get("guidepost-revision"), "[routes=2]")
		equal(t, last.Get("guidepost-timeline"), "[6]")
	})
	live := through.Live(t.Context(), nil)
	defer live.Close()
	if err := live.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	one.server.Stop()
	written := must(routes.Add(t.Context(), route("11.0.0.0/8", "192.0.2.1")))(t)
	if err := live.Wait(t.Context(), written); err != nil {
		t.Fatal(err)
	}
	latest := connect(t, two.address, guidepost.WithLatest())
	must(latest.Routes().InTable(name).Count(t.Context(), netip.Prefix{}))(t)
	two.set(func() { equal(t, two.calls[len(two.calls)-1].Get("guidepost-read"), "[latest]") })
}

func TestContextsThatEndLeaveNoGoroutine(t *testing.T) {
	routes, _ := fresh(t)
	must(routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1")))(t)
	must(routes.Count(t.Context(), netip.Prefix{}))(t) // the connection's own goroutines are there
	before := runtime.NumGoroutine()
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		live := routes.Live(ctx, nil)
		_ = live.Ready(ctx)
		endless := func(yield func(netip.Addr) bool) {
			for yield(addr("10.0.0.1")) {
			}
		}
		taken := 0
		for range routes.LookupAll(ctx, endless) {
			if taken++; taken == 10_000 {
				break
			}
		}
		for event := range routes.Watch(ctx, netip.Prefix{}, nil) {
			if _, done := event.(guidepost.SnapshotComplete); done {
				cancel()
			}
		}
		if err := live.Wait(context.Background(), 1<<60); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		_, _, err := routes.Lookup(ctx, addr("10.0.0.1"))
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		for event := range routes.Watch(t.Context(), netip.Prefix{}, nil) {
			if _, complete := event.(guidepost.SnapshotComplete); complete {
				break // its call ends though the context does not
			}
		}
		writer := routes.Writer(ctx, nil)
		if err := writer.Write(guidepost.DeletePrefix(prefix("10.0.0.0/8"))); err != nil {
			t.Fatal(err)
		}
		if err := writer.Close(); err == nil {
			t.Fatal("written after the end")
		}
		live.Close()
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			buffer := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buffer[:runtime.Stack(buffer, true)])
		}
		runtime.Gosched()
	}
}

func TestFeaturesNotesAndTrips(t *testing.T) {
	client := connect(t, os.Getenv("GUIDEPOST_SERVER"))
	ctx := t.Context()
	at := float64(time.Now().UnixNano()%100_000_000) / 1e6 // a place of this run
	hut := guidepost.Point(-55.1234, at)
	id := "go-" + rand.Text()
	put := must(client.Features().Put(ctx, &guidev1.Feature{Id: id, Point: hut, Name: "A hut", Category: "shelter"}))(t)
	equal(t, put, []string{id})
	equal(t, must(client.Features().Get(ctx, id))(t).GetName(), "A hut")
	equal(t, len(collect(t, client.Features().InBox(ctx, guidepost.Box(-55.1235, at-0.0001, -55.1233, at+0.0001), nil))), 1)
	nearest := collect(t, client.Features().Nearest(ctx, &guidev1.NearestRequest{Origin: hut, Count: 1}))
	equal(t, nearest[0].GetFeature().GetId(), id)
	equal(t, len(collect(t, client.Features().InCircle(ctx, guidepost.Circle(hut, 5), nil))), 1)
	along := collect(t, client.Features().AlongPath(ctx, &guidev1.AlongPathRequest{Corridor: &guidev1.GeoCorridor{
		Path: []*guidev1.GeoPoint{guidepost.Point(-55.1244, at), guidepost.Point(-55.1224, at)}, WithinMetres: 20,
	}}))
	equal(t, along[0].GetFeature().GetId(), id)
	for event, err := range client.Features().Watch(ctx, &guidev1.WatchRequest{Area: &guidev1.WatchRequest_Circle{Circle: guidepost.Circle(hut, 5)}}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, complete := event.(guidepost.SnapshotComplete); complete {
			if err := client.Features().Delete(ctx, id); err != nil {
				t.Fatal(err)
			}
		}
		if changes, ok := event.(guidepost.Changes[*guidev1.FeatureChange]); ok {
			equal(t, guidepost.ChangeKind(changes.Changes[0].GetKind()), guidepost.Removed)
			break
		}
	}
	_, err := client.Features().Put(ctx, &guidev1.Feature{Point: guidepost.Point(91, 0)})
	if !errors.Is(err, guidepost.ErrInvalidArgument) {
		t.Fatal(err)
	}

	note := must(client.Notes().Post(ctx, &guidev1.PostNoteRequest{Note: &guidev1.Note{Point: hut, Author: "ann", Kind: "hazard", Text: "A tree"}}))(t)
	equal(t, must(client.Notes().Confirm(ctx, note.GetId(), "bob"))(t).GetConfirmations(), 1)
	equal(t, must(client.Notes().Deny(ctx, note.GetId(), "cid"))(t).GetDenials(), 1)
	area := guidepost.Circle(hut, 5)
	equal(t, len(collect(t, client.Notes().Find(ctx, &guidev1.ListNotesRequest{Area: &guidev1.ListNotesRequest_Circle{Circle: area}}))), 1)
	for event, err := range client.Notes().Watch(ctx, &guidev1.WatchNotesRequest{Area: &guidev1.WatchNotesRequest_Circle{Circle: area}}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, complete := event.(guidepost.SnapshotComplete); complete {
			must(client.Notes().End(ctx, note.GetId(), "ann"))(t)
		}
		if changes, ok := event.(guidepost.Changes[*guidev1.NoteEvent]); ok {
			equal(t, changes.Changes[0].GetType(), guidev1.NoteEvent_TYPE_CLOSED)
			break
		}
	}

	recording := must(client.Trips().Record(ctx, &guidev1.TripStart{Traveller: "ann"}))(t)
	start := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	var fixes []*guidev1.TripFix
	for i := range 60 {
		fixes = append(fixes, &guidev1.TripFix{
			Point: guidepost.Point(-55.1+float64(i)*1.2e-5, at), Time: timestamppb.New(start.Add(time.Duration(i) * time.Second)),
		})
	}
	must(recording.Append(ctx, fixes[:30]...))(t)
	resumed := must(client.Trips().Record(ctx, &guidev1.TripStart{TripId: recording.Trip().GetId()}))(t)
	must(resumed.Append(ctx, fixes[30:]...))(t)
	trip := must(resumed.Finish(ctx))(t)
	equal(t, trip.GetSummary().GetFixes(), 60)
	equal(t, len(collect(t, client.Trips().Fixes(ctx, trip.GetId()))), 60)
	equal(t, len(must(client.Trips().Track(ctx, trip.GetId(), 2))(t).GetFixes()), 2)
	if err := client.Trips().Delete(ctx, trip.GetId()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Trips().Get(ctx, trip.GetId()); !errors.Is(err, guidepost.ErrNotFound) {
		t.Fatal(err)
	}
}
