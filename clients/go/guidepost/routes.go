package guidepost

import (
	"context"
	"errors"
	"iter"
	"net/netip"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	commonv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/common/v1"
	routesv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/routes/v1"
)

const (
	// Addresses in a message of look-ups: the next ones are on their way while one is answered.
	batchAddressesMax = 8192
	// Messages that are sent before the first is answered.
	batchesAhead = 8
)

// Routes asks and changes one table.
type Routes struct {
	t     *transport
	table string
}

// InTable is the same for another table.
func (r *Routes) InTable(name string) *Routes { return &Routes{r.t, name} }

// RouteFilter has the routes that fit everything that is set; the zero value is all.
type RouteFilter struct {
	Sources, Tags            []string
	NextHop                  netip.Addr
	Interface                string
	Kinds                    []Kind
	Family                   int // 4, 6, or 0 for both
	DistanceMin, DistanceMax *uint32
	MetricMin, MetricMax     *uint32
	BestOnly                 bool
}

func (f *RouteFilter) message() *routesv1.RouteFilter {
	m := &routesv1.RouteFilter{
		Sources: f.Sources, Tags: f.Tags, InterfaceName: f.Interface, BestOnly: f.BestOnly,
		DistanceMin: f.DistanceMin, DistanceMax: f.DistanceMax, MetricMin: f.MetricMin, MetricMax: f.MetricMax,
		Family: noFamily,
	}
	switch f.Family {
	case 0:
		m.Family = routesv1.AddressFamily_ADDRESS_FAMILY_UNSPECIFIED
	case 4:
		m.Family = routesv1.AddressFamily_ADDRESS_FAMILY_IPV4
	case 6:
		m.Family = routesv1.AddressFamily_ADDRESS_FAMILY_IPV6
	}
	if f.NextHop.IsValid() {
		m.NextHop = f.NextHop.String()
	}
	for _, kind := range f.Kinds {
		m.Kinds = append(m.Kinds, kind.message(routesv1.RouteKind_ROUTE_KIND_UNICAST))
	}
	return m
}

// Match is which stored prefixes a question matches.
type Match int32

const (
	// MoreSpecific matches the prefix and every more specific one.
	MoreSpecific Match = iota
	// Exact matches the prefix itself.
	Exact
	// Longest matches the longest one that covers the prefix.
	Longest
	// LessSpecific matches the prefix and every one that covers it.
	LessSpecific
)

// What the server refuses: a family, kind or match that there is not.
const (
	noKind   routesv1.RouteKind     = -1
	noFamily routesv1.AddressFamily = -1
	noMatch  routesv1.MatchKind     = -1
)

func (m Match) message() routesv1.MatchKind {
	if m < MoreSpecific || m > LessSpecific {
		return noMatch
	}
	return [...]routesv1.MatchKind{
		routesv1.MatchKind_MATCH_KIND_LONGER, routesv1.MatchKind_MATCH_KIND_EXACT,
		routesv1.MatchKind_MATCH_KIND_LONGEST, routesv1.MatchKind_MATCH_KIND_SHORTER,
	}[m]
}

func (r *Routes) list(prefix netip.Prefix, questions []Question) *routesv1.GetRoutesRequest {
	q := asked(questions)
	request := &routesv1.GetRoutesRequest{
		Table: r.table, AsOf: q.state.message(), Filter: q.filterMessage(), WithTimes: q.withTimes,
	}
	if prefix.IsValid() {
		request.Prefix, request.MatchKind = prefix.String(), q.match.message()
	}
	return request
}

// Find gives the routes that match a prefix, or all for the zero prefix, as of one revision.
func (r *Routes) Find(ctx context.Context, prefix netip.Prefix, questions ...Question) iter.Seq2[Route, error] {
	return func(yield func(Route, error) bool) {
		left := false
		err := chunks(ctx, r.t, routesv1.Routes_GetRoutes_FullMethodName, r.list(prefix, questions),
			func(chunk *routesv1.GetRoutesResponse) bool {
				for _, each := range chunk.GetRoutes() {
					if route, err := routeOf(each); !yield(route, err) {
						left = true
						return false
					}
				}
				return true
			})
		if err != nil && !left {
			yield(Route{}, err)
		}
	}
}

