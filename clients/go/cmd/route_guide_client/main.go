// Command route_guide_client asks for features, records a trip, and exchanges notes.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/guidepost-server/guidepost/clients/go/gen/routeguide"
	"github.com/guidepost-server/guidepost/clients/go/internal/console"
)

var (
	// A place in New Jersey that the demonstration data has a name for, and one in the Atlantic.
	namedPoint = &routeguide.Point{Latitude: 409146138, Longitude: -746188906}
	emptyPoint = &routeguide.Point{}

	// The box of the demonstration data: from there to New York.
	box = &routeguide.Rectangle{
		Lo: &routeguide.Point{Latitude: 400000000, Longitude: -750000000},
		Hi: &routeguide.Point{Latitude: 420000000, Longitude: -730000000},
	}
)

const tripPoints = 10

var parts = []string{"all", "feature", "list", "record", "chat"}

func main() {
	options := console.Flags()
	var at *routeguide.Point
	flag.Func("at", "the point of 'feature' and 'chat', `LAT,LON` in degrees", func(text string) (err error) {
		at, err = parsePoint(text)
		return err
	})
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: %s [options] [%s]\n"+
			"'chat' alone posts the lines that you type\n", os.Args[0], strings.Join(parts, "|"))
		flag.PrintDefaults()
	}
	flag.Parse()
	part := "all"
	if flag.NArg() > 0 {
		part = flag.Arg(0)
	}
	if flag.NArg() > 1 || !slices.Contains(parts, part) {
		flag.Usage()
		os.Exit(2)
	}
	console.Exit(run(options, part, at))
}

func run(options *console.Options, part string, at *routeguide.Point) error {
	connection, err := console.Connect(options)
	if err != nil {
		return err
	}
	defer connection.Close()
	c := client{routeguide.NewRouteGuideClient(connection), options}

	switch part {
	case "feature":
		return c.getFeatures(at)
	case "list":
		_, err := c.listFeatures()
		return err
	case "record":
		return c.recordTrip()
	case "chat":
		return c.chat(at)
	}
	if err := c.getFeatures(at); err != nil {
		return err
	}
	if err := c.recordTrip(); err != nil { // which lists first
		return err
	}
	return c.exchangeNotes()
}

type client struct {
	guide   routeguide.RouteGuideClient
	options *console.Options
}

func (c client) getFeatures(at *routeguide.Point) error {
	points := []*routeguide.Point{namedPoint, emptyPoint}
	if at != nil {
		points = []*routeguide.Point{at}
	}
	for _, point := range points {
		ctx, cancel := c.options.Call()
		feature, err := c.guide.GetFeature(ctx, point)
		cancel()
		if err != nil {
			return err
		}
		fmt.Println(console.FeatureText(feature))
	}
	return nil
}

func (c client) listFeatures() ([]*routeguide.Feature, error) {
	fmt.Println("features from", console.PointText(box.GetLo()), "to", console.PointText(box.GetHi()))
	ctx, cancel := c.options.Call()
	defer cancel()
	stream, err := c.guide.ListFeatures(ctx, box)
	if err != nil {
		return nil, err
	}
	var features []*routeguide.Feature
	for {
		feature, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			fmt.Println(len(features), "features")
			return features, nil
		}
		if err != nil {
			return nil, err
		}
		c.options.Row(len(features), console.FeatureText(feature))
		features = append(features, feature)
	}
}

