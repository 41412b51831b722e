package guidepost

import (
	"context"
	"iter"
	"net/netip"

	"google.golang.org/protobuf/proto"

	routesv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/routes/v1"
)

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
		if each != nil {
			each(request)
		}
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