// Count says how many routes match.
func (r *Routes) Count(ctx context.Context, prefix netip.Prefix, questions ...Question) (uint64, error) {
	request := r.list(prefix, questions)
	request.CountOnly = true
	count := uint64(0)
	err := chunks(ctx, r.t, routesv1.Routes_GetRoutes_FullMethodName, request,
		func(chunk *routesv1.GetRoutesResponse) bool { count = chunk.GetCount(); return true })
	return count, err
}

// Difference is one route that is not the same in two states; nil where it was not there.
type Difference struct{ Before, After *Route }

// Diff gives what changed from one state to another, route by route.
func (r *Routes) Diff(ctx context.Context, from, to State, prefix netip.Prefix, questions ...Question) iter.Seq2[Difference, error] {
	q := asked(questions)
	request := &routesv1.DiffRoutesRequest{
		FromState: from.message(), ToState: to.message(), Table: r.table, Filter: q.filterMessage(), WithTimes: q.withTimes,
	}
	if prefix.IsValid() {
		request.Prefix = prefix.String()
	}
	return func(yield func(Difference, error) bool) {
		left := false
		err := chunks(ctx, r.t, routesv1.Routes_DiffRoutes_FullMethodName, request,
			func(chunk *routesv1.DiffRoutesResponse) bool {
				for _, each := range chunk.GetDifferences() {
					before, first := optional(each.GetBefore())
					after, second := optional(each.GetAfter())
					if !yield(Difference{before, after}, errors.Join(first, second)) {
						left = true
						return false
					}
				}
				return true
			})
		if err != nil && !left {
			yield(Difference{}, err)
		}
	}
}

func optional(m *routesv1.Route) (*Route, error) {
	if m == nil {
		return nil, nil
	}
	route, err := routeOf(m)
	return &route, err
}

// Revision is which one there was at a time, or is now, when it was written, and its timeline.
func (r *Routes) Revision(ctx context.Context, state State) (Progress, time.Time, error) {
	answer := &routesv1.GetRevisionResponse{}
	request := &routesv1.GetRevisionRequest{AsOf: state.message()}
	err := r.t.unary(ctx, routesv1.Routes_GetRevision_FullMethodName, request, answer, true)
	return Progress{answer.GetRevision(), answer.GetTimeline()}, answer.GetTime().AsTime(), err
}

// RouteChange is one change of one route: as it is now, or was before it was removed.
type RouteChange struct {
	Kind  ChangeKind
	Route Route
}

// Watch gives the routes of a prefix (zero: all) as they change: Entries[Route] and
// Changes[RouteChange] among the events. It ends with the loop or the context.
func (r *Routes) Watch(ctx context.Context, prefix netip.Prefix, filter *RouteFilter, options ...WatchOption) iter.Seq2[Event, error] {
	asked := &routesv1.WatchRequest{Table: r.table}
	if prefix.IsValid() {
		asked.Prefix = prefix.String()
	}
	if filter != nil {
		asked.Filter = filter.message()
	}
	return watch(ctx, r.t, watched[*routesv1.WatchResponse]{
		method:  routesv1.Routes_Watch_FullMethodName,
		message: func() *routesv1.WatchResponse { return &routesv1.WatchResponse{} },
		request: func(start *commonv1.WatchStart) proto.Message {
			request := proto.CloneOf(asked)
			request.Start = start
			return request
		},
		read: readRoutes,
	}, options)
}

func readRoutes(m *routesv1.WatchResponse) (Event, error) {
	switch {
	case m.GetSnapshot() != nil:
		routes, err := routesOf(m.GetSnapshot().GetRoutes())
		return Entries[Route]{routes}, err
	case m.GetChanges() != nil:
		changes := make([]RouteChange, 0, len(m.GetChanges().GetChanges()))
		for _, each := range m.GetChanges().GetChanges() {
			route, err := routeOf(each.GetRoute())
			if err != nil {
				return nil, err
			}
			changes = append(changes, RouteChange{ChangeKind(each.GetKind()), route})
		}
		return Changes[RouteChange]{changes, progressOf(m.GetProgress())}, nil
	default:
		return common(m.GetEndOfSnapshot(), m.GetLag(), m.GetProgress()), nil
	}
}

