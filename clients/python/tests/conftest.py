"""Every test talks to a running server, which may hold any data: GUIDEPOST_SERVER names it."""

import os
import random
import sys

import grpc
import pytest

import guidepost
from routeguide import route_guide_pb2, route_guide_pb2_grpc
from routetable import route_table_pb2_grpc


@pytest.fixture(scope="session")
def server():
    address = os.environ.get("GUIDEPOST_SERVER")
    if not address:
        pytest.exit("GUIDEPOST_SERVER must name a running server: HOST:PORT", returncode=2)
    return address


@pytest.fixture(scope="session")
def channel(server):
    with grpc.insecure_channel(server) as channel:
        grpc.channel_ready_future(channel).result(timeout=600)
        yield channel


@pytest.fixture
def router(channel):
    return route_table_pb2_grpc.RouterStub(channel)


@pytest.fixture
def guide(channel):
    return route_guide_pb2_grpc.RouteGuideStub(channel)


@pytest.fixture
def fresh_point():
    """A point that no other test, and no earlier run, has posted to (but one in 10^17)."""
    return route_guide_pb2.Point(
        latitude=random.randint(-890000000, 890000000),
        longitude=random.randint(-1790000000, 1790000000),
    )


@pytest.fixture(scope="session")
def named_point(server):
    """The point of the demonstration data that the clients ask for, with its name put there."""
    name = "Berkshire Valley Management Area Trail, Jefferson, NJ, USA"
    with guidepost.Client(server, timeout=600) as client:
        put = client.features.put(guidepost.Feature(guidepost.Point(40.9146138, -74.6188906), name))
    assert [result.text for result in put] == [""]
    return name


@pytest.fixture
def run(server, monkeypatch, capsys):
    """Runs one of the four programs as from a command line; gives (exit code, output, errors)."""

    def run(program, *arguments):
        monkeypatch.setattr(sys, "argv", [program.__name__, "--server", server, *arguments])
        code = program.main()
        output, errors = capsys.readouterr()
        return code, output, errors

    return run
