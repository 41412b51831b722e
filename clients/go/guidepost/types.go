package guidepost

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	commonv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/common/v1"
	routesv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/routes/v1"
)

// Kind is what a route does with packets.
type Kind uint8

const (
	// Unicast sends them to the next hop, or onto the interface.
	Unicast Kind = iota
	// Blackhole drops them.
	Blackhole
)

func (k Kind) message(unicast routesv1.RouteKind) routesv1.RouteKind {
	switch k {
	case Unicast:
		return unicast
	case Blackhole:
		return routesv1.RouteKind_ROUTE_KIND_BLACKHOLE
	default:
		return noKind
	}
}

// Route is one route: a prefix and one way to reach it. Its key is prefix, source, next hop,
// interface, kind and path id. Distance and what follows are the server's: they are not read when a
// route is written.
type Route struct {
	Prefix    netip.Prefix
	NextHop   netip.Addr
	Interface string
	Metric    uint32
	Source    string
	Kind      Kind
	Tags      []string
	PathID    uint32

	Distance   uint32
	Revision   uint64
	Installed  uint64
	UpdateTime time.Time

	// others are, of the best route of a prefix in a live copy, the other ones, best first; nil as a rule.
	others *[]*Route
}

// key is what tells routes of one prefix apart.
type key struct {
	source  string
	nextHop netip.Addr
	name    string
	kind    Kind
	pathID  uint32
}

func (r *Route) key() key { return key{r.Source, r.NextHop, r.Interface, r.Kind, r.PathID} }

func (r *Route) message() *routesv1.Route {
	m := &routesv1.Route{
		InterfaceName: r.Interface, Metric: r.Metric, Source: r.Source, Tags: r.Tags, PathId: r.PathID,
	}
	if r.Prefix.IsValid() {
		m.Prefix = r.Prefix.String()
	}
	if r.NextHop.IsValid() {
		m.NextHop = r.NextHop.String()
	}
	m.Kind = r.Kind.message(routesv1.RouteKind_ROUTE_KIND_UNSPECIFIED)
	return m
}

func routeOf(m *routesv1.Route) (Route, error) {
	r := Route{
		Interface: m.GetInterfaceName(), Metric: m.GetMetric(), Source: m.GetSource(), Tags: m.GetTags(), PathID: m.GetPathId(),
		Distance: m.GetDistance(), Revision: m.GetRevision(), Installed: m.GetInstalled(),
	}
	var err error
	if r.Prefix, err = netip.ParsePrefix(m.GetPrefix()); err == nil && m.GetNextHop() != "" {
		r.NextHop, err = netip.ParseAddr(m.GetNextHop())
	}
	if err != nil {
		return Route{}, failed(codes.Internal, "the server sent a route that cannot be read: %v", err)
	}
	if m.GetKind() == routesv1.RouteKind_ROUTE_KIND_BLACKHOLE {
		r.Kind = Blackhole
	}
	if m.GetUpdateTime() != nil {
		r.UpdateTime = m.GetUpdateTime().AsTime()
	}
	return r, nil
}

func routesOf(messages []*routesv1.Route) ([]Route, error) {
	routes := make([]Route, len(messages))
	for i, each := range messages {
		var err error
		if routes[i], err = routeOf(each); err != nil {
			return nil, err
		}
	}
	return routes, nil
}

// State is an earlier state, by revision or by time; the zero value is the newest.
type State struct {
	Revision uint64
	Time     time.Time
}

func (s State) message() *commonv1.AsOf {
	switch {
	case !s.Time.IsZero():
		return &commonv1.AsOf{State: &commonv1.AsOf_Time{Time: timestamppb.New(s.Time)}}
	case s.Revision != 0:
		return &commonv1.AsOf{State: &commonv1.AsOf_Revision{Revision: s.Revision}}
	default:
		return nil
	}
}

// Progress is how far a watch is: keep it, also as text, and resume there without a gap.
type Progress struct{ Revision, Timeline uint64 }

// String can be read by ParseProgress.
func (p Progress) String() string { return fmt.Sprintf("%d@%d", p.Revision, p.Timeline) }

// ParseProgress reads what String writes.
func ParseProgress(text string) (Progress, error) {
	revision, timeline, _ := strings.Cut(text, "@")
	p := Progress{}
	var first, second error
	p.Revision, first = strconv.ParseUint(revision, 10, 64)
	p.Timeline, second = strconv.ParseUint(timeline, 10, 64)
	if first != nil || second != nil {
		return Progress{}, fmt.Errorf("progress %q: must be REVISION@TIMELINE", text)
	}
	return p, nil
}

func progressOf(m *commonv1.Progress) Progress {
	return Progress{m.GetRevision(), m.GetTimeline()}
}

func (p Progress) message() *commonv1.Progress {
	return &commonv1.Progress{Revision: p.Revision, Timeline: p.Timeline}
}

// Result is how one operation ended.
type Result struct {
	// Err is nil if it is done, durable and visible; otherwise an *Error with reason, field and value.
	Err error
	// Revision is the one in which the effect is visible.
	Revision uint64
	// EntriesChanged is how many were added, updated or deleted.
	EntriesChanged uint32
	// Unswept is, of the end of a refresh that swept nothing, how many it would have deleted.
	Unswept uint32
	// FeatureID is the id of the feature meant, where features are written.
	FeatureID string
}

var resultCodes = map[commonv1.ResultCode]codes.Code{
	commonv1.ResultCode_RESULT_CODE_INVALID:  codes.InvalidArgument,
	commonv1.ResultCode_RESULT_CODE_UNKNOWN:  codes.NotFound,
	commonv1.ResultCode_RESULT_CODE_CONFLICT: codes.FailedPrecondition,
	commonv1.ResultCode_RESULT_CODE_ABORTED:  codes.Aborted,
	commonv1.ResultCode_RESULT_CODE_DENIED:   codes.PermissionDenied,
}

func resultOf(m *commonv1.OperationResult, featureID string) Result {
	r := Result{Revision: m.GetRevision(), EntriesChanged: m.GetEntriesChanged(), Unswept: m.GetUnswept(), FeatureID: featureID}
	if m.GetCode() != commonv1.ResultCode_RESULT_CODE_OK {
		code, known := resultCodes[m.GetCode()]
		if !known {
			code = codes.Unknown
		}
		e := failed(code, "%s", m.GetText())
		e.Reason, e.Field, e.Value, e.NotDone = m.GetReason(), m.GetField(), m.GetValue(), true
		if _, rule, found := strings.Cut(m.GetText(), `": `); found {
			e.Rule = rule
		}
		r.Err = e
	}
	return r
}

func resultsOf(messages []*commonv1.OperationResult, featureIDs []string) []Result {
	results := make([]Result, len(messages))
	for i, each := range messages {
		id := ""
		if i < len(featureIDs) {
			id = featureIDs[i]
		}
		results[i] = resultOf(each, id)
	}
	return results
}
