package guidepost

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/netip"
	"time"

	"google.golang.org/grpc/codes"
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
		Family: map[int]routesv1.AddressFamily{
			4: routesv1.AddressFamily_ADDRESS_FAMILY_IPV4, 6: routesv1.AddressFamily_ADDRESS_FAMILY_IPV6,
		}[f.Family],
	}
	if f.NextHop.IsValid() {
		m.NextHop = f.NextHop.String()
	}
	for _, kind := range f.Kinds {
		if kind == Blackhole {
			m.Kinds = append(m.Kinds, routesv1.RouteKind_ROUTE_KIND_BLACKHOLE)
		} else {
			m.Kinds = append(m.Kinds, routesv1.RouteKind_ROUTE_KIND_UNICAST)
		}
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

func (m Match) message() routesv1.MatchKind {
	return [...]routesv1.MatchKind{
		routesv1.MatchKind_MATCH_KIND_LONGER, routesv1.MatchKind_MATCH_KIND_EXACT,
		routesv1.MatchKind_MATCH_KIND_LONGEST, routesv1.MatchKind_MATCH_KIND_SHORTER,
	}[m]
}

// Question says more about what is asked.
type Question func(*question)

type question struct {
	state     State
	filter    *RouteFilter
	match     Match
	withTimes bool
	brief     bool
}

// AsOf asks about an earlier state.
func AsOf(s State) Question { return func(q *question) { q.state = s } }

// Only asks about the routes that fit.
func Only(f RouteFilter) Question { return func(q *question) { q.filter = &f } }

// Matching says how a prefix is matched; MoreSpecific unless told otherwise.
func Matching(m Match) Question { return func(q *question) { q.match = m } }

// WithTimes has routes say when they were written.
func WithTimes() Question { return func(q *question) { q.withTimes = true } }

// Forwarding asks many look-ups only for prefix, next hop, interface and kind, which is less to send.
func Forwarding() Question { return func(q *question) { q.brief = true } }

func asked(questions []Question) *question {
	q := &question{}
	for _, each := range questions {
		each(q)
	}
	return q
}

func (q *question) filterMessage() *routesv1.RouteFilter {
	if q.filter == nil {
		return nil
	}
	return q.filter.message()
}

// Found is the way to a destination.
type Found struct {
	// Route is the best route of the longest prefix that covers it.
	Route Route
	// Equal has the others with the same prefix, distance and metric.
	Equal    []Route
	Revision uint64
}

// Lookup finds the best way to an address; false if nothing covers it.
func (r *Routes) Lookup(ctx context.Context, address netip.Addr, questions ...Question) (Found, bool, error) {
	return r.lookup(ctx, address.String(), questions)
}

// LookupPrefix finds the best way to a whole prefix; host bits are masked off.
func (r *Routes) LookupPrefix(ctx context.Context, prefix netip.Prefix, questions ...Question) (Found, bool, error) {
	return r.lookup(ctx, prefix.String(), questions)
}

func (r *Routes) lookup(ctx context.Context, destination string, questions []Question) (Found, bool, error) {
	q := asked(questions)
	request := &routesv1.LookupRequest{
		Destination: destination, Table: r.table, AsOf: q.state.message(), Filter: q.filterMessage(), WithTimes: q.withTimes,
	}
	answer := &routesv1.LookupResponse{}
	err := r.t.unary(ctx, routesv1.Routes_Lookup_FullMethodName, request, answer, true)
	var e *Error
	if errors.As(err, &e) && e.Reason == "DESTINATION_UNCOVERED" {
		return Found{}, false, nil
	}
	if err != nil {
		return Found{}, false, err
	}
	found := Found{Revision: answer.GetRevision()}
	if found.Route, err = routeOf(answer.GetRoute()); err == nil {
		found.Equal, err = routesOf(answer.GetEqual())
	}
	return found, err == nil, err
}

// Lookups are the best routes to many addresses, in the order asked.
type Lookups struct {
	// Indexes has for each address the place of its route in Routes, counted from 1; 0: none.
	Indexes []uint32
	// Routes has the routes meant, each once in a batch of 8,192 addresses.
	Routes []Route
	// Revision is the oldest one that an answer is of: a batch is of one.
	Revision uint64
}

// At is the route to the address at a place; nil if nothing covers it.
func (l *Lookups) At(i int) *Route {
	if l.Indexes[i] == 0 {
		return nil
	}
	return &l.Routes[l.Indexes[i]-1]
}

// LookupMany finds the best way to each of many addresses.
func (r *Routes) LookupMany(ctx context.Context, addresses []netip.Addr, questions ...Question) (*Lookups, error) {
	found := &Lookups{Indexes: make([]uint32, 0, len(addresses))}
	seq := func(yield func(netip.Addr) bool) {
		for _, each := range addresses {
			if !yield(each) {
				return
			}
		}
	}
	for batch, err := range r.batches(ctx, seq, questions) {
		if err != nil {
			return nil, err
		}
		base := uint32(len(found.Routes))
		for _, index := range batch.Indexes {
			if index != 0 {
				index += base
			}
			found.Indexes = append(found.Indexes, index)
		}
		if base == 0 || batch.Revision < found.Revision {
			found.Revision = batch.Revision
		}
		found.Routes = append(found.Routes, batch.Routes...)
	}
	return found, nil
}

// LookupAll finds the best way to each address of a sequence, in order; nil where nothing covers it.
// Batches of 8,192 are sent, the last one less, and up to 8 are on their way: memory stays bounded. The
// sequence is taken by another goroutine, which ends before this does: a sequence that waits for
// something must end when the context does.
func (r *Routes) LookupAll(ctx context.Context, addresses iter.Seq[netip.Addr], questions ...Question) iter.Seq2[*Route, error] {
	return func(yield func(*Route, error) bool) {
		for batch, err := range r.batches(ctx, addresses, questions) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range batch.Indexes {
				if !yield(batch.At(i), nil) {
					return
				}
			}
		}
	}
}

