package guidepost_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	guidev1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/guide/v1"
	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

func TestFeaturesNotesAndTrips(t *testing.T) {
	client := connect(t, server(t))
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
