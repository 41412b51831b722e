"""Points, features, notes and trips, as Python has them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Iterable, Literal, Mapping, NamedTuple, Union

from guidepost._proto.guide.v1 import features_pb2, geo_pb2, notes_pb2, trips_pb2
from guidepost._routes_types import ChangeKind, time_of, timestamp

_E7 = 10_000_000


class Point(NamedTuple):
    """A position in degrees, WGS84; kept to 1e-7 degrees."""

    latitude: float
    longitude: float

    def message(self) -> geo_pb2.GeoPoint:
        return geo_pb2.GeoPoint(
            latitude_e7=_e7("latitude", self.latitude, 90),
            longitude_e7=_e7("longitude", self.longitude, 180),
        )


def _e7(name: str, degrees: float, limit: int) -> int:
    if not math.isfinite(degrees) or abs(degrees) > limit:
        raise ValueError(f"{name} {degrees}: must be -{limit}..{limit} degrees")
    return round(degrees * _E7)


def point(message: geo_pb2.GeoPoint) -> Point:
    return Point(message.latitude_e7 / _E7, message.longitude_e7 / _E7)


PointLike = Union[Point, tuple[float, float]]
"""A point: a ``Point`` or (latitude, longitude)."""


def at(where: PointLike) -> geo_pb2.GeoPoint:
    return Point(*where).message()


class Box(NamedTuple):
    """A box in degrees, edges included; west > east crosses the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    def message(self) -> geo_pb2.GeoBox:
        return geo_pb2.GeoBox(
            south_e7=_e7("south", self.south, 90),
            west_e7=_e7("west", self.west, 180),
            north_e7=_e7("north", self.north, 90),
            east_e7=_e7("east", self.east, 180),
        )


class Circle(NamedTuple):
    """What is within a distance of a point."""

    centre: PointLike
    radius_metres: float

    def message(self) -> geo_pb2.GeoCircle:
        return geo_pb2.GeoCircle(centre=at(self.centre), radius_metres=self.radius_metres)


@dataclass(frozen=True, slots=True)
class Corridor:
    """What is within a distance of a path."""

    path: tuple[PointLike, ...]
    within_metres: float

    def message(self) -> geo_pb2.GeoCorridor:
        return geo_pb2.GeoCorridor(
            path=[at(each) for each in self.path], within_metres=self.within_metres
        )


@dataclass(frozen=True, slots=True)
class Feature:
    """Something at a point. Without an id, a put means the one of that name at that point."""

    point: Point
    name: str = ""
    id: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    update_time: datetime | None = None

    def message(self) -> features_pb2.Feature:
        return features_pb2.Feature(
            id=self.id,
            point=at(self.point),
            name=self.name,
            category=self.category,
            attributes=self.attributes,
        )


def feature(message: features_pb2.Feature) -> Feature:
    return Feature(
        point(message.point),
        message.name,
        message.id,
        message.category,
        dict(message.attributes),
        message.revision,
        time_of(message, "update_time"),
    )


@dataclass(frozen=True, slots=True)
class FeatureFilter:
    """The features that fit everything that is set; an empty value of an attribute: any."""

    categories: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    named: bool = False

    def message(self) -> features_pb2.FeatureFilter:
        return features_pb2.FeatureFilter(
            categories=self.categories, attributes=self.attributes, named=self.named
        )


class DistantFeature(NamedTuple):
    """A feature and how far it is, in metres on the ellipsoid."""

    feature: Feature
    metres: float


class PathFeature(NamedTuple):
    """A feature beside a path."""

    feature: Feature
    ahead_metres: float
    off_path_metres: float
    side: Literal["left", "right", "on"]


def path_feature(message: features_pb2.PathFeature) -> PathFeature:
    sides: Any = features_pb2.PathSide
    return PathFeature(
        feature(message.feature),
        message.ahead_metres,
        message.off_path_metres,
        sides.Name(message.side).removeprefix("PATH_SIDE_").lower(),
    )


class FeatureChange(NamedTuple):
    """One change of one feature: as it is now, or was before it was removed."""

    kind: ChangeKind
    feature: Feature


@dataclass(frozen=True, slots=True)
class FeatureOperation:
    """One change of the features; made by the functions of its class."""

    message: features_pb2.Operation

    def __reduce__(self) -> tuple[Any, ...]:
        return FeatureOperation._read, (self.message.SerializeToString(),)

    @classmethod
    def _read(cls, packed: bytes) -> FeatureOperation:
        return cls(features_pb2.Operation.FromString(packed))

    @classmethod
    def put(cls, value: Feature, *, expected_revision: int | None = None) -> FeatureOperation:
        """Adds a feature, or replaces the one with the same id."""
        return cls(
            features_pb2.Operation(put=value.message(), expected_revision=expected_revision)
        )

    @classmethod
    def delete(cls, id: str, *, expected_revision: int | None = None) -> FeatureOperation:
        """Deletes the feature with this id; none is no error."""
        operation = features_pb2.Operation(expected_revision=expected_revision)
        operation.delete = id
        return cls(operation)


