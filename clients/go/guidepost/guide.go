package guidepost

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"math"

	"google.golang.org/protobuf/proto"

	commonv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/common/v1"
	guidev1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/guide/v1"
)

// Point is a position in degrees, to 1e-7 of one.
func Point(latitude, longitude float64) *guidev1.GeoPoint {
	return &guidev1.GeoPoint{LatitudeE7: e7(latitude), LongitudeE7: e7(longitude)}
}

// e7 keeps what is no coordinate outside their range, so that the server says so.
func e7(degrees float64) int32 {
	scaled := math.Round(degrees * 1e7)
	if math.IsNaN(scaled) {
		return math.MaxInt32
	}
	return int32(max(math.MinInt32, min(math.MaxInt32, scaled)))
}

// Degrees is the reverse of Point.
func Degrees(p *guidev1.GeoPoint) (latitude, longitude float64) {
	return float64(p.GetLatitudeE7()) / 1e7, float64(p.GetLongitudeE7()) / 1e7
}

// Box is a box in degrees; west > east crosses the antimeridian.
func Box(south, west, north, east float64) *guidev1.GeoBox {
	return &guidev1.GeoBox{SouthE7: e7(south), WestE7: e7(west), NorthE7: e7(north), EastE7: e7(east)}
}

// Circle is what is within a distance of a point.
func Circle(centre *guidev1.GeoPoint, radiusMetres float64) *guidev1.GeoCircle {
	return &guidev1.GeoCircle{Centre: centre, RadiusMetres: radiusMetres}
}

// Features has what has a name or a use at a point.
type Features struct{ t *transport }

// each gives the entries of the chunks of an answer.
func each[A any, E any, PA interface {
	*A
	proto.Message
}](ctx context.Context, t *transport, method string, request proto.Message, entries func(PA) []E) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		left := false
		err := chunks(ctx, t, method, request, func(chunk PA) bool {
			for _, entry := range entries(chunk) {
				if !yield(entry, nil) {
					left = true
					return false
				}
			}
			return true
		})
		if err != nil && !left {
			var none E
			yield(none, err)
		}
	}
}

// Apply does at most 4,096 operations in one revision; what it answers is durable.
func (f *Features) Apply(ctx context.Context, request *guidev1.ModifyRequest) ([]Result, error) {
	answer := &guidev1.ApplyResponse{}
	err := f.t.unary(ctx, guidev1.Features_Apply_FullMethodName, &guidev1.ApplyRequest{Request: request}, answer, false)
	if err != nil {
		return nil, err
	}
	return resultsOf(answer.GetResults(), answer.GetFeatureIds()), nil
}

// PutFeature adds a feature, or replaces the one with the same id.
func PutFeature(feature *guidev1.Feature) *guidev1.Operation {
	return &guidev1.Operation{Action: &guidev1.Operation_Put{Put: feature}}
}

// DeleteFeature deletes the feature with an id.
func DeleteFeature(id string) *guidev1.Operation {
	return &guidev1.Operation{Action: &guidev1.Operation_Delete{Delete: id}}
}

// Put puts features and gives their ids. The error names the first one rejected.
func (f *Features) Put(ctx context.Context, features ...*guidev1.Feature) (ids []string, err error) {
	request := &guidev1.ModifyRequest{}
	for _, each := range features {
		request.Operations = append(request.Operations, PutFeature(each))
	}
	results, err := f.Apply(ctx, request)
	for _, result := range results {
		ids = append(ids, result.FeatureID)
		if err == nil {
			err = result.Err
		}
	}
	return ids, err
}

// Delete deletes features by id.
func (f *Features) Delete(ctx context.Context, ids ...string) error {
	request := &guidev1.ModifyRequest{}
	for _, each := range ids {
		request.Operations = append(request.Operations, DeleteFeature(each))
	}
	results, err := f.Apply(ctx, request)
	for _, result := range results {
		if err == nil {
			err = result.Err
		}
	}
	return err
}

func (f *Features) writing() writing[*guidev1.Operation] {
	return writing[*guidev1.Operation]{
		method:  guidev1.Features_Modify_FullMethodName,
		message: func(o *guidev1.Operation) proto.Message { return o },
		request: func(batch []proto.Message) proto.Message {
			request := &guidev1.ModifyRequest{}
			for _, each := range batch {
				request.Operations = append(request.Operations, each.(*guidev1.Operation))
			}
			return request
		},
		receive: func(c *call) ([]Result, error) {
			answer := &guidev1.ModifyResponse{}
			if err := c.receive(answer); err != nil {
				return nil, err
			}
			return resultsOf(answer.GetResults(), answer.GetFeatureIds()), nil
		},
	}
}

