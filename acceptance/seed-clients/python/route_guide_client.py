"""Behaves as a tutorial's route-guide client does: a generator feeds each stream."""

import argparse
import json
import math
import random
import uuid

import grpc

from contract import check, check_equal, check_nothing_unknown, stubs

EARTH_RADIUS_METRES = 6_371_000
SERVICES = [
    "routeguide.RouteGuide",
    "examples.RouteGuide",
    "grpc.example.routeguide.RouteGuide",
    "proto.RouteGuide",
    "RouteGuide",
]


def haversine_metres(one, other):
    """The distance between two (latitude, longitude) pairs in E7."""
    latitude1, latitude2 = math.radians(one[0] / 1e7), math.radians(other[0] / 1e7)
    d_latitude = latitude2 - latitude1
    d_longitude = math.radians((other[1] - one[1]) / 1e7)
    a = (
        math.sin(d_latitude / 2) ** 2
        + math.cos(latitude1) * math.cos(latitude2) * math.sin(d_longitude / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.atan2(math.sqrt(a), math.sqrt(1 - a))


class Client:
    def __init__(self, stub, messages, database):
        self.stub = stub
        self.messages = messages
        self.names = database  # (latitude, longitude) -> name, of the demonstration data

    def point(self, place):
        return self.messages.Point(latitude=place[0], longitude=place[1])

    def get_feature(self):
        nowhere = self.point((0, 0))
        feature = self.stub.GetFeature(nowhere)
        check_nothing_unknown(feature)
        check(feature.HasField("location"), "a feature without a location")
        check_equal(feature, self.messages.Feature(location=nowhere), "the feature at nowhere")
        for place, name in random.sample(sorted(self.names.items()), min(5, len(self.names))):
            expected = self.messages.Feature(name=name, location=self.point(place))
            check_equal(self.stub.GetFeature(self.point(place)), expected, "a feature")

    def list_features(self):
        box = self.messages.Rectangle(
            lo=self.point((400000000, -750000000)), hi=self.point((420000000, -730000000))
        )
        listed = list(self.stub.ListFeatures(box))
        for feature in listed:
            check_nothing_unknown(feature)
            check(feature.name and feature.HasField("location"), f"an empty feature: {feature}")
        places = [(f.location.latitude, f.location.longitude) for f in listed]
        known = [(place, f.name) for place, f in zip(places, listed) if place in self.names]
        expected = [(place, name) for place, name in self.names.items() if name]
        check_equal(sorted(known), sorted(expected), "the features in the box")

    def record_route(self):
        places = random.choices(sorted(self.names) or [(1, 2), (3, 4)], k=10)
        summary = self.stub.RecordRoute(self.point(place) for place in places)
        check_nothing_unknown(summary)
        check_equal(summary.point_count, 10, "points")
        check_equal(summary.feature_count, sum(bool(self.names.get(p)) for p in places), "features")
        metres = sum(map(haversine_metres, places, places[1:]))
        check(abs(summary.distance - metres) <= 1, f"{summary.distance} m instead of {metres} m")
        check(0 <= summary.elapsed_time <= 60, f"{summary.elapsed_time} s")

    def route_chat(self):
        # Five notes at three points, as everybody's first program sends them; the tag tells
        # ours from those that others, and earlier runs, have left there.
        tag = uuid.uuid4().hex
        places = [(0, 0), (0, 1), (1, 0), (0, 0), (1, 0)]

        def notes():
            for number, place in enumerate(places, 1):
                message = f"{tag} {number}"
                yield self.messages.RouteNote(location=self.point(place), message=message)

        received = []
        for note in self.stub.RouteChat(notes()):
            check_nothing_unknown(note)
            check(note.HasField("location"), "a note without a location")
            if note.message.startswith(tag):
                received.append((note.location.latitude, note.location.longitude, note.message[-1]))
        check_equal(received, [(0, 0, "1"), (1, 0, "3")], "my notes that came back")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--service", required=True, choices=SERVICES)
    parser.add_argument("--database", help="route_guide_db.json, if the server has its features")
    options = parser.parse_args()
    messages, grpc_stubs = stubs(options.service, "route_guide")

    with grpc.insecure_channel(options.server) as channel:
        client = Client(
            grpc_stubs.RouteGuideStub(channel), messages, read_database(options.database)
        )
        client.get_feature()
        client.list_features()
        client.record_route()
        client.route_chat()


def read_database(path):
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    return {(r["location"]["latitude"], r["location"]["longitude"]): r["name"] for r in rows}


if __name__ == "__main__":
    main()
