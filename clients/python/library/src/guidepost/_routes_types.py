"""Routes, their filters, changes and owners, as Python has them."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from sys import intern
from typing import Any, Iterable, Literal, NamedTuple, TypeVar, Union

from google.protobuf.timestamp_pb2 import Timestamp

from guidepost._addresses import Prefix, prefix_text
from guidepost._proto.common.v1 import as_of_pb2, operation_pb2, watch_pb2
from guidepost._proto.routes.v1 import lookup_pb2, route_pb2, routes_pb2, tables_pb2

T = TypeVar("T")

AsOf = Union[int, datetime, None]
"""An earlier state: a revision, or a time with a time zone. None is the newest."""


def state_of(when: AsOf) -> as_of_pb2.AsOf | None:
    if when is None:
        return None
    if isinstance(when, int):
        return as_of_pb2.AsOf(revision=when)
    return as_of_pb2.AsOf(time=timestamp(when))


def timestamp(when: datetime) -> Timestamp:
    if not isinstance(when, datetime):
        raise TypeError(f"time {when!r}: must be a datetime with a time zone")
    if when.tzinfo is None:
        raise ValueError(f"time {when}: must have a time zone")
    stamp = Timestamp()
    stamp.FromDatetime(when.astimezone(timezone.utc))
    return stamp


def time_of(message: Any, name: str) -> datetime | None:
    if not message.HasField(name):
        return None
    value: datetime = getattr(message, name).ToDatetime(timezone.utc)
    return value


class RouteKind(str, enum.Enum):
    """What a route does with packets."""

    UNICAST = "unicast"
    BLACKHOLE = "blackhole"

    def __str__(self) -> str:
        return self.value


_UINT32_MAX = 2**32 - 1
_BLACKHOLE = route_pb2.ROUTE_KIND_BLACKHOLE


class Route(NamedTuple):
    """One route: a prefix and one way to reach it.

    Its key is prefix, source, next hop, interface, kind and path id. The last four fields are the
    server's: they are not read when a route is written.
    """

    prefix: str
    next_hop: str = ""
    interface: str = ""
    metric: int = 0
    source: str = ""
    kind: RouteKind = RouteKind.UNICAST
    tags: tuple[str, ...] = ()
    path_id: int = 0
    distance: int = 0
    revision: int = 0
    installed: int = 0
    update_time: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, str, str, int]:
        """What tells routes apart: two with the same key are the same route."""
        return (
            self.prefix,
            self.source,
            self.next_hop,
            self.interface,
            self.kind.value,
            self.path_id,
        )

    @property
    def rank(self) -> tuple[int, int, int]:
        """The least one is the best route of a prefix."""
        return (self.distance, self.metric, self.installed)


def route(message: route_pb2.Route) -> Route:
    return Route(
        message.prefix,
        intern(message.next_hop),  # the same few, in very many routes
        intern(message.interface_name),
        message.metric,
        intern(message.source),
        RouteKind.BLACKHOLE if message.kind == _BLACKHOLE else RouteKind.UNICAST,
        tuple(message.tags),
        message.path_id,
        message.distance,
        message.revision,
        message.installed,
        time_of(message, "update_time"),
    )


def _kind(kind: RouteKind, unicast: route_pb2.RouteKind) -> route_pb2.RouteKind:
    if kind == RouteKind.UNICAST:
        return unicast
    if kind == RouteKind.BLACKHOLE:
        return _BLACKHOLE
    raise ValueError(f"kind {kind!r}: must be {' or '.join(RouteKind)}")


def texts(name: str, value: tuple[T, ...]) -> tuple[T, ...]:
    """Several texts. One text is several too, of a letter each, which nobody means."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{name} {value!r}: must be a tuple of texts, such as ({value!r},)")
    return value


def route_message(value: Route) -> route_pb2.Route:
    if not isinstance(value, Route):
        raise TypeError(f"route {value!r}: must be a guidepost.Route")
    try:
        return _route_message(value)
    except TypeError:
        for name in ("prefix", "next_hop", "interface", "source"):
            if not isinstance(getattr(value, name), str):
                raise TypeError(f"{name} {getattr(value, name)!r}: must be a text") from None
        for name in ("metric", "path_id"):
            if not hasattr(getattr(value, name), "__index__"):
                raise TypeError(f"{name} {getattr(value, name)!r}: must be an integer") from None
        raise


def _route_message(value: Route) -> route_pb2.Route:
    for name, number in (("metric", value.metric), ("path_id", value.path_id)):
        if not 0 <= number <= _UINT32_MAX:
            raise ValueError(f"{name} {number}: must be 0..{_UINT32_MAX}")
    return route_pb2.Route(
        prefix=value.prefix,
        next_hop=value.next_hop,
        interface_name=value.interface,
        metric=value.metric,
        source=value.source,
        kind=_kind(value.kind, route_pb2.ROUTE_KIND_UNSPECIFIED),
        tags=texts("tags", value.tags),
        path_id=value.path_id,
    )