// Writer writes many operations without waiting for each answer; see [Routes.Writer].
func (f *Features) Writer(ctx context.Context, onResult func(int, Result)) *Writer[*guidev1.Operation] {
	return newWriter(ctx, f.t, f.writing(), onResult)
}

// Load puts any number of features; it goes on after a cut.
func (f *Features) Load(ctx context.Context, features iter.Seq[*guidev1.Feature]) (LoadReport, error) {
	return load(ctx, f.t, f.writing(), func(yield func(*guidev1.Operation) bool) {
		for feature := range features {
			if !yield(PutFeature(feature)) {
				return
			}
		}
	})
}

// Get gives the feature with an id.
func (f *Features) Get(ctx context.Context, id string) (*guidev1.Feature, error) {
	answer := &guidev1.GetFeatureResponse{}
	err := f.t.unary(ctx, guidev1.Features_GetFeature_FullMethodName, &guidev1.GetFeatureRequest{Id: id}, answer, true)
	return answer.GetFeature(), err
}

// InBox gives every feature in a box (nil: the whole globe) that fits a filter (nil: all).
func (f *Features) InBox(ctx context.Context, box *guidev1.GeoBox, filter *guidev1.FeatureFilter) iter.Seq2[*guidev1.Feature, error] {
	return each(ctx, f.t, guidev1.Features_ListInBox_FullMethodName, &guidev1.ListInBoxRequest{Box: box, Filter: filter},
		func(chunk *guidev1.ListInBoxResponse) []*guidev1.Feature { return chunk.GetFeatures() })
}

// InCircle gives every feature in a circle, each with its distance.
func (f *Features) InCircle(ctx context.Context, circle *guidev1.GeoCircle, filter *guidev1.FeatureFilter) iter.Seq2[*guidev1.DistantFeature, error] {
	return each(ctx, f.t, guidev1.Features_ListInRadius_FullMethodName, &guidev1.ListInRadiusRequest{Circle: circle, Filter: filter},
		func(chunk *guidev1.ListInRadiusResponse) []*guidev1.DistantFeature { return chunk.GetFeatures() })
}

// Nearest gives the features nearest to a point, nearest first.
func (f *Features) Nearest(ctx context.Context, request *guidev1.NearestRequest) iter.Seq2[*guidev1.DistantFeature, error] {
	return each(ctx, f.t, guidev1.Features_Nearest_FullMethodName, request,
		func(chunk *guidev1.NearestResponse) []*guidev1.DistantFeature { return chunk.GetFeatures() })
}

// AlongPath gives what lies along a path, in the order in which a traveller passes.
func (f *Features) AlongPath(ctx context.Context, request *guidev1.AlongPathRequest) iter.Seq2[*guidev1.PathFeature, error] {
	return each(ctx, f.t, guidev1.Features_AlongPath_FullMethodName, request,
		func(chunk *guidev1.AlongPathResponse) []*guidev1.PathFeature { return chunk.GetFeatures() })
}

// Watch gives the features of an area as they change: Entries[*guidev1.Feature] and
// Changes[*guidev1.FeatureChange] among the events. The request's start is replaced.
func (f *Features) Watch(ctx context.Context, asked *guidev1.WatchRequest, options ...WatchOption) iter.Seq2[Event, error] {
	return watch(ctx, f.t, watched[*guidev1.WatchResponse]{
		method:  guidev1.Features_Watch_FullMethodName,
		message: func() *guidev1.WatchResponse { return &guidev1.WatchResponse{} },
		request: func(start *commonv1.WatchStart) proto.Message {
			request := proto.CloneOf(asked)
			request.Start = start
			return request
		},
		read: func(m *guidev1.WatchResponse) (Event, error) {
			switch {
			case m.GetSnapshot() != nil:
				return Entries[*guidev1.Feature]{m.GetSnapshot().GetFeatures()}, nil
			case m.GetChanges() != nil:
				return Changes[*guidev1.FeatureChange]{m.GetChanges().GetChanges(), progressOf(m.GetProgress())}, nil
			default:
				return common(m.GetEndOfSnapshot(), m.GetLag(), m.GetProgress()), nil
			}
		},
	}, options)
}

