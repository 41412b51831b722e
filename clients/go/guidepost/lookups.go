package guidepost

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/netip"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	routesv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/routes/v1"
)

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
		if each != nil {
			each(q)
		}
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

// LookupMany finds the best way to each of many addresses; nothing covers the zero address. After a cut
// it goes on with those that have no answer.
func (r *Routes) LookupMany(ctx context.Context, addresses []netip.Addr, questions ...Question) (*Lookups, error) {
	found := &Lookups{Indexes: make([]uint32, 0, len(addresses))}
	again := r.t.reads()
	for len(found.Indexes) < len(addresses) {
		answered := len(found.Indexes)
		shown, err := r.lookupSome(ctx, found, addresses[answered:], questions)
		if len(found.Indexes) > answered {
			again = r.t.reads()
		}
		if err != nil {
			if err = again.again(ctx, err, shown); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// Addresses of one call of LookupMany, which has the client's timeout.
const callAddressesMax = 64 * batchAddressesMax

// lookupSome adds answers for addresses to those found, as many as come; the token that was shown comes back.
func (r *Routes) lookupSome(ctx context.Context, found *Lookups, addresses []netip.Addr, questions []Question) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.t.settings.timeout)
	defer cancel()
	shown := ""
	for batch, err := range r.batches(ctx, slices.Values(addresses[:min(len(addresses), callAddressesMax)]), questions, &shown) {
		if err != nil {
			return shown, err
		}
		if len(found.Indexes) == 0 || batch.Revision < found.Revision {
			found.Revision = batch.Revision
		}
		base := uint32(len(found.Routes))
		for _, index := range batch.Indexes {
			if index != 0 {
				index += base
			}
			found.Indexes = append(found.Indexes, index)
		}
		found.Routes = append(found.Routes, batch.Routes...)
	}
	return shown, nil
}

// LookupAll finds the best way to each address of a sequence, in order; nil where nothing covers it. A cut
// ends it: how many came before says where to go on.
// Batches of 8,192 are sent, the last one less, and up to 8 are on their way: memory stays bounded. The
// sequence is taken by another goroutine, which ends before this does: a sequence that waits for
// something must end when the context does.
func (r *Routes) LookupAll(ctx context.Context, addresses iter.Seq[netip.Addr], questions ...Question) iter.Seq2[*Route, error] {
	return func(yield func(*Route, error) bool) {
		shown := ""
		for batch, err := range r.batches(ctx, addresses, questions, &shown) {
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
	families   []byte // of each address; 0 for none, which is asked for as ::
}

func (p *packed) add(address netip.Addr) {
	address = address.Unmap()
	if address.Is4() {
		bytes := address.As4()
		p.ipv4 = append(p.ipv4, bytes[:]...)
		p.families = append(p.families, 4)
		return
	}
	family := byte(6)
	if !address.IsValid() {
		address, family = netip.IPv6Unspecified(), 0
	}
	bytes := address.As16()
	p.ipv6 = append(p.ipv6, bytes[:]...)
	p.families = append(p.families, family)
}

// ordered brings the answers, those for IPv4 first, into the order asked.
func (p *packed) ordered(answer *routesv1.LookupBatchResponse) (*Lookups, error) {
	if len(answer.GetIndexes()) != len(p.families) {
		return nil, failed(codes.Internal, "the server answered %d of %d addresses", len(answer.GetIndexes()), len(p.families))
	}
	routes, err := routesOf(answer.GetRoutes())
	found := &Lookups{Indexes: make([]uint32, len(p.families)), Routes: routes, Revision: answer.GetRevision()}
	next4, next6 := 0, len(p.ipv4)/4
	for i, family := range p.families {
		from := &next6
		if family == 4 {
			from = &next4
		}
		if family != 0 {
			found.Indexes[i] = answer.GetIndexes()[*from]
		}
		*from++
	}
	return found, err
}

// batches asks for the addresses over one stream, and says which token it showed. A goroutine sends; it has
// ended when this has.
func (r *Routes) batches(ctx context.Context, addresses iter.Seq[netip.Addr], questions []Question, shown *string) iter.Seq2[*Lookups, error] {
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
		*shown = c.token
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
				if len(p.families) == 0 {
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
				if p.add(address); len(p.families) == batchAddressesMax {
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
