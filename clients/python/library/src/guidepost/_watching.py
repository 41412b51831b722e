"""What is the same in watches of routes, features and notes, without any waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Generic, Literal, TypeVar

from guidepost._errors import GuidepostError
from guidepost._events import (
    Changes,
    Entries,
    Lagging,
    Quiet,
    SnapshotBegan,
    SnapshotComplete,
    WatchEvent,
)
from guidepost._guide_types import (
    FeatureChange,
    Feature,
    Note,
    NoteEvent,
    feature,
    note,
    note_event,
)
from guidepost._methods import WATCH_FEATURES, WATCH_NOTES, WATCH_ROUTES, Method
from guidepost._proto.common.v1 import watch_pb2
from guidepost._proto.guide.v1 import features_pb2, notes_pb2
from guidepost._proto.routes.v1 import watch_pb2 as route_watch_pb2
from guidepost._routes_types import Progress, Route, RouteChange, change_kind, route
from guidepost._settings import Backoff

E = TypeVar("E")
C = TypeVar("C")

_WORTHWHILE = frozenset(
    {
        "OK",
        "CANCELLED",
        "UNAVAILABLE",
        "UNKNOWN",
        "INTERNAL",
        "RESOURCE_EXHAUSTED",
        "ABORTED",
        "DEADLINE_EXCEEDED",
    }
)


@dataclass(frozen=True, slots=True)
class WatchKind(Generic[E, C]):
    """How a kind of thing is watched."""

    method: Method[Any, Any]
    request: Callable[[watch_pb2.WatchStart | None], Any]
    read: Callable[[Any, Progress], "WatchEvent[E, C] | None"]


def start_of(after: Progress | int | None, changes_only: bool) -> watch_pb2.WatchStart | None:
    if after is not None and changes_only:
        raise ValueError("after and changes_only: must not be given together")
    if isinstance(after, int):
        after = Progress(after)
    if after is not None and not isinstance(after, Progress):
        raise TypeError(f"after {after!r}: must be a Progress, which Progress.parse makes of its text, or a revision")
    if after is not None:
        return watch_pb2.WatchStart(after=after.message())
    return watch_pb2.WatchStart(changes_only=True) if changes_only else None


class WatchState(Generic[E, C]):
    """Where a watch is, and what comes after a cut."""

    def __init__(self, kind: WatchKind[E, C], start: watch_pb2.WatchStart | None) -> None:
        self.kind = kind
        self.progress: Progress | None = None
        self._start = start
        self._why: Literal["asked", "trimmed", "other_data"] = "asked"
        self._backoff = Backoff()

    def begin(self) -> SnapshotBegan | None:
        """What to tell before the next call, if it begins with a snapshot."""
        return SnapshotBegan(self._why) if self._start is None else None

    def request(self) -> Any:
        return self.kind.request(self._start)

    def read(self, message: Any) -> WatchEvent[E, C] | None:
        """What a message tells; what it reaches counts from now on."""
        self._backoff.answered()
        reached = Progress(message.progress.revision, message.progress.timeline)
        event = self.kind.read(message, reached)
        if message.HasField("progress"):
            self.progress = reached
            self._start = watch_pb2.WatchStart(after=reached.message())
        return event

    def broken(self, error: GuidepostError, renewed: bool) -> float | None:
        """Seconds until the next try; None: it cannot go on."""
        if error.code == "OUT_OF_RANGE" and self.progress is not None:
            trimmed = error.reason in ("REVISION_TRIMMED", "")
            self._why = "trimmed" if trimmed else "other_data"
            self._start = self.progress = None
            return 0.0
        if error.code in _WORTHWHILE or renewed:
            delay = self._backoff.delay()
            after = error.retry_after
            return delay if after is None else max(delay, after.total_seconds())
        return None


def _common(part: str | None, message: Any, reached: Progress) -> WatchEvent[Any, Any] | None:
    if part == "end_of_snapshot":
        return SnapshotComplete(reached)
    if part == "lag":
        lag = message.lag
        return Lagging(lag.revisions_behind, lag.newest_revision, lag.oldest_revision)
    return Quiet(reached) if part is None else None


def routes_kind(request: route_watch_pb2.WatchRequest) -> WatchKind[Route, RouteChange]:
    def asked(start: watch_pb2.WatchStart | None) -> Any:
        copy = route_watch_pb2.WatchRequest()
        copy.CopyFrom(request)
        if start is not None:
            copy.start.CopyFrom(start)
        return copy

    def read(message: Any, reached: Progress) -> WatchEvent[Route, RouteChange] | None:
        part = message.WhichOneof("part")
        if part == "snapshot":
            return Entries([route(each) for each in message.snapshot.routes])
        if part == "changes":
            changes = [
                RouteChange(change_kind(each.kind), route(each.route))
                for each in message.changes.changes
            ]
            return Changes(changes, reached)
        return _common(part, message, reached)

    return WatchKind(WATCH_ROUTES, asked, read)


def features_kind(request: features_pb2.WatchRequest) -> WatchKind[Feature, FeatureChange]:
    def asked(start: watch_pb2.WatchStart | None) -> Any:
        copy = features_pb2.WatchRequest()
        copy.CopyFrom(request)
        if start is not None:
            copy.start.CopyFrom(start)
        return copy

    def read(message: Any, reached: Progress) -> WatchEvent[Feature, FeatureChange] | None:
        part = message.WhichOneof("part")
        if part == "snapshot":
            return Entries([feature(each) for each in message.snapshot.features])
        if part == "changes":
            changes = [
                FeatureChange(change_kind(each.kind), feature(each.feature))
                for each in message.changes.changes
            ]
            return Changes(changes, reached)
        return _common(part, message, reached)

    return WatchKind(WATCH_FEATURES, asked, read)


_BEGINNINGS: dict[int, Literal["trimmed", "other_data"]] = {
    notes_pb2.SubscribeOpening.BEGINNING_TOO_OLD: "trimmed",
    notes_pb2.SubscribeOpening.BEGINNING_AHEAD: "other_data",
}


def notes_kind(request: notes_pb2.WatchNotesRequest) -> WatchKind[Note, NoteEvent]:
    def asked(start: watch_pb2.WatchStart | None) -> Any:
        copy = notes_pb2.WatchNotesRequest()
        copy.CopyFrom(request)
        if start is not None:
            copy.watch.CopyFrom(start)
        return copy

    def read(message: Any, reached: Progress) -> WatchEvent[Note, NoteEvent] | None:
        part = message.WhichOneof("content")
        if part == "opening":
            why = _BEGINNINGS.get(message.opening.beginning)
            return None if why is None else SnapshotBegan(why)
        if part == "snapshot":
            return Entries([note(each) for each in message.snapshot.notes])
        if part == "changes":
            return Changes([note_event(each) for each in message.changes.events], reached)
        if part == "slow_consumer":
            return Lagging(0, 0, 0)
        return _common(part, message, reached)

    return WatchKind(WATCH_NOTES, asked, read)
