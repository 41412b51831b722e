package guidepost_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

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
	// On a busy machine a short time is over before it is known that there is no server.
	err = context.DeadlineExceeded
	for timeout := 300 * time.Millisecond; errors.Is(err, context.DeadlineExceeded) && timeout < patience; timeout *= 2 {
		nowhere := connect(t, "127.0.0.1:1", guidepost.WithTimeout(timeout))
		_, err = nowhere.Routes().Add(t.Context(), route("10.0.0.0/8", "192.0.2.1"))
	}
	if !errors.As(err, &failed) || !failed.NotDone || !errors.Is(err, guidepost.ErrUnavailable) {
		t.Fatal(err)
	}
}

func TestManyLookUpsGoOnAfterCuts(t *testing.T) {
	all, name := fresh(t)
	must(all.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1"), guidepost.Route{Prefix: prefix("::/0"), Interface: "eth0"}))(t)
	p := newProxy(t)
	p.set(func() { p.cutAfter = func() int { return 1 } }) // each call answers one batch
	routes := connect(t, p.address).Routes().InTable(name)
	addresses := make([]netip.Addr, 5*8192+100)
	for i := range addresses {
		addresses[i] = netip.AddrFrom4([4]byte{byte(10 + i%2), byte(i >> 16), byte(i >> 8), byte(i)})
	}
	addresses[7], addresses[8] = netip.Addr{}, addr("2001:db8::1")
	found := must(routes.LookupMany(t.Context(), addresses))(t)
	equal(t, len(found.Indexes), len(addresses))
	equal(t, p.count(), 6)
	for i := range addresses {
		switch {
		case i == 8:
			equal(t, found.At(i).Prefix, "::/0")
		case i == 7 || i%2 == 1:
			if found.At(i) != nil {
				t.Fatal(i, "nothing covers", addresses[i], found.At(i))
			}
		default:
			if found.At(i) == nil || found.At(i).Prefix != prefix("10.0.0.0/8") {
				t.Fatal(i, found.At(i))
			}
		}
	}
	p.set(func() { p.cutAfter = func() int { return 0 } })
	nothing := connect(t, p.address, guidepost.WithTimeout(300*time.Millisecond)).Routes().InTable(name)
	_, err := nothing.LookupMany(t.Context(), addresses[:1])
	if !errors.Is(err, guidepost.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
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
