// Command seed_route_guide_client behaves as Go's tutorial route-guide client does: ten seconds for
// each call, and an error ends the program. Then as PHP's does: write everything, then read.
package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	pb "guidepost/acceptance/seed-clients/gen/routeguide"
	"guidepost/acceptance/seed-clients/internal/seed"
)

const (
	patience = 10 * time.Minute

	// What the PHP-like client posts at one point, and how many earlier notes a post brings back at
	// most. The answers are some 5 MB: far more than fits into any window, and nobody reads yet.
	floodNotes    = 300
	replayedNotes = 100
)

func main() {
	guide := pb.NewRouteGuideClient(seed.Dial())
	getFeature(guide, &pb.Point{Latitude: 409146138, Longitude: -746188906})
	getFeature(guide, &pb.Point{})
	listFeatures(guide)
	recordRoute(guide)
	routeChat(guide)
	writeThenRead(guide)
}

func getFeature(guide pb.RouteGuideClient, point *pb.Point) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	feature, err := guide.GetFeature(ctx, point)
	seed.Must(err, "GetFeature")
	seed.NothingUnknown(feature)
	seed.Check(proto.Equal(feature.GetLocation(), point), "%v for %v", feature, point)
}

func listFeatures(guide pb.RouteGuideClient) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	stream, err := guide.ListFeatures(ctx, &pb.Rectangle{
		Lo: &pb.Point{Latitude: 400000000, Longitude: -750000000},
		Hi: &pb.Point{Latitude: 420000000, Longitude: -730000000},
	})
	seed.Must(err, "ListFeatures")
	for {
		feature, err := stream.Recv()
		if err == io.EOF {
			return
		}
		seed.Must(err, "ListFeatures")
		seed.NothingUnknown(feature)
		seed.Check(feature.GetName() != "" && feature.GetLocation() != nil, "an empty feature: %v", feature)
	}
}

// recordRoute sends 2 to 101 points anywhere on earth, as fast as it can.
func recordRoute(guide pb.RouteGuideClient) {
	points := 2 + rand.IntN(100)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	stream, err := guide.RecordRoute(ctx)
	seed.Must(err, "RecordRoute")
	for range points {
		seed.Must(stream.Send(randomPoint()), "sending a point")
	}
	summary, err := stream.CloseAndRecv()
	seed.Must(err, "RecordRoute")
	seed.NothingUnknown(summary)
	seed.Check(int(summary.GetPointCount()) == points, "%v after %d points", summary, points)
	seed.Check(summary.GetDistance() > 0, "%v after %d points", summary, points)
}

// routeChat sends while it receives, and waits for the end of the stream.
func routeChat(guide pb.RouteGuideClient) {
	tag := fmt.Sprintf("%016x", rand.Uint64())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	stream, err := guide.RouteChat(ctx)
	seed.Must(err, "RouteChat")
	done := make(chan []string)
	go func() {
		var mine []string
		for {
			note, err := stream.Recv()
			if err == io.EOF {
				done <- mine
				return
			}
			seed.Must(err, "RouteChat, receiving")
			seed.NothingUnknown(note)
			seed.Check(note.GetLocation() != nil, "a note without a location: %v", note)
			if text, found := strings.CutPrefix(note.GetMessage(), tag); found {
				mine = append(mine, fmt.Sprintf("%s at %d", text, note.GetLocation().GetLongitude()))
			}
		}
	}()
	for i, longitude := range []int32{1, 2, 3, 1, 2, 3} {
		note := &pb.RouteNote{
			Location: &pb.Point{Longitude: longitude},
			Message:  fmt.Sprintf("%s note %d", tag, i+1),
		}
		seed.Must(stream.Send(note), "sending a note")
	}
	seed.Must(stream.CloseSend(), "closing")
	mine := strings.Join(<-done, ",")
	seed.Check(mine == " note 1 at 1, note 2 at 2, note 3 at 3", "my notes that came back: %q", mine)
}

// writeThenRead posts many notes at one point where nobody was before, and only then reads.
func writeThenRead(guide pb.RouteGuideClient) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	stream, err := guide.RouteChat(ctx)
	seed.Must(err, "RouteChat")
	point, padding := randomPoint(), strings.Repeat(".", 180)
	expected := 0
	for i := range floodNotes {
		note := &pb.RouteNote{Location: point, Message: fmt.Sprintf("%d %s", i, padding)}
		seed.Must(stream.Send(note), "sending while not reading")
		expected += min(i, replayedNotes)
	}
	seed.Must(stream.CloseSend(), "closing")
	for received := 0; ; received++ {
		note, err := stream.Recv()
		if err == io.EOF {
			seed.Check(received == expected, "%d notes came back instead of %d", received, expected)
			return
		}
		seed.Must(err, "receiving after everything was sent")
		seed.Check(proto.Equal(note.GetLocation(), point), "a note from elsewhere: %v", note)
	}
}

func randomPoint() *pb.Point {
	return &pb.Point{
		Latitude:  rand.Int32N(1_780_000_000) - 890_000_000,
		Longitude: rand.Int32N(2_000_000_000) - 1_000_000_000,
	}
}
