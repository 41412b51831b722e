"""A copy of a server's table, kept by the events of a watch."""

from __future__ import annotations

import threading
from typing import Any

from guidepost._addresses import Address, pack, parse
from guidepost._errors import GuidepostError
from guidepost._events import (
    Changes,
    Disconnected,
    Entries,
    Quiet,
    SnapshotBegan,
    SnapshotComplete,
    WatchEvent,
)
from guidepost._lookups import Lookups, ordered
from guidepost._prefixes import PrefixTable
from guidepost._routes_types import Route, RouteChange


class LiveCopy:
    """What ``LiveRouteTable`` shows.

    It shows whole revisions only, in order. While the server cannot be reached it goes on answering
    with what it knows; a new snapshot replaces the old one at once when it is complete.

    Threads: any may ask; a look-up waits while the changes of a revision are put in, some
    microseconds each. One feeds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown = PrefixTable()
        self._filling = self._shown
        self._pending: list[RouteChange] = []
        self._revision = 0
        self._current = False
        self._has_snapshot = False
        self._error: GuidepostError | None = None
        self._cut: GuidepostError | None = None

    @property
    def revision(self) -> int:
        """The server's revision that this shows; 0 before the first snapshot."""
        return self._revision

    @property
    def is_current(self) -> bool:
        """True while the server's changes come in; False while it cannot be reached."""
        return self._current

    @property
    def error(self) -> GuidepostError | None:
        """Why it does not follow any more; None while it does."""
        return self._error

    def __len__(self) -> int:
        """How many routes it has."""
        with self._lock:
            return len(self._shown)

    def longest(self, address: Address) -> Route | None:
        """The best route of the longest prefix that covers an address."""
        packed = parse(address)
        with self._lock:
            return self._shown.longest(packed)

    def longest_many(self, addresses: Any, *, family: int | None = None) -> Lookups:
        """The same for many, all of one revision; takes what ``routes.lookup_many`` takes."""
        packed = pack(addresses, family)
        with self._lock:
            indexes, routes = self._shown.longest_many(packed)
            return Lookups(ordered(indexes, packed.places), routes, self._revision)

    def routes(self) -> list[Route]:
        """All routes, in no order that means anything."""
        with self._lock:
            return list(self._shown.routes())

    def _feed(self, event: WatchEvent[Route, RouteChange]) -> bool:
        """Takes an event; True if something that callers may wait for has changed."""
        if isinstance(event, SnapshotBegan):
            self._filling, self._pending = PrefixTable(), []
        elif isinstance(event, Entries):
            for each in event.entries:
                self._filling.put(each)
        elif isinstance(event, Changes):
            self._pending.extend(event.changes)
            self._show(event.progress.revision)
            return True
        elif isinstance(event, (SnapshotComplete, Quiet)):
            self._show(event.progress.revision)
            return True
        elif isinstance(event, Disconnected):
            self._current, self._pending, self._cut = False, [], event.error
            return True
        return False

    def _show(self, revision: int) -> None:
        """Puts in what is complete: a part of a later revision waits for its rest."""
        complete = [each for each in self._pending if each.route.revision <= revision]
        self._pending = [each for each in self._pending if each.route.revision > revision]
        with self._lock:
            for kind, route in complete:
                if kind == "removed":
                    self._filling.remove(route)
                else:
                    self._filling.put(route)
            self._shown = self._filling
            self._revision = revision
            self._current = self._has_snapshot = True
            self._cut = None

    def _shows(self, revision: int) -> bool:
        return self._has_snapshot and self._revision >= revision

    def _late(self, revision: int, timeout: float) -> TimeoutError:
        what = f"revision {revision}" if revision else "the first snapshot"
        where = f"at {self._revision}" if self._has_snapshot else "nothing is"
        why = f"; {self._cut}" if self._cut is not None else ""
        return TimeoutError(f"{what}: not shown within {timeout} s; {where}{why}")

    def _ended(self, error: GuidepostError) -> None:
        self._current, self._error = False, error