// packed is a batch of addresses as the server takes it.
type packed struct {
	ipv4, ipv6 []byte
	is4        []bool
}

func (p *packed) add(address netip.Addr) {
	address = address.Unmap()
	p.is4 = append(p.is4, address.Is4())
	if address.Is4() {
		bytes := address.As4()
		p.ipv4 = append(p.ipv4, bytes[:]...)
	} else {
		bytes := address.As16()
		p.ipv6 = append(p.ipv6, bytes[:]...)
	}
}

// ordered brings the answers, those for IPv4 first, into the order asked.
func (p *packed) ordered(answer *routesv1.LookupBatchResponse) (*Lookups, error) {
	if len(answer.GetIndexes()) != len(p.is4) {
		return nil, failed(codes.Internal, "the server answered %d of %d addresses", len(answer.GetIndexes()), len(p.is4))
	}
	routes, err := routesOf(answer.GetRoutes())
	found := &Lookups{Indexes: make([]uint32, len(p.is4)), Routes: routes, Revision: answer.GetRevision()}
	next4, next6 := 0, len(p.ipv4)/4
	for i, is4 := range p.is4 {
		from := &next6
		if is4 {
			from = &next4
		}
		found.Indexes[i] = answer.GetIndexes()[*from]
		*from++
	}
	return found, err
}

