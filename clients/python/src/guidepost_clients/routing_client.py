"""A routing client: adds two routes, looks one of them up, and lists the table.

Every call blocks until the answer is there. ``routing_client_async`` does the same with asyncio.
"""

import random
import sys

import grpc
from google.protobuf import empty_pb2

from guidepost_clients import console
from routetable import route_table_pb2 as messages
from routetable import route_table_pb2_grpc as stubs


def options_parser():
    parser = console.parser(__doc__.splitlines()[0])
    parser.add_argument(
        "--lookup",
        metavar="NETWORK",
        default="192.168.100.0",
        help="what to look up: an address or ADDRESS/LENGTH (default: 192.168.100.0)",
    )
    parser.add_argument(
        "--mask",
        help="its mask, such as 255.255.255.0 or 24 (default: a single host; "
        "255.255.255.0 if --lookup is not given)",
    )
    parser.add_argument(
        "--lookup-only", action="store_true", help="add nothing, list nothing"
    )
    return parser


def destination(options):
    """What the options ask for."""
    mask = options.mask
    if mask is None:
        mask = "255.255.255.0" if options.lookup == "192.168.100.0" else ""
    return messages.Destination(network=options.lookup, mask=mask)


def example_routes():
    """One route that is always the same, and one that is hardly ever."""
    yield messages.Route(
        dest="192.168.100.0",
        mask="255.255.255.0",
        nh="168.192.100.1",
        metric=1,
        interface="eth0",
    )
    a, b, c = (random.randint(1, 254) for _ in range(3))
    yield messages.Route(
        dest=f"{a}.{b}.{c}.0",
        mask="255.255.255.0",
        nh="168.192.100.1",
        metric=1,
        interface="eth0",
    )


def sent_routes():
    """The example routes, each printed at the moment in which gRPC takes it for sending."""
    for route in example_routes():
        print(f"adding {console.route_text(route)}")
        yield route


def print_result(result):
    """Says what became of the added routes; a route that was refused is an error."""
    if result.accepted or result.rejected:  # only with --extended
        print(
            f"accepted {result.accepted} ({result.unchanged} were there already), "
            f"rejected {result.rejected}, revision {result.revision}"
        )
    if not result.success:
        reasons = [f"row {e.index}: {e.code}: {e.text}" for e in result.errors]
        raise console.Refused("; ".join(reasons) or "a route was refused; --extended says why")
    print("added")


def print_lookup(asked, route, trailing_metadata):
    """Says which route leads to the destination that was asked for.

    The contract has no error for "not found": a found route has a ``dest``, any other has none.
    A destination that cannot be read is explained in the metadata that follow the answer.
    """
    error = console.metadata_value(trailing_metadata, "guidepost-error-bin")
    if error is not None:
        raise console.Refused(error.decode())
    what = f"{asked.network}/{asked.mask}" if asked.mask else asked.network
    if route.dest:
        print(f"to {what}: {console.route_text(route)}")
    else:
        print(f"to {what}: no route")


def client(options):
    with console.connect(options) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=options.wait)
        except grpc.FutureTimeoutError:
            raise console.Unreachable(options) from None
        router = stubs.RouterStub(channel)
        call = console.call_arguments(options)

        if not options.lookup_only:
            print_result(router.AddRoutes(sent_routes(), **call))

        asked = destination(options)
        route, finished = router.GetRoute.with_call(asked, **call)
        print_lookup(asked, route, finished.trailing_metadata())

        if not options.lookup_only:
            routes = router.ListRoutes(empty_pb2.Empty(), **call)
            console.print_rows(map(console.route_text, routes), options.rows, "routes")


def main():
    return console.run(client, options_parser().parse_args())


if __name__ == "__main__":
    sys.exit(main())
