"""Features, notes and trips."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import guidepost
from guidepost import Box, Circle, Feature, FeatureFilter, Fix, Note, Point


@pytest.fixture
def spot() -> Point:
    """Far from the poles, from the antimeridian and from what other tests put."""
    return Point(round(random.uniform(-60, 60), 4), round(random.uniform(-170, 170), 4))


def _around(spot: Point, degrees: float = 0.01) -> Box:
    return Box(
        spot.latitude - degrees, spot.longitude - degrees,
        spot.latitude + degrees, spot.longitude + degrees,
    )  # fmt: skip


def test_puts_finds_and_deletes_features(client: guidepost.Client, spot: Point) -> None:
    features = client.features
    near = Point(spot.latitude + 0.001, spot.longitude)
    put = features.put(
        Feature(spot, "A hut", category="shelter", attributes={"beds": "12"}),
        Feature(near, "A spring", category="water"),
    )
    ids = [each.feature_id for each in put]
    assert all(each.ok and each.feature_id for each in put)
    found = features.get(ids[0])
    assert (found.point, found.name, found.attributes) == (spot, "A hut", {"beds": "12"})
    assert {each.name for each in features.in_box(_around(spot))} == {"A hut", "A spring"}
    water = FeatureFilter(categories=("water",))
    assert [each.feature.name for each in features.in_circle(Circle(spot, 500), filter=water)] == [
        "A spring"
    ]
    nearest = list(features.nearest(spot, 2, within_metres=1000))
    assert [each.feature.name for each in nearest] == ["A hut", "A spring"]
    assert nearest[0].metres == 0 and 110 < nearest[1].metres < 112
    path = [Point(spot.latitude - 0.001, spot.longitude), Point(spot.latitude + 0.002, spot.longitude)]
    along = list(features.along_path(path, 50))
    assert [(each.feature.name, each.side) for each in along] == [("A hut", "on"), ("A spring", "on")]
    frame = guidepost.to_pandas(along)
    assert frame["name"].tolist() == ["A hut", "A spring"] and frame["latitude"][0] == spot.latitude
    assert guidepost.to_records(features.in_box(_around(spot)))["latitude"].dtype == float
    with features.watch(_around(spot)) as watch:
        next(each for each in watch if isinstance(each, guidepost.SnapshotComplete))
        assert all(each.ok for each in features.delete(*ids))
        changes = next(each for each in watch if isinstance(each, guidepost.Changes))
    assert {(each.kind, each.feature.id) for each in changes.changes} == {("removed", i) for i in ids}
    with pytest.raises(guidepost.NotFound):
        features.get(ids[0])


def test_loads_many_features(client: guidepost.Client, spot: Point) -> None:
    given = [Feature(Point(spot.latitude, spot.longitude + i / 1e6), id=f"{spot}-{i}") for i in range(1500)]
    report = client.features.load(given)
    assert (report.accepted, report.rejected) == (1500, 0)
    with client.features.writer() as writer:
        for each in given:
            writer.write(guidepost.FeatureOperation.delete(each.id))
    assert writer.acknowledged == 1500


@pytest.mark.parametrize("wrong", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_names_the_coordinate_that_is_none(client: guidepost.Client, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"must be -(90\.\.90|180\.\.180) degrees"):
        list(client.features.nearest(wrong))


def test_posts_confirms_and_watches_notes(client: guidepost.Client, spot: Point) -> None:
    notes = client.notes
    with notes.watch(Circle(spot, 1000)) as watch:
        next(each for each in watch if isinstance(each, guidepost.SnapshotComplete))
        posted = notes.post(
            Note(spot, "A tree lies across", author="ann", kind="hazard", severity="medium"),
            ttl_seconds=3600,
        )
        assert posted.id and posted.expire_time is not None
        again = notes.post(Note(spot, "x", author="ann"), idempotency_key=f"k{posted.id}")
        same = notes.post(Note(spot, "x", author="ann"), idempotency_key=f"k{posted.id}")
        assert again.id == same.id
        assert notes.confirm(posted.id, "bob").confirmations == 1
        assert notes.deny(posted.id, "cid").denials == 1
        assert {each.id for each in notes.find(Circle(spot, 1000), kinds=["hazard"])} == {posted.id}
        assert notes.get(posted.id).text == "A tree lies across"
        with pytest.raises(guidepost.PermissionDenied):
            notes.close(posted.id, "bob")
        notes.close(posted.id, "ann")
        kinds = []
        for event in watch:
            if isinstance(event, guidepost.Changes):
                kinds += [each.kind for each in event.changes if each.note.id == posted.id]
            if "closed" in kinds:
                break
    assert kinds == ["added", "confirmed", "updated", "closed"]
    assert "hazard" in {each.name for each in notes.kinds()}
    notes.close(again.id, "ann")


def test_records_a_trip_and_goes_on_with_it(client: guidepost.Client, spot: Point) -> None:
    start = datetime(2026, 5, 1, 8, 0, tzinfo=timezone.utc)

    def walk(first: int, count: int) -> list[Fix]:
        return [
            Fix(
                Point(spot.latitude + i * 1.2e-5, spot.longitude),
                start + timedelta(seconds=i),
                accuracy_metres=3,
            )
            for i in range(first, first + count)
        ]

    with client.trips.record(traveller="ann", name="To the hut") as recording:
        assert recording.append(walk(0, 60)).fixes == 60
    resumed = client.trips.record(recording.id)
    with pytest.raises(guidepost.FailedPrecondition):
        resumed.append(walk(60, 60))
    trip = client.trips.get(recording.id)
    assert (trip.finished, trip.traveller, trip.last_batch) == (True, "ann", 1)
    assert 70 < trip.distance_metres < 90
    assert [each.time for each in client.trips.fixes(trip.id)][:2] == [
        start,
        start + timedelta(seconds=1),
    ]
    track = client.trips.track(trip.id, 2)
    assert len(track.fixes) == 2 and track.of_fixes == 60
    assert trip.id in {each.id for each in client.trips.find(traveller="ann", box=_around(spot))}
    assert len(guidepost.to_pandas(client.trips.fixes(trip.id))) == 60
    client.trips.delete(trip.id)
    with pytest.raises(guidepost.NotFound):
        client.trips.get(trip.id)
    with pytest.raises(ValueError, match="must have a time zone"):
        Fix(spot, datetime(2026, 1, 1)).message()
