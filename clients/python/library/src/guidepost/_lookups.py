"""The answers to many look-ups."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Iterator, Sequence, overload

from guidepost import _export
from guidepost._proto.routes.v1 import lookup_pb2
from guidepost._routes_types import Route, route

if TYPE_CHECKING:
    import numpy as np
    import pandas
    from numpy.typing import NDArray

_OF_MESSAGE = {
    "interface": "interface_name",
    **{each: each for each in ("prefix", "next_hop", "metric", "source", "path_id")},
    **{each: each for each in ("distance", "revision", "installed")},
}
"""Fields of a route that are in its message as they are."""


class Lookups(Sequence["Route | None"]):
    """The best route to each of many addresses, in the order asked.

    A sequence of ``Route`` or None; but what is large should use ``indexes`` and ``routes``, or
    ``to_pandas``: they cost nothing per address.
    """

    def __init__(self, indexes: Sequence[int], routes: Sequence[Any], revision: int) -> None:
        self._indexes = indexes
        self._messages = routes
        self._routes: list[Route] | None = None
        self.revision = revision
        """The oldest revision that an answer is of: one batch is of one revision."""

    @property
    def indexes(self) -> Sequence[int]:
        """For each address the place of its route in ``routes``, counted from 1; 0: none.

        A numpy array of uint32 where numpy is there.
        """
        return self._indexes

    @property
    def routes(self) -> list[Route]:
        """The routes meant, each once in a batch."""
        if self._routes is None:
            self._routes = [
                each if isinstance(each, Route) else route(each) for each in self._messages
            ]
        return self._routes

    def __len__(self) -> int:
        return len(self._indexes)

    def __reduce__(self) -> tuple[Any, ...]:
        return Lookups, (self._indexes, self.routes, self.revision)

    def _at(self, index: int) -> Route | None:
        if index == 0:
            return None
        if self._routes is not None:
            return self._routes[index - 1]
        message = self._messages[index - 1]
        return message if isinstance(message, Route) else route(message)

    @overload
    def __getitem__(self, place: int) -> Route | None: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Route | None]: ...

    def __getitem__(self, place: int | slice) -> Route | None | Sequence[Route | None]:
        if isinstance(place, slice):
            return Lookups(self._indexes[place], self.routes, self.revision)
        return self._at(int(self._indexes[place]))

    def __iter__(self) -> Iterator[Route | None]:
        known: list[Route | None] = [None, *self.routes]
        for index in self._indexes:
            yield known[index]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Lookups of {len(self)} addresses, {len(self._messages)} routes>"

    def to_numpy(self, field: str = "next_hop") -> "NDArray[Any]":
        """One field of the route to each address: an array of objects, None where there is none."""
        numpy = _export.needed("numpy")
        values = numpy.empty(len(self._messages) + 1, object)
        values[1:] = self._values(field)
        taken: NDArray[Any] = values[numpy.asarray(self._indexes)]
        return taken

    def _values(self, field: str) -> list[Any]:
        """A field of each route; no object is made of a route whose message has the same."""
        if self._routes is None and isinstance(self._messages, RoutesOf) and field in _OF_MESSAGE:
            return list(map(attrgetter(_OF_MESSAGE[field]), self._messages))
        return [getattr(each, field) for each in self.routes]

    def to_records(self) -> "NDArray[np.void]":
        """The route to each address as a structured array; empty texts and zeros for none."""
        numpy = _export.needed("numpy")
        records = _export.records([Route(""), *self.routes])
        taken: NDArray[np.void] = records[numpy.asarray(self._indexes)]
        return taken

    def to_pandas(self) -> "pandas.DataFrame":
        """The route to each address as a table with a row for each; missing values for none."""
        numpy = _export.needed("numpy")
        frame = _export.to_pandas(self.routes, kind=Route)
        numbers = frame.select_dtypes("int64").columns
        frame = frame.astype(dict.fromkeys(numbers, "Int64"))  # which knows missing values
        taken = frame.reindex(numpy.asarray(self._indexes, numpy.int64) - 1)
        return taken.reset_index(drop=True)


class RoutesOf(Sequence[Any]):
    """The routes of batches, one batch after the other.

    None is touched before it is wanted: to make an object of each is a third of a large answer's time.
    """

    def __init__(self, batches: Sequence[lookup_pb2.LookupBatchResponse]) -> None:
        self._lists = [batch.routes for batch in batches]
        self.begins = list(accumulate((len(each) for each in self._lists), initial=0))
        """For each batch, and for the end, how many routes are before it."""

    def __len__(self) -> int:
        return self.begins[-1]

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        batch = bisect_right(self.begins, place) - 1
        return self._lists[batch][place - self.begins[batch]]

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._lists)


def indexes_of(batches: Sequence[lookup_pb2.LookupBatchResponse]) -> tuple[Sequence[int], RoutesOf]:
    """The indexes of batches that were asked one after the other, and their routes."""
    routes = RoutesOf(batches)
    bases = routes.begins
    try:
        import numpy
    except ImportError:
        plain: list[int] = []
        for batch, base in zip(batches, bases):
            plain.extend(index and index + base for index in batch.indexes)
        return plain, routes
    parts = []
    for batch, base in zip(batches, bases):
        part = numpy.fromiter(batch.indexes, numpy.uint32, len(batch.indexes))
        if base:
            part[part > 0] += base
        parts.append(part)
    if not parts:
        return numpy.empty(0, numpy.uint32), routes  # type: ignore[return-value]
    joined = parts[0] if len(parts) == 1 else numpy.concatenate(parts)
    return joined, routes  # type: ignore[return-value]


def ordered(indexes: Any, places: Sequence[int] | None) -> Any:
    """Brings answers, those for IPv4 first, into the order asked."""
    if places is None:
        return indexes
    if isinstance(indexes, list):
        put = [0] * len(indexes)
        for place, index in zip(places, indexes):
            put[place] = index
        return put
    target = indexes.copy()
    target[places] = indexes
    return target