// Live makes a copy of the table that follows it until the context ends or it is closed.
func (r *Routes) Live(ctx context.Context, filter *RouteFilter) *LiveRouteTable {
	return follow(ctx, func(ctx context.Context) iter.Seq2[Event, error] {
		return r.Watch(ctx, netip.Prefix{}, filter)
	})
}

// CreateTable creates a table; false if it was there.
func (r *Routes) CreateTable(ctx context.Context, name string) (created bool, err error) {
	answer := &routesv1.CreateTableResponse{}
	err = r.t.unary(ctx, routesv1.Routes_CreateTable_FullMethodName, &routesv1.CreateTableRequest{Name: name}, answer, true)
	return answer.GetCreated(), err
}

// DropTable deletes a table with its routes.
func (r *Routes) DropTable(ctx context.Context, name string) (deleted uint64, err error) {
	answer := &routesv1.DropTableResponse{}
	err = r.t.unary(ctx, routesv1.Routes_DropTable_FullMethodName, &routesv1.DropTableRequest{Name: name}, answer, false)
	return answer.GetDeleted(), err
}

// Tables gives all tables, by name.
func (r *Routes) Tables(ctx context.Context) iter.Seq2[*routesv1.Table, error] {
	return pages(func(token string) ([]*routesv1.Table, string, error) {
		answer := &routesv1.ListTablesResponse{}
		err := r.t.unary(ctx, routesv1.Routes_ListTables_FullMethodName, &routesv1.ListTablesRequest{PageToken: token}, answer, true)
		return answer.GetTables(), answer.GetNextPageToken(), err
	})
}

// SourceSpec is an owner of routes as it is put; what is zero stays as it is.
type SourceSpec struct {
	Name     string
	Distance uint32
	// DeleteOnDisconnect deletes its routes when its last writer ends, after a delay.
	DeleteOnDisconnect bool
	DeleteAfter        time.Duration
}

// PutSource adds an owner of routes, or changes the one of that name.
func (r *Routes) PutSource(ctx context.Context, spec SourceSpec) (*routesv1.Source, error) {
	source := &routesv1.Source{Name: spec.Name, Distance: spec.Distance}
	if spec.DeleteOnDisconnect {
		source.OnDisconnect = routesv1.DisconnectPolicy_DISCONNECT_POLICY_DELETE
		source.DeleteAfter = durationpb.New(spec.DeleteAfter)
	}
	answer := &routesv1.PutSourceResponse{}
	err := r.t.unary(ctx, routesv1.Routes_PutSource_FullMethodName, &routesv1.PutSourceRequest{Source: source}, answer, true)
	return answer.GetSource(), err
}

// Sources gives all owners of routes, by name.
func (r *Routes) Sources(ctx context.Context) iter.Seq2[*routesv1.Source, error] {
	return pages(func(token string) ([]*routesv1.Source, string, error) {
		answer := &routesv1.ListSourcesResponse{}
		err := r.t.unary(ctx, routesv1.Routes_ListSources_FullMethodName, &routesv1.ListSourcesRequest{PageToken: token}, answer, true)
		return answer.GetSources(), answer.GetNextPageToken(), err
	})
}

// DeleteSource deletes an owner without routes.
func (r *Routes) DeleteSource(ctx context.Context, name string) error {
	return r.t.unary(ctx, routesv1.Routes_DeleteSource_FullMethodName, &routesv1.DeleteSourceRequest{Name: name},
		&routesv1.DeleteSourceResponse{}, false)
}

// pages gives what comes page by page.
func pages[E any](page func(token string) ([]E, string, error)) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		for token := ""; ; {
			entries, next, err := page(token)
			if err != nil {
				var none E
				yield(none, err)
				return
			}
			for _, each := range entries {
				if !yield(each, nil) {
					return
				}
			}
			if token = next; token == "" {
				return
			}
		}
	}
}