Severity = Literal["", "low", "medium", "high"]
_SEVERITIES: tuple[Severity, ...] = ("", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Note:
    """What a traveller reports at a place. Its id, times, votes and revision are the server's."""

    point: Point
    text: str = ""
    author: str = ""
    kind: str = "text"
    severity: Severity = ""
    via: tuple[Point, ...] = ()
    to: Point | None = None
    heading_degrees: int | None = None
    id: int = 0
    create_time: datetime | None = None
    expire_time: datetime | None = None
    confirmations: int = 0
    denials: int = 0
    revision: int = 0

    def message(self) -> notes_pb2.Note:
        severities: Any = notes_pb2.NoteSeverity
        if self.severity not in _SEVERITIES:
            known = ", ".join(map(repr, _SEVERITIES))
            raise ValueError(f"severity {self.severity!r}: must be one of {known}")
        return notes_pb2.Note(
            author=self.author,
            kind=self.kind,
            severity=severities.Value(f"NOTE_SEVERITY_{(self.severity or 'unspecified').upper()}"),
            text=self.text,
            point=at(self.point),
            via=[at(each) for each in self.via],
            to=at(self.to) if self.to is not None else None,
            heading_degrees=self.heading_degrees,
        )


def note(message: notes_pb2.Note) -> Note:
    severities: Any = notes_pb2.NoteSeverity
    severity = severities.Name(message.severity).removeprefix("NOTE_SEVERITY_").lower()
    return Note(
        point(message.point),
        message.text,
        message.author,
        message.kind,
        "" if severity == "unspecified" else severity,
        tuple(point(each) for each in message.via),
        point(message.to) if message.HasField("to") else None,
        message.heading_degrees if message.HasField("heading_degrees") else None,
        message.id,
        time_of(message, "create_time"),
        time_of(message, "expire_time"),
        message.confirmations,
        message.denials,
        message.revision,
    )


NoteEventKind = Literal[
    "added", "updated", "confirmed", "expired", "closed", "evicted", "entered", "left"
]


class NoteEvent(NamedTuple):
    """Something that happened to a note, and the note after it."""

    kind: NoteEventKind
    note: Note
    revision: int


def note_event(message: notes_pb2.NoteEvent) -> NoteEvent:
    kinds: Any = notes_pb2.NoteEvent.Type
    return NoteEvent(
        kinds.Name(message.type).removeprefix("TYPE_").lower(),
        note(message.note),
        message.revision,
    )


class NoteKind(NamedTuple):
    """A sort of note, and how long one lives; 0: until it is closed."""

    name: str
    ttl_seconds: int


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a traveller was, and when (with a time zone)."""

    point: Point
    time: datetime
    accuracy_metres: float | None = None
    speed_metres_per_second: float | None = None
    altitude_metres: float | None = None
    begins_segment: bool = False
    set_aside: bool = False

    def message(self) -> trips_pb2.TripFix:
        return trips_pb2.TripFix(
            point=at(self.point),
            time=timestamp(self.time),
            accuracy_metres=self.accuracy_metres,
            speed_metres_per_second=self.speed_metres_per_second,
            altitude_metres=self.altitude_metres,
            begins_segment=self.begins_segment,
        )


def fix(message: trips_pb2.TripFix) -> Fix:
    def optional(name: str) -> float | None:
        known: Any = message
        return float(getattr(known, name)) if known.HasField(name) else None

    time = time_of(message, "time")
    assert time is not None, "a fix always has a time"
    return Fix(
        point(message.point),
        time,
        optional("accuracy_metres"),
        optional("speed_metres_per_second"),
        optional("altitude_metres"),
        message.begins_segment,
        message.set_aside,
    )


class Stop(NamedTuple):
    """Where a traveller stayed."""

    point: Point
    start_time: datetime | None
    end_time: datetime | None


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip, and what it was like so far. Distances are on the ellipsoid."""

    id: str
    traveller: str
    name: str
    last_batch: int
    finished: bool
    revision: int
    fixes: int
    start_time: datetime | None
    end_time: datetime | None
    distance_metres: float
    filtered_metres: float
    moving_seconds: float
    stops: tuple[Stop, ...]
    stop_count: int
    feature_ids: tuple[str, ...]
    skipped_fixes: int
    set_aside_fixes: int
    segment_count: int
    ascent_metres: float
    descent_metres: float


def trip(message: trips_pb2.Trip) -> Trip:
    summary = message.summary
    return Trip(
        message.id,
        message.traveller,
        message.name,
        message.last_batch,
        message.finished,
        message.revision,
        summary.fixes,
        time_of(summary, "start_time"),
        time_of(summary, "end_time"),
        summary.distance_metres,
        summary.filtered_metres,
        summary.moving_seconds,
        tuple(
            Stop(point(each.point), time_of(each, "start_time"), time_of(each, "end_time"))
            for each in summary.stops
        ),
        summary.stop_count,
        tuple(summary.feature_ids),
        summary.skipped_fixes,
        summary.set_aside_fixes,
        summary.segment_count,
        summary.ascent_metres,
        summary.descent_metres,
    )


class Track(NamedTuple):
    """The line of a trip, simplified."""

    fixes: tuple[Fix, ...]
    tolerance_metres: float
    of_fixes: int


def fixes(messages: Iterable[trips_pb2.TripFix]) -> list[Fix]:
    return [fix(each) for each in messages]
