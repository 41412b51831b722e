"""The routing client with asyncio: the same calls, awaited."""

import asyncio
import sys

from google.protobuf import empty_pb2

from guidepost_clients import console
from guidepost_clients.routing_client import (
    destination,
    options_parser,
    print_lookup,
    print_result,
    sent_routes,
)
from routetable import route_table_pb2_grpc as stubs


async def client(options):
    async with console.connect_async(options) as channel:
        try:
            await asyncio.wait_for(channel.channel_ready(), options.wait)
        except asyncio.TimeoutError:
            raise console.Unreachable(options) from None
        router = stubs.RouterStub(channel)
        call = console.call_arguments(options)

        if not options.lookup_only:
            print_result(await router.AddRoutes(sent_routes(), **call))

        asked = destination(options)
        pending = router.GetRoute(asked, **call)  # on its way; other work could be done here
        route = await pending
        print_lookup(asked, route, await pending.trailing_metadata())

        if not options.lookup_only:
            count = 0
            async for route in router.ListRoutes(empty_pb2.Empty(), **call):
                console.print_row(console.route_text(route), count, options.rows)
                count += 1
            print(f"{count} routes")


def main():
    return console.run(lambda options: asyncio.run(client(options)), options_parser().parse_args())


if __name__ == "__main__":
    sys.exit(main())