// batches asks for the addresses over one stream. A goroutine sends; it has ended when this has.
func (r *Routes) batches(ctx context.Context, addresses iter.Seq[netip.Addr], questions []Question) iter.Seq2[*Lookups, error] {
	q := asked(questions)
	request := func(p *packed) proto.Message {
		batch := &routesv1.LookupBatchRequest{
			Ipv4: p.ipv4, Ipv6: p.ipv6, Table: r.table, AsOf: q.state.message(), Filter: q.filterMessage(),
		}
		if q.brief {
			batch.Detail = routesv1.RouteDetail_ROUTE_DETAIL_FORWARDING
		}
		return &routesv1.LookupStreamRequest{Batch: batch}
	}
	return func(yield func(*Lookups, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		c, err := r.t.open(ctx, routesv1.Routes_LookupStream_FullMethodName)
		if err != nil {
			cancel()
			yield(nil, err)
			return
		}
		sent := make(chan *packed, batchesAhead)
		done := make(chan struct{})
		defer func() {
			cancel()
			for range sent { // until the sender has noticed
			}
			<-done
		}()
		go func() {
			defer close(done)
			defer close(sent)
			send := func(p *packed) bool {
				if len(p.is4) == 0 {
					return true
				}
				select {
				case sent <- p:
				case <-ctx.Done():
					return false
				}
				return c.stream.SendMsg(request(p)) == nil
			}
			p := &packed{}
			for address := range addresses {
				if !address.IsValid() {
					address = netip.IPv6Unspecified() // covered by a default route at most
				}
				if p.add(address); len(p.is4) == batchAddressesMax {
					if !send(p) {
						return
					}
					p = &packed{}
				}
			}
			if send(p) {
				_ = c.stream.CloseSend()
			}
		}()
		for p := range sent {
			answer := &routesv1.LookupStreamResponse{}
			if err := c.receive(answer); err != nil {
				if err == io.EOF {
					err = failed(codes.Internal, "the server ended the call before all was answered")
				}
				yield(nil, err)
				return
			}
			if found, err := p.ordered(answer.GetBatch()); !yield(found, err) || err != nil {
				return
			}
		}
		if ctx.Err() != nil {
			yield(nil, errorOf(ctx.Err()))
		}
	}
}

// Explain says why the best way to an address is the best; NotFound if nothing covers it.
func (r *Routes) Explain(ctx context.Context, address netip.Addr, questions ...Question) (*routesv1.ExplainResponse, error) {
	q := asked(questions)
	request := &routesv1.ExplainRequest{
		Destination: address.String(), Table: r.table, AsOf: q.state.message(), Filter: q.filterMessage(),
	}
	answer := &routesv1.ExplainResponse{}
	return answer, r.t.unary(ctx, routesv1.Routes_Explain_FullMethodName, request, answer, true)
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

// Operation is one change of a table.
type Operation struct{ message *routesv1.Operation }

// IfRevision does it only if what it is about was last written by that revision; 0: only if there is
// none.
func (o Operation) IfRevision(revision uint64) Operation {
	changed := proto.CloneOf(o.message)
	changed.ExpectedRevision = &revision
	return Operation{changed}
}

// AddRoute adds a route, or updates the one with the same key.
func AddRoute(route Route) Operation {
	return Operation{&routesv1.Operation{Action: &routesv1.Operation_Add{Add: route.message()}}}
}

// DeleteRoute deletes the route with the same key; none is no error.
func DeleteRoute(route Route) Operation {
	return Operation{&routesv1.Operation{Action: &routesv1.Operation_DeleteRoute{DeleteRoute: route.message()}}}
}

// DeletePrefix deletes every route of the source and exactly this prefix; none is no error.
func DeletePrefix(prefix netip.Prefix) Operation {
	return Operation{&routesv1.Operation{Action: &routesv1.Operation_DeletePrefix{DeletePrefix: prefix.String()}}}
}

// Replace makes these the only routes of the source and prefix.
func Replace(prefix netip.Prefix, routes ...Route) Operation {
	replacement := &routesv1.Replacement{Prefix: prefix.String()}
	for _, each := range routes {
		replacement.Routes = append(replacement.Routes, each.message())
	}
	return Operation{&routesv1.Operation{Action: &routesv1.Operation_Replace{Replace: replacement}}}
}

// BeginSync begins a full refresh: marks all routes of the source as stale.
func BeginSync() Operation {
	return Operation{&routesv1.Operation{Action: &routesv1.Operation_BeginSync{BeginSync: &routesv1.SyncScope{}}}}
}

// EndSync ends it: deletes the routes that are still marked.
func EndSync() Operation {
	return Operation{&routesv1.Operation{Action: &routesv1.Operation_EndSync{EndSync: &routesv1.SyncScope{}}}}
}

// Write says more about a write.
type Write func(*routesv1.ModifyRequest)

// FromSource names the source of routes that name none.
func FromSource(name string) Write { return func(m *routesv1.ModifyRequest) { m.Source = name } }

// Atomic does all of it or nothing.
func Atomic() Write { return func(m *routesv1.ModifyRequest) { m.Atomic = true } }

// DryRun decides and answers, but does nothing.
func DryRun() Write { return func(m *routesv1.ModifyRequest) { m.DryRun = true } }

// IfUnchangedSince does it only if nothing has changed since that revision of that timeline.
func IfUnchangedSince(p Progress) Write {
	return func(m *routesv1.ModifyRequest) { m.ExpectedRevision, m.ExpectedTimeline = &p.Revision, p.Timeline }
}

func (r *Routes) modification(writes []Write) *routesv1.ModifyRequest {
	request := &routesv1.ModifyRequest{Table: r.table}
	for _, each := range writes {
		each(request)
	}
	return request
}

// Apply does at most 4,096 operations in one revision; what it answers is durable. A rejected
// operation is a result with an error, and no error of the call.
func (r *Routes) Apply(ctx context.Context, operations []Operation, writes ...Write) ([]Result, error) {
	request := r.modification(writes)
	for i, each := range operations {
		each.message.Id = uint64(i)
		request.Operations = append(request.Operations, each.message)
	}
	answer := &routesv1.ApplyResponse{}
	err := r.t.unary(ctx, routesv1.Routes_Apply_FullMethodName, &routesv1.ApplyRequest{Request: request}, answer, false)
	if err != nil {
		return nil, err
	}
	return resultsOf(answer.GetResults(), nil), nil
}

// Add adds routes, or updates those with the same key. The error names the first one rejected.
func (r *Routes) Add(ctx context.Context, routes ...Route) (revision uint64, err error) {
	return r.each(ctx, AddRoute, routes)
}

// Delete deletes the routes with the same keys.
func (r *Routes) Delete(ctx context.Context, routes ...Route) (revision uint64, err error) {
	return r.each(ctx, DeleteRoute, routes)
}

func (r *Routes) each(ctx context.Context, operation func(Route) Operation, routes []Route) (uint64, error) {
	operations := make([]Operation, len(routes))
	for i, route := range routes {
		operations[i] = operation(route)
	}
	results, err := r.Apply(ctx, operations)
	revision := uint64(0)
	for _, result := range results {
		revision = max(revision, result.Revision)
		if err == nil {
			err = result.Err
		}
	}
	return revision, err
}

func (r *Routes) writing(writes []Write) writing[Operation] {
	return writing[Operation]{
		method:  routesv1.Routes_Modify_FullMethodName,
		message: func(o Operation) proto.Message { return o.message },
		request: func(batch []proto.Message) proto.Message {
			request := r.modification(writes)
			for _, each := range batch {
				request.Operations = append(request.Operations, each.(*routesv1.Operation))
			}
			return request
		},
		receive: func(c *call) ([]Result, error) {
			answer := &routesv1.ModifyResponse{}
			if err := c.receive(answer); err != nil {
				return nil, err
			}
			return resultsOf(answer.GetResults(), nil), nil
		},
	}
}

// Writer writes many operations without waiting for each answer. onResult, if not nil, gets the
// place of every operation and how it ended, in order, on the goroutine that writes.
func (r *Routes) Writer(ctx context.Context, onResult func(int, Result), writes ...Write) *Writer[Operation] {
	return newWriter(ctx, r.t, r.writing(writes), onResult)
}

// Load adds any number of routes; it goes on after a cut without losing or doubling any.
func (r *Routes) Load(ctx context.Context, routes iter.Seq[Route], writes ...Write) (LoadReport, error) {
	return load(ctx, r.t, r.writing(writes), func(yield func(Operation) bool) {
		for route := range routes {
			if !yield(AddRoute(route)) {
				return
			}
		}
	})
}

// Flush deletes this table's routes by source ("": all) and prefix (zero: all) in one revision.
func (r *Routes) Flush(ctx context.Context, source string, prefix netip.Prefix) (deleted uint64, err error) {
	request := &routesv1.FlushRequest{Table: r.table, Source: source}
	if request.Table == "" {
		request.Table = "default"
	}
	if prefix.IsValid() {
		request.Prefix = prefix.String()
	}
	answer := &routesv1.FlushResponse{}
	err = r.t.unary(ctx, routesv1.Routes_Flush_FullMethodName, request, answer, false)
	return answer.GetDeleted(), err
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