@dataclass(frozen=True, slots=True)
class RouteFilter:
    """The routes that fit everything that is set. Empty: all routes."""

    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    next_hop: str = ""
    interface: str = ""
    kinds: tuple[RouteKind, ...] = ()
    family: Literal[4, 6, None] = None
    distance_min: int | None = None
    distance_max: int | None = None
    metric_min: int | None = None
    metric_max: int | None = None
    best_only: bool = False

    def message(self) -> route_pb2.RouteFilter:
        return route_pb2.RouteFilter(
            sources=texts("sources", self.sources),
            tags=texts("tags", self.tags),
            next_hop=self.next_hop,
            interface_name=self.interface,
            kinds=[_kind(kind, route_pb2.ROUTE_KIND_UNICAST) for kind in texts("kinds", self.kinds)],
            family=family(self.family),
            distance_min=self.distance_min,
            distance_max=self.distance_max,
            metric_min=self.metric_min,
            metric_max=self.metric_max,
            best_only=self.best_only,
        )


def family(number: int | None) -> route_pb2.AddressFamily:
    if number is None:
        return route_pb2.ADDRESS_FAMILY_UNSPECIFIED
    if number not in (4, 6):
        raise ValueError(f"family {number!r}: must be 4 or 6")
    return route_pb2.ADDRESS_FAMILY_IPV4 if number == 4 else route_pb2.ADDRESS_FAMILY_IPV6


class Lookup(NamedTuple):
    """The way to one destination."""

    route: Route
    """The best route of the longest prefix that covers it."""
    equal: tuple[Route, ...]
    """The others with the same prefix, distance and metric (ECMP)."""
    revision: int


class Candidate(NamedTuple):
    """A route of the prefix that was found, and what decided between it and the best one."""

    route: Route
    verdict: Literal["best", "equal", "distance", "metric"]
    text: str


class Explanation(NamedTuple):
    """How the best way to a destination was chosen."""

    prefix: str
    candidates: tuple[Candidate, ...]
    shorter_prefixes: tuple[str, ...]
    revision: int


def explanation(message: lookup_pb2.ExplainResponse) -> Explanation:
    verdicts: Any = lookup_pb2.Verdict
    return Explanation(
        message.prefix,
        tuple(
            Candidate(
                route(each.route),
                verdicts.Name(each.verdict).removeprefix("VERDICT_").lower(),
                each.text,
            )
            for each in message.candidates
        ),
        tuple(message.shorter_prefixes),
        message.revision,
    )


class Progress(NamedTuple):
    """How far a watch is. Keep it, also as text, and give it back to resume without a gap."""

    revision: int
    timeline: int = 0

    def __str__(self) -> str:
        return f"{self.revision}@{self.timeline}"

    @classmethod
    def parse(cls, text: str) -> Progress:
        """The one whose text this is."""
        revision, at, timeline = text.partition("@")
        try:
            return cls(int(revision), int(timeline) if at else 0)
        except ValueError:
            raise ValueError(f'progress "{text}": must be REVISION@TIMELINE') from None

    def message(self) -> watch_pb2.Progress:
        return watch_pb2.Progress(revision=self.revision, timeline=self.timeline)


ChangeKind = Literal["added", "updated", "removed"]
_CHANGE_KINDS: dict[int, ChangeKind] = {
    watch_pb2.CHANGE_KIND_ADDED: "added",
    watch_pb2.CHANGE_KIND_UPDATED: "updated",
    watch_pb2.CHANGE_KIND_REMOVED: "removed",
}


def change_kind(number: int) -> ChangeKind:
    return _CHANGE_KINDS[number]


class RouteChange(NamedTuple):
    """One change of one route: as it is now, or was before it was removed."""

    kind: ChangeKind
    route: Route


class RouteDifference(NamedTuple):
    """One route that is not the same in two states; None where it was not there."""

    before: Route | None
    after: Route | None


class LoggedChange(NamedTuple):
    """One step of one route; None where it was not there."""

    revision: int
    time: datetime | None
    before: Route | None
    after: Route | None


class Revision(NamedTuple):
    """A revision, when it was written, and the timeline that it belongs to."""

    revision: int
    time: datetime | None
    timeline: int


def optional_route(message: Any, name: str) -> Route | None:
    return route(getattr(message, name)) if message.HasField(name) else None


class OperationResult(NamedTuple):
    """How one operation ended."""

    id: int
    code: Literal["ok", "invalid", "unknown", "conflict", "aborted", "denied"]
    text: str
    revision: int
    entries_changed: int
    reason: str
    field: str
    value: str
    unswept: int
    feature_id: str = ""

    @property
    def ok(self) -> bool:
        """True if it is done, durable and visible."""
        return self.code == "ok"


_RESULT_CODES: dict[int, Any] = {
    number: name.removeprefix("RESULT_CODE_").lower()
    for name, number in operation_pb2.ResultCode.items()
}


def result(message: operation_pb2.OperationResult, feature_id: str = "") -> OperationResult:
    return OperationResult(
        message.id,
        _RESULT_CODES[message.code],
        message.text,
        message.revision,
        message.entries_changed,
        message.reason,
        message.field,
        message.value,
        message.unswept,
        feature_id,
    )


