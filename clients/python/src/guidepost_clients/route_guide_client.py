"""A route-guide client: asks for features, records a trip, and exchanges notes.

Every call blocks until the answer is there; the streams are ordinary iterators.
``route_guide_client_async`` does the same with asyncio.
"""

import argparse
import random
import sys

import grpc

from guidepost_clients import console
from routeguide import route_guide_pb2 as messages
from routeguide import route_guide_pb2_grpc as stubs

# A place in New Jersey that the demonstration data has a name for, and one in the Atlantic.
NAMED_POINT = messages.Point(latitude=409146138, longitude=-746188906)
EMPTY_POINT = messages.Point(latitude=0, longitude=0)

# The box of the demonstration data: from there to New York.
BOX = messages.Rectangle(
    lo=messages.Point(latitude=400000000, longitude=-750000000),
    hi=messages.Point(latitude=420000000, longitude=-730000000),
)

TRIP_POINTS = 10


def options_parser():
    parser = console.parser(__doc__.splitlines()[0])
    parser.add_argument(
        "part",
        nargs="?",
        choices=["all", "feature", "list", "record", "chat"],
        default="all",
        help="what to do (default: all; 'chat' alone posts the lines that you type)",
    )
    parser.add_argument(
        "--at",
        metavar="LAT,LON",
        type=_point,
        help="the point of 'feature' and 'chat', in degrees; write --at=-1,2 if it begins with '-'",
    )
    return parser


def asked_points(options):
    return [options.at] if options.at else [NAMED_POINT, EMPTY_POINT]


def trip(features):
    """Ten places, in any order, out of those that the server named."""
    places = [feature.location for feature in features]
    return random.sample(places, min(TRIP_POINTS, len(places)))


def visited(points):
    """The points of a trip, each printed at the moment in which gRPC takes it for sending."""
    for point in points:
        print(f"  passing {console.point_text(point)}")
        yield point


def example_notes():
    """Five notes at three points: whoever comes back to a point gets its earlier notes."""
    for longitude, message in [
        (1, "road works until Friday"),
        (2, "the bridge is open"),
        (3, "fuel is cheap here"),
        (1, "road works are over"),
        (2, "the bridge is closed"),
    ]:
        point = messages.Point(latitude=0, longitude=longitude)
        yield messages.RouteNote(location=point, message=message)


def typed_note(line, options):
    return messages.RouteNote(location=options.at or EMPTY_POINT, message=line.rstrip("\n"))


def typed_notes(options):
    """A note for each line of the standard input, until it ends."""
    return (typed_note(line, options) for line in sys.stdin if line.strip())


def print_summary(summary):
    print(
        f"{summary.point_count} points, {summary.feature_count} features, "
        f"{summary.distance} m, {summary.elapsed_time} s"
    )
    if summary.wgs84_metres:  # only with --extended
        print(
            f"on the ellipsoid {summary.wgs84_metres:.1f} m, "
            f"without jitter {summary.filtered_metres:.1f} m, "
            f"moving for {summary.moving_seconds:.1f} s"
        )


def print_note(note):
    # Flushed, so that whoever reads over a pipe sees a note when it arrives.
    print(f"  received {console.note_text(note)}", flush=True)


def print_lost(trailing_metadata):
    """Says how many live notes were lost because this program read them too slowly."""
    lost = console.metadata_value(trailing_metadata, "guidepost-notes-dropped")
    if lost not in (None, "0"):
        print(f"  {lost} notes were lost", flush=True)


def get_features(guide, options):
    for point in asked_points(options):
        feature = guide.GetFeature(point, **console.call_arguments(options))
        print(console.feature_text(feature))


def list_features(guide, options):
    features = []
    for feature in guide.ListFeatures(BOX, **console.call_arguments(options)):
        console.print_row(console.feature_text(feature), len(features), options.rows)
        features.append(feature)
    print(f"{len(features)} features")
    return features


def record_trip(guide, options, features):
    points = visited(trip(features))
    print_summary(guide.RecordRoute(points, **console.call_arguments(options)))


def exchange_notes(guide, options):
    received = guide.RouteChat(example_notes(), **console.call_arguments(options))
    console.print_rows(map(console.note_text, received), options.rows, "notes received")


def chat(guide, options):
    """Posts what is typed and prints what others say, until the input ends. No deadline."""
    call = console.call_arguments(options) | {"timeout": None}
    stream = guide.RouteChat(typed_notes(options), **call)
    for note in stream:
        print_note(note)
    print_lost(stream.trailing_metadata())


def client(options):
    with console.connect(options) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=options.wait)
        except grpc.FutureTimeoutError:
            raise console.Unreachable(options) from None
        guide = stubs.RouteGuideStub(channel)

        if options.part in ("all", "feature"):
            print("features at two points" if not options.at else "the feature at a point")
            get_features(guide, options)
        if options.part in ("all", "list", "record"):
            print(f"features from {console.point_text(BOX.lo)} to {console.point_text(BOX.hi)}")
            features = list_features(guide, options)
        if options.part in ("all", "record"):
            print("a trip")
            record_trip(guide, options, features)
        if options.part == "all":
            print("notes at three points")
            exchange_notes(guide, options)
        if options.part == "chat":
            chat(guide, options)


def main():
    return console.run(client, options_parser().parse_args())


def _point(text):
    try:
        latitude, longitude = (round(float(degrees) * 1e7) for degrees in text.split(","))
        return messages.Point(latitude=latitude, longitude=longitude)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"must be LAT,LON in degrees: {text!r}") from None


if __name__ == "__main__":
    sys.exit(main())