// Notes has what travellers report at a place, for as long as it holds.
type Notes struct{ t *transport }

// Post posts a note. Without an idempotency key one is made, so that it can be tried again.
func (n *Notes) Post(ctx context.Context, request *guidev1.PostNoteRequest) (*guidev1.Note, error) {
	if request.GetIdempotencyKey() == "" {
		request = proto.CloneOf(request)
		request.IdempotencyKey = rand.Text()
	}
	answer := &guidev1.PostNoteResponse{}
	err := n.t.unary(ctx, guidev1.Notes_PostNote_FullMethodName, request, answer, true)
	return answer.GetNote(), err
}

// Confirm says that a note still holds.
func (n *Notes) Confirm(ctx context.Context, id uint64, author string) (*guidev1.Note, error) {
	answer := &guidev1.ConfirmNoteResponse{}
	err := n.t.unary(ctx, guidev1.Notes_ConfirmNote_FullMethodName, &guidev1.ConfirmNoteRequest{Id: id, Author: author}, answer, true)
	return answer.GetNote(), err
}

// Deny says that a note does not hold; enough of these close it.
func (n *Notes) Deny(ctx context.Context, id uint64, author string) (*guidev1.Note, error) {
	answer := &guidev1.DenyNoteResponse{}
	err := n.t.unary(ctx, guidev1.Notes_DenyNote_FullMethodName, &guidev1.DenyNoteRequest{Id: id, Author: author}, answer, true)
	return answer.GetNote(), err
}

// End ends a note that its author says is over.
func (n *Notes) End(ctx context.Context, id uint64, author string) (*guidev1.Note, error) {
	answer := &guidev1.CloseNoteResponse{}
	err := n.t.unary(ctx, guidev1.Notes_CloseNote_FullMethodName, &guidev1.CloseNoteRequest{Id: id, Author: author}, answer, false)
	return answer.GetNote(), err
}

// Get gives the note with an id.
func (n *Notes) Get(ctx context.Context, id uint64) (*guidev1.Note, error) {
	answer := &guidev1.GetNoteResponse{}
	err := n.t.unary(ctx, guidev1.Notes_GetNote_FullMethodName, &guidev1.GetNoteRequest{Id: id}, answer, true)
	return answer.GetNote(), err
}

// Find gives the live notes of an area. The request's page token is replaced.
func (n *Notes) Find(ctx context.Context, asked *guidev1.ListNotesRequest) iter.Seq2[*guidev1.Note, error] {
	return pages(func(token string) ([]*guidev1.Note, string, error) {
		request := proto.CloneOf(asked)
		request.PageToken = token
		answer := &guidev1.ListNotesResponse{}
		err := n.t.unary(ctx, guidev1.Notes_ListNotes_FullMethodName, request, answer, true)
		return answer.GetNotes(), answer.GetNextPageToken(), err
	})
}

// Watch gives the notes of an area as they change: Entries[*guidev1.Note] and
// Changes[*guidev1.NoteEvent] among the events. The request's start is replaced.
func (n *Notes) Watch(ctx context.Context, asked *guidev1.WatchNotesRequest, options ...WatchOption) iter.Seq2[Event, error] {
	return watch(ctx, n.t, watched[*guidev1.WatchNotesResponse]{
		method:  guidev1.Notes_WatchNotes_FullMethodName,
		message: func() *guidev1.WatchNotesResponse { return &guidev1.WatchNotesResponse{} },
		request: func(start *commonv1.WatchStart) proto.Message {
			request := proto.CloneOf(asked)
			request.Watch = start
			return request
		},
		read: readNotes,
	}, options)
}

func readNotes(m *guidev1.WatchNotesResponse) (Event, error) {
	switch {
	case m.GetOpening() != nil:
		switch m.GetOpening().GetBeginning() {
		case guidev1.SubscribeOpening_BEGINNING_TOO_OLD:
			return SnapshotBegan{Trimmed}, nil
		case guidev1.SubscribeOpening_BEGINNING_AHEAD:
			return SnapshotBegan{OtherData}, nil
		default:
			return nil, nil
		}
	case m.GetSnapshot() != nil:
		return Entries[*guidev1.Note]{m.GetSnapshot().GetNotes()}, nil
	case m.GetChanges() != nil:
		return Changes[*guidev1.NoteEvent]{m.GetChanges().GetEvents(), progressOf(m.GetProgress())}, nil
	case m.GetSlowConsumer() != nil:
		return Lagging{}, nil
	default:
		return common(m.GetEndOfSnapshot(), nil, m.GetProgress()), nil
	}
}