@dataclass(frozen=True, slots=True)
class RouteOperation:
    """One change of a table; made by the functions of its class."""

    message: routes_pb2.Operation

    def __reduce__(self) -> tuple[Any, ...]:
        return RouteOperation._read, (self.message.SerializeToString(),)

    @classmethod
    def _read(cls, packed: bytes) -> RouteOperation:
        return cls(routes_pb2.Operation.FromString(packed))

    @classmethod
    def add(cls, value: Route, *, expected_revision: int | None = None) -> RouteOperation:
        """Adds a route, or updates the one with the same key."""
        return cls(
            routes_pb2.Operation(add=route_message(value), expected_revision=expected_revision)
        )

    @classmethod
    def delete(cls, value: Route, *, expected_revision: int | None = None) -> RouteOperation:
        """Deletes the route with the same key; none is no error."""
        return cls(
            routes_pb2.Operation(
                delete_route=route_message(value), expected_revision=expected_revision
            )
        )

    @classmethod
    def delete_prefix(cls, prefix: Prefix, *, expected_revision: int | None = None) -> RouteOperation:
        """Deletes every route of the writer's source and exactly this prefix; none is no error."""
        return cls(
            routes_pb2.Operation(
                delete_prefix=prefix_text("prefix", prefix), expected_revision=expected_revision
            )
        )

    @classmethod
    def replace(
        cls,
        prefix: Prefix,
        routes: Iterable[Route],
        *,
        source: str = "",
        expected_revision: int | None = None,
    ) -> RouteOperation:
        """Makes these the only routes of a source and prefix."""
        return cls(
            routes_pb2.Operation(
                replace=routes_pb2.Replacement(
                    prefix=prefix_text("prefix", prefix),
                    source=source,
                    routes=[route_message(each) for each in routes],
                ),
                expected_revision=expected_revision,
            )
        )

    @classmethod
    def begin_sync(cls, *, source: str = "", family_: Literal[4, 6, None] = None) -> RouteOperation:
        """Begins a full refresh: marks all routes of the source as stale."""
        return cls(
            routes_pb2.Operation(
                begin_sync=routes_pb2.SyncScope(source=source, family=family(family_))
            )
        )

    @classmethod
    def end_sync(
        cls,
        *,
        source: str = "",
        family_: Literal[4, 6, None] = None,
        sweep_despite_rejections: bool = False,
    ) -> RouteOperation:
        """Ends it: deletes what is still marked."""
        return cls(
            routes_pb2.Operation(
                end_sync=routes_pb2.SyncScope(
                    source=source,
                    family=family(family_),
                    sweep_despite_rejections=sweep_despite_rejections,
                )
            )
        )


class Table(NamedTuple):
    """A table of routes."""

    name: str
    routes: int
    created_revision: int


_POLICIES = {
    "keep": tables_pb2.DISCONNECT_POLICY_KEEP,
    "delete": tables_pb2.DISCONNECT_POLICY_DELETE,
}


@dataclass(frozen=True, slots=True)
class Source:
    """An owner of routes. What is None is not put."""

    name: str
    distance: int | None = None
    on_disconnect: Literal["keep", "delete", None] = None
    delete_after: timedelta | None = None
    routes: int = 0
    writers: int = 0
    syncing: bool = False
    disconnect_time: datetime | None = None
    delete_time: datetime | None = None

    def message(self) -> tables_pb2.Source:
        message = tables_pb2.Source(name=self.name, distance=self.distance or 0)
        if self.on_disconnect is not None:
            if self.on_disconnect not in _POLICIES:
                raise ValueError(f"on_disconnect {self.on_disconnect!r}: must be {' or '.join(_POLICIES)}")
            message.on_disconnect = _POLICIES[self.on_disconnect]
        if self.delete_after is not None:
            message.delete_after.FromTimedelta(self.delete_after)
        return message


def source(message: tables_pb2.Source) -> Source:
    deletes = message.on_disconnect == tables_pb2.DISCONNECT_POLICY_DELETE
    return Source(
        message.name,
        message.distance,
        "delete" if deletes else "keep",
        message.delete_after.ToTimedelta() if message.HasField("delete_after") else None,
        message.routes,
        message.writers,
        message.syncing,
        time_of(message, "disconnect_time"),
        time_of(message, "delete_time"),
    )


@dataclass(slots=True)
class LoadReport:
    """What became of a load: accepted + rejected = rows given."""

    accepted: int = 0
    rejected: int = 0
    entries_changed: int = 0
    revision: int = 0
    errors: list[tuple[int, OperationResult]] = field(default_factory=list)
    """The first 100 rejections, each with the place of its row."""

    def count(self, index: int, ended: OperationResult) -> None:
        if ended.ok:
            self.accepted += 1
            self.entries_changed += ended.entries_changed
            self.revision = max(self.revision, ended.revision)
        else:
            self.rejected += 1
            if len(self.errors) < 100:
                self.errors.append((index, ended))