// recordTrip passes ten places, in any order, out of those that the server names.
func (c client) recordTrip() error {
	features, err := c.listFeatures()
	if err != nil {
		return err
	}
	fmt.Println("a trip")
	ctx, cancel := c.options.Call()
	defer cancel()
	stream, err := c.guide.RecordRoute(ctx)
	if err != nil {
		return err
	}
	rand.Shuffle(len(features), func(i, j int) { features[i], features[j] = features[j], features[i] })
	for _, feature := range features[:min(tripPoints, len(features))] {
		fmt.Println("  passing", console.PointText(feature.GetLocation()))
		// io.EOF means that the call has ended already; CloseAndRecv knows how.
		if err := stream.Send(feature.GetLocation()); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	summary, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	printSummary(summary)
	return nil
}

func printSummary(summary *routeguide.RouteSummary) {
	fmt.Printf("%d points, %d features, %d m, %d s\n", summary.GetPointCount(),
		summary.GetFeatureCount(), summary.GetDistance(), summary.GetElapsedTime())
	if summary.GetWgs84Metres() > 0 { // only with -extended
		fmt.Printf("on the ellipsoid %.1f m, without jitter %.1f m, moving for %.1f s\n",
			summary.GetWgs84Metres(), summary.GetFilteredMetres(), summary.GetMovingSeconds())
	}
}

// exchangeNotes leaves notes at three points: whoever comes back to a point gets its earlier notes.
func (c client) exchangeNotes() error {
	fmt.Println("notes at three points")
	ctx, cancel := c.options.Call()
	defer cancel()
	count := 0
	_, err := c.converse(ctx, slices.Values(exampleNotes()), func(note *routeguide.RouteNote) {
		c.options.Row(count, console.NoteText(note))
		count++
	})
	if err != nil {
		return err
	}
	fmt.Println(count, "notes received")
	return nil
}

func exampleNotes() []*routeguide.RouteNote {
	note := func(longitude int32, message string) *routeguide.RouteNote {
		return &routeguide.RouteNote{Location: &routeguide.Point{Longitude: longitude}, Message: message}
	}
	return []*routeguide.RouteNote{
		note(1, "road works until Friday"),
		note(2, "the bridge is open"),
		note(3, "fuel is cheap here"),
		note(1, "road works are over"),
		note(2, "the bridge is closed"),
	}
}

// chat posts what is typed and prints what others say, until the input ends. It has no deadline.
func (c client) chat(at *routeguide.Point) error {
	if at == nil {
		at = emptyPoint
	}
	trailer, err := c.converse(c.options.Endless(), typedNotes(at), func(note *routeguide.RouteNote) {
		fmt.Println("  received", console.NoteText(note))
	})
	if err != nil {
		return err
	}
	// Live notes that were lost because this program read them too slowly.
	if lost := trailer.Get("guidepost-notes-dropped"); len(lost) > 0 && lost[0] != "0" {
		fmt.Println(" ", lost[0], "notes were lost")
	}
	return nil
}

// typedNotes are the lines of the standard input, until it ends.
func typedNotes(at *routeguide.Point) iter.Seq[*routeguide.RouteNote] {
	return func(yield func(*routeguide.RouteNote) bool) {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			text := lines.Text()
			if strings.TrimSpace(text) == "" {
				continue
			}
			if !yield(&routeguide.RouteNote{Location: at, Message: text}) {
				return
			}
		}
	}
}

// converse sends notes in a goroutine of its own and receives in this one, until the server ends
// the stream: with io.EOF after the last note was sent and answered, or else with an error. It gives
// the metadata that came at the end.
func (c client) converse(
	ctx context.Context,
	notes iter.Seq[*routeguide.RouteNote],
	receive func(*routeguide.RouteNote),
) (metadata.MD, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.guide.RouteChat(ctx)
	if err != nil {
		return nil, err
	}
	go func() {
		for note := range notes {
			if stream.Send(note) != nil {
				return // the receiver is told why
			}
		}
		_ = stream.CloseSend()
	}()
	for {
		note, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.Trailer(), nil
		}
		if err != nil {
			return nil, err
		}
		receive(note)
	}
}

// parsePoint reads degrees; what is not on earth is left for the server to refuse.
func parsePoint(text string) (*routeguide.Point, error) {
	latitude, longitude, found := strings.Cut(text, ",")
	lat, latErr := e7(latitude)
	lon, lonErr := e7(longitude)
	if !found || latErr != nil || lonErr != nil {
		return nil, errors.New("must be LAT,LON in degrees")
	}
	return &routeguide.Point{Latitude: lat, Longitude: lon}, nil
}

func e7(text string) (int32, error) {
	degrees, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, err
	}
	if math.Abs(degrees) > 200 { // E7 of more does not fit
		return 0, strconv.ErrRange
	}
	return int32(math.Round(degrees * 1e7)), nil
}