// Trips has where travellers went, recorded on the way.
type Trips struct{ t *transport }

// Recording is a trip that is being recorded. Every batch may be sent twice: what a cut lost is sent
// again. One goroutine.
type Recording struct {
	t     *transport
	start *guidev1.TripStart
	trip  *guidev1.Trip
}

// Record records a trip; with the id of one that is there it goes on with it. An empty id is chosen
// here.
func (t *Trips) Record(ctx context.Context, start *guidev1.TripStart) (*Recording, error) {
	start = proto.CloneOf(start)
	if start.GetTripId() == "" {
		start.TripId = rand.Text()
	}
	recording := &Recording{t: t.t, start: start}
	_, err := recording.send(ctx, nil, false)
	return recording, err
}

// Trip is the trip as the server answered last.
func (r *Recording) Trip() *guidev1.Trip { return r.trip }

// Append adds 1 to 10,000 fixes; it returns when they are durable.
func (r *Recording) Append(ctx context.Context, fixes ...*guidev1.TripFix) (*guidev1.Trip, error) {
	return r.send(ctx, &guidev1.TripBatch{Number: r.trip.GetLastBatch() + 1, Fixes: fixes}, false)
}

// Finish ends the trip: nothing can be added any more.
func (r *Recording) Finish(ctx context.Context) (*guidev1.Trip, error) { return r.send(ctx, nil, true) }

func (r *Recording) send(ctx context.Context, batch *guidev1.TripBatch, finish bool) (*guidev1.Trip, error) {
	answer := &guidev1.AppendFixesResponse{}
	request := &guidev1.AppendFixesRequest{Start: r.start, Batch: batch, Finish: finish}
	err := r.t.unary(ctx, guidev1.Trips_AppendFixes_FullMethodName, request, answer, true)
	if err != nil {
		return nil, fmt.Errorf("trip %q: %w", r.start.GetTripId(), err)
	}
	r.trip = answer.GetTrip()
	return r.trip, nil
}

// Get gives the trip with an id.
func (t *Trips) Get(ctx context.Context, id string) (*guidev1.Trip, error) {
	answer := &guidev1.GetTripResponse{}
	err := t.t.unary(ctx, guidev1.Trips_GetTrip_FullMethodName, &guidev1.GetTripRequest{Id: id}, answer, true)
	return answer.GetTrip(), err
}

// Fixes gives the fixes of a trip, in the order recorded.
func (t *Trips) Fixes(ctx context.Context, id string) iter.Seq2[*guidev1.TripFix, error] {
	return each(ctx, t.t, guidev1.Trips_GetTripFixes_FullMethodName, &guidev1.GetTripFixesRequest{Id: id},
		func(chunk *guidev1.GetTripFixesResponse) []*guidev1.TripFix { return chunk.GetFixes() })
}

// Track gives the line of a trip, simplified to at most so many points; 0: 1,000.
func (t *Trips) Track(ctx context.Context, id string, pointsMax uint32) (*guidev1.GetTripTrackResponse, error) {
	answer := &guidev1.GetTripTrackResponse{}
	request := &guidev1.GetTripTrackRequest{Id: id, MaxPoints: pointsMax}
	return answer, t.t.unary(ctx, guidev1.Trips_GetTripTrack_FullMethodName, request, answer, true)
}

// Find gives the trips that fit a filter (nil: all), by id.
func (t *Trips) Find(ctx context.Context, filter *guidev1.TripFilter) iter.Seq2[*guidev1.Trip, error] {
	return pages(func(token string) ([]*guidev1.Trip, string, error) {
		answer := &guidev1.ListTripsResponse{}
		err := t.t.unary(ctx, guidev1.Trips_ListTrips_FullMethodName, &guidev1.ListTripsRequest{Filter: filter, PageToken: token}, answer, true)
		return answer.GetTrips(), answer.GetNextPageToken(), err
	})
}

// Delete deletes a trip with its fixes.
func (t *Trips) Delete(ctx context.Context, id string) error {
	return t.t.unary(ctx, guidev1.Trips_DeleteTrip_FullMethodName, &guidev1.DeleteTripRequest{Id: id}, &guidev1.DeleteTripResponse{}, false)
}
