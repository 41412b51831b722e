"""Behaves as a tutorial's routing client does: no deadline, no metadata, one channel."""

import argparse
import ipaddress
import random

import grpc
from google.protobuf import empty_pb2

from contract import check, check_equal, check_nothing_unknown, stubs


def added_routes(messages):
    yield messages.Route(
        dest="192.168.100.0",
        mask="255.255.255.0",
        nh="168.192.100.1",
        metric=1,
        interface="eth0",
    )
    octets = ".".join(str(random.randint(1, 254)) for _ in range(3))
    yield messages.Route(
        dest=octets + ".0", mask="255.255.255.0", nh="168.192.100.1", metric=1, interface="eth0"
    )


def order(route):
    """IPv4 before IPv6, then by address, then by length."""
    network = ipaddress.ip_network(f"{route.dest}/{route.mask}")
    return network.version, int(network.network_address), network.prefixlen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--service", required=True, choices=["Router", "routetable.Router"])
    options = parser.parse_args()
    messages, grpc_stubs = stubs(options.service, "route_table")
    routes = list(added_routes(messages))

    channel = grpc.insecure_channel(options.server)
    stub = grpc_stubs.RouterStub(channel)

    result = stub.AddRoutes(iter(routes))
    check(result.success, "the routes were not added")
    check_nothing_unknown(result)

    for route in routes:
        found = stub.GetRoute(messages.Destination(network=route.dest, mask=route.mask))
        check_nothing_unknown(found)
        check_equal(found, route, "the route that was added")

    nothing = stub.GetRoute(messages.Destination(network="no address", mask="255.255.255.0"))
    check_equal(nothing, messages.Route(nh="0.0.0.0"), "the answer for no route")

    listed = list(stub.ListRoutes(empty_pb2.Empty()))
    for route in listed:
        check_nothing_unknown(route)
    for route in routes:
        check(route in listed, f"not listed: {route}")
    keys = [order(route) for route in listed]
    check(keys == sorted(keys), "the list is not in order")
    channel.close()


if __name__ == "__main__":
    main()
