"""What a watch tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, Union

from guidepost._errors import GuidepostError
from guidepost._routes_types import Progress

E = TypeVar("E")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class SnapshotBegan:
    """A snapshot begins: what was told before is void once it is complete.

    ``why``: it was asked for; the server's log no longer goes back to where this watch was
    (trimmed); or the server has other data than this watch knew (a restored backup).
    """

    why: Literal["asked", "trimmed", "other_data"]


@dataclass(frozen=True, slots=True)
class Entries(Generic[E]):
    """Entries of the snapshot."""

    entries: list[E]


@dataclass(frozen=True, slots=True)
class SnapshotComplete:
    """The snapshot is complete; what follows are changes."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Changes(Generic[C]):
    """What changed, in order. Changes of a revision after ``progress`` are a part of it."""

    changes: list[C]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing that is watched has changed up to here."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Lagging:
    """The client takes what comes more slowly than it comes."""

    revisions_behind: int
    newest_revision: int
    oldest_revision: int


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The call broke off; the watch tries again after so many seconds, and resumes."""

    error: GuidepostError
    retry_after: float


WatchEvent = Union[
    SnapshotBegan, Entries[E], SnapshotComplete, Changes[C], Quiet, Lagging, Disconnected
]
