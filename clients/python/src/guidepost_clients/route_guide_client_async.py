"""The route-guide client with asyncio: sending and receiving are two things done at once."""

import asyncio
import sys
import threading


from guidepost_clients import console
from guidepost_clients.route_guide_client import (
    BOX,
    asked_points,
    example_notes,
    options_parser,
    print_lost,
    print_note,
    print_summary,
    trip,
    typed_note,
    visited,
)
from routeguide import route_guide_pb2_grpc as stubs


async def get_features(guide, options):
    # All questions are on their way before the first answer is there.
    call = console.call_arguments(options)
    pending = [guide.GetFeature(point, **call) for point in asked_points(options)]
    for answer in pending:
        print(console.feature_text(await answer))


async def list_features(guide, options):
    features = []
    async for feature in guide.ListFeatures(BOX, **console.call_arguments(options)):
        console.print_row(console.feature_text(feature), len(features), options.rows)
        features.append(feature)
    print(f"{len(features)} features")
    return features


async def record_trip(guide, options, features):
    points = visited(trip(features))
    print_summary(await guide.RecordRoute(points, **console.call_arguments(options)))


async def exchange_notes(guide, options):
    count = 0
    async for note in guide.RouteChat(example_notes(), **console.call_arguments(options)):
        console.print_row(console.note_text(note), count, options.rows)
        count += 1
    print(f"{count} notes received")


async def chat(guide, options):
    """Posts what is typed and prints what others say, until the input ends. No deadline."""
    stream = guide.RouteChat(**(console.call_arguments(options) | {"timeout": None}))
    posting = asyncio.create_task(post_typed_notes(stream, options))
    async for note in stream:
        print_note(note)
    posting.cancel()  # still waiting for a line if it was the server that ended the stream
    print_lost(await stream.trailing_metadata())


async def post_typed_notes(stream, options):
    lines = typed_lines()
    while line := await lines.get():
        if line.strip():
            await stream.write(typed_note(line, options))
    await stream.done_writing()


def typed_lines():
    """A queue of the lines of the standard input, and of an empty string at its end.

    Reading blocks, so a thread does it; a daemon, so that the program may end before the input.
    """
    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()

    def read():
        while line := sys.stdin.readline():
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    return lines


async def client(options):
    async with console.connect_async(options) as channel:
        try:
            await asyncio.wait_for(channel.channel_ready(), options.wait)
        except asyncio.TimeoutError:
            raise console.Unreachable(options) from None
        guide = stubs.RouteGuideStub(channel)

        if options.part in ("all", "feature"):
            print("features at two points" if not options.at else "the feature at a point")
            await get_features(guide, options)
        if options.part in ("all", "list", "record"):
            print(f"features from {console.point_text(BOX.lo)} to {console.point_text(BOX.hi)}")
            features = await list_features(guide, options)
        if options.part in ("all", "record"):
            print("a trip")
            await record_trip(guide, options, features)
        if options.part == "all":
            print("notes at three points")
            await exchange_notes(guide, options)
        if options.part == "chat":
            await chat(guide, options)


def main():
    return console.run(lambda options: asyncio.run(client(options)), options_parser().parse_args())


if __name__ == "__main__":
    sys.exit(main())
