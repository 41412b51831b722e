package guidepost_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

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

func TestTakesNoFamilyMatchOrKindThatThereIsNotForAnother(t *testing.T) {
	routes, _ := fresh(t)
	must(routes.Add(t.Context(), route("10.0.0.0/8", "192.0.2.1")))(t)
	for _, question := range []guidepost.Question{
		guidepost.Matching(9), guidepost.Matching(-1),
		guidepost.Only(guidepost.RouteFilter{Family: 5}), guidepost.Only(guidepost.RouteFilter{Family: 1}),
		guidepost.Only(guidepost.RouteFilter{Kinds: []guidepost.Kind{7}}),
	} {
		if count, err := routes.Count(t.Context(), prefix("10.0.0.0/8"), question); !errors.Is(err, guidepost.ErrInvalidArgument) {
			t.Fatal(count, err)
		}
	}
	wrong := route("11.0.0.0/8", "192.0.2.1")
	wrong.Kind = 7
	if revision, err := routes.Add(t.Context(), wrong); !errors.Is(err, guidepost.ErrInvalidArgument) {
		t.Fatal(revision, err)
	}
}
