"""A table of routes in this process that answers by longest match.

Two structures hold it::

    by length   {24: {0xC00002: entry, ...}, 16: {...}}     always; a look-up asks one dictionary
                                                             for each length that occurs
    arrays      _arrays.py                                   from the first look-up of many on;
                                                             a look-up is two or three loads

An entry has all routes of a prefix and a slot; the arrays hold slots, so a prefix whose best route
changes costs no painting. docs/decisions/0062 has the numbers.

Threads: one at a time; ``LiveRouteTable`` locks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Iterator, Sequence

from guidepost._addresses import Packed, array_of, split_prefix
from guidepost._routes_types import Route

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from guidepost._arrays import Ipv4Array, Ipv6Array


class _Entry:
    """The routes of a prefix, the best one first, and the place of the best one in ``slots``."""

    __slots__ = ("routes", "slot")

    def __init__(self, routes: list[Route], slot: int) -> None:
        self.routes = routes
        self.slot = slot


def _rank(route: Route) -> tuple[int, int, int]:
    return (route.distance, route.metric, route.installed)


class PrefixTable:
    """Routes by prefix."""

    def __init__(self) -> None:
        self._by_length: dict[int, dict[int, dict[int, _Entry]]] = {4: {}, 6: {}}
        self._lengths: dict[int, list[int]] = {4: [], 6: []}
        self._slots: list[Route | None] = [None]
        self._free: list[int] = []
        # The same for look-ups of many, from the first one on: taking from it runs no Python.
        self._slot_array: NDArray[np.object_] | None = None
        self._count = 0
        self._ipv4: Ipv4Array | None = None
        self._ipv6: Ipv6Array | None = None

    def __len__(self) -> int:
        return self._count

    def put(self, route: Route) -> None:
        """Adds a route, or replaces the one with the same key."""
        family, network, length = split_prefix(route.prefix)
        bits = 32 if family == 4 else 128
        nets = self._by_length[family].get(length)
        if nets is None:
            nets = self._by_length[family][length] = {}
            self._lengths[family] = sorted(self._by_length[family], reverse=True)
        entry = nets.get(network >> (bits - length))
        if entry is None:
            nets[network >> (bits - length)] = _Entry([route], self._new_slot(route))
            self._count += 1
            self._painted(family, network, length)
            return
        if len(entry.routes) == 1 and entry.routes[0].key == route.key:
            entry.routes[0] = route
        else:
            key = route.key
            kept = [each for each in entry.routes if each.key != key]
            self._count += len(kept) + 1 - len(entry.routes)
            entry.routes = sorted([*kept, route], key=_rank)
        self._set_slot(entry.slot, entry.routes[0])

    def remove(self, route: Route) -> None:
        """Removes the route with the same key; none is no error."""
        family, network, length = split_prefix(route.prefix)
        bits = 32 if family == 4 else 128
        nets = self._by_length[family].get(length, {})
        entry = nets.get(network >> (bits - length))
        if entry is None:
            return
        key = route.key
        kept = [each for each in entry.routes if each.key != key]
        self._count -= len(entry.routes) - len(kept)
        if kept:
            entry.routes = kept
            self._set_slot(entry.slot, kept[0])
            return
        del nets[network >> (bits - length)]
        if not nets:
            del self._by_length[family][length]
            self._lengths[family].remove(length)
        self._erased(family, network, length, entry.slot)
        self._set_slot(entry.slot, None)
        self._free.append(entry.slot)

    def _new_slot(self, route: Route) -> int:
        if self._free:
            slot = self._free.pop()
            self._set_slot(slot, route)
            return slot
        self._slots.append(None)
        self._set_slot(len(self._slots) - 1, route)
        return len(self._slots) - 1

    def _set_slot(self, slot: int, route: Route | None) -> None:
        self._slots[slot] = route
        if self._slot_array is not None:
            if slot >= len(self._slot_array):
                self._slot_array = None  # made again by the next look-up of many
            else:
                self._slot_array[slot] = route

    def _slots_taken(self, used: Any, numpy: Any) -> list[Route | None]:
        if self._slot_array is None:
            # Some room, so that it is not made again for each new prefix.
            made = numpy.empty(len(self._slots) + len(self._slots) // 8 + 1024, object)
            for slot, route in enumerate(self._slots):
                made[slot] = route
            self._slot_array = made
        taken: list[Route | None] = self._slot_array[used].tolist()
        return taken

    def _painted(self, family: int, network: int, length: int) -> None:
        if family == 4 and self._ipv4 is not None:
            entry = self._by_length[4][length][network >> (32 - length)]
            self._ipv4.paint(network, length, entry.slot)
        if family == 6 and self._ipv6 is not None:
            self._ipv6.changed(network, length)

    def _erased(self, family: int, network: int, length: int, slot: int) -> None:
        if family == 4 and self._ipv4 is not None:
            cover, cover_length = self._cover(network, length)
            self._ipv4.erase(network, length, slot, cover, cover_length)
        if family == 6 and self._ipv6 is not None:
            self._ipv6.changed(network, length)

    def _cover(self, network: int, length: int) -> tuple[int, int]:
        """Slot and length of the longest prefix that covers an IPv4 one; slot 0: there is none."""
        for shorter in self._lengths[4]:
            if shorter < length:
                entry = self._by_length[4][shorter].get(network >> (32 - shorter))
                if entry is not None:
                    return entry.slot, shorter
        return 0, -1

    def longest(self, packed: bytes) -> Route | None:
        """The best route of the longest prefix that covers an address of 4 or 16 bytes."""
        address = int.from_bytes(packed, "big")
        if len(packed) == 4:
            if self._ipv4 is not None:
                return self._slots[self._ipv4.slot(address)]
            family, bits = 4, 32
        else:
            family, bits = 6, 128
        entry = self._entry(family, bits, address)
        return None if entry is None else entry.routes[0]

    def _entry(self, family: int, bits: int, address: int) -> _Entry | None:
        by_length = self._by_length[family]
        for length in self._lengths[family]:
            entry = by_length[length].get(address >> (bits - length))
            if entry is not None:
                return entry
        return None

    def slot6(self, address: int) -> int:
        """The slot for an IPv6 address, by the dictionaries."""
        entry = self._entry(6, 128, address)
        return 0 if entry is None else entry.slot

    def longest_many(self, packed: Packed) -> tuple[Any, Sequence[Route | None]]:
        """For each address, those of IPv4 first, a place in the list that comes with it; 0: none."""
        try:
            import numpy
        except ImportError:
            return self._longest_each(packed)
        ipv4, ipv6 = array_of(packed)
        found4 = self._arrays4().slots_of(ipv4) if len(ipv4) else numpy.empty(0, numpy.uint32)
        found6 = numpy.empty(0, numpy.uint32)
        if len(ipv6):
            found6 = self._mapped(ipv6, numpy)
        slots = numpy.concatenate([found4, found6]) if len(found6) else found4
        used, indexes = self._numbered(slots, numpy)
        return indexes, used

    def _numbered(self, slots: Any, numpy: Any) -> tuple[list[Route | None], Any]:
        """The routes of the slots, each once, and their places counted from 1."""
        present = numpy.zeros(len(self._slots), numpy.bool_)
        present[slots] = True
        present[0] = False
        used = numpy.flatnonzero(present)
        places = numpy.zeros(len(self._slots), numpy.uint32)
        places[used] = numpy.arange(1, len(used) + 1, dtype=numpy.uint32)
        return self._slots_taken(used, numpy), places[slots]

    def _mapped(self, ipv6: Any, numpy: Any) -> Any:
        """The slots of IPv6 addresses; mapped ones mean their IPv4 address."""
        is_mapped = (ipv6[:, 0] == 0) & (ipv6[:, 1] >> numpy.uint64(32) == 0xFFFF)
        if not is_mapped.any():
            return self._arrays6().slots_of(ipv6, self)
        found = numpy.empty(len(ipv6), numpy.uint32)
        found[~is_mapped] = self._arrays6().slots_of(ipv6[~is_mapped], self)
        found[is_mapped] = self._arrays4().slots_of(ipv6[is_mapped, 1].astype(numpy.uint32))
        return found

    def _longest_each(self, packed: Packed) -> tuple[list[int], list[Route | None]]:
        places: dict[int, int] = {}
        used: list[Route | None] = []
        indexes: list[int] = []
        for family, bits, addresses in ((4, 32, packed.ipv4), (6, 128, packed.ipv6)):
            size = bits // 8
            for at in range(0, len(addresses), size):
                indexes.append(self._numbered_one(addresses[at : at + size], places, used))
        return indexes, used

    def _numbered_one(
        self, packed: bytes, places: dict[int, int], used: list[Route | None]
    ) -> int:
        if len(packed) == 16 and packed.startswith(b"\0" * 10 + b"\xff\xff"):
            packed = packed[12:]
        bits = len(packed) * 8
        entry = self._entry(4 if bits == 32 else 6, bits, int.from_bytes(packed, "big"))
        if entry is None:
            return 0
        place = places.get(entry.slot)
        if place is None:
            used.append(entry.routes[0])
            place = places[entry.slot] = len(used)
        return place

    def _arrays4(self) -> Ipv4Array:
        if self._ipv4 is None:
            from guidepost._arrays import Ipv4Array

            self._ipv4 = Ipv4Array(self._slots_by_length(4))
        return self._ipv4

    def _arrays6(self) -> Ipv6Array:
        if self._ipv6 is None:
            from guidepost._arrays import Ipv6Array

            self._ipv6 = Ipv6Array()
        if self._ipv6.is_stale():
            self._ipv6.build(self._slots_by_length(6))
        return self._ipv6

    def _slots_by_length(self, family: int) -> Iterator[tuple[int, list[int], list[int]]]:
        """Length, networks (without host bits, not shifted) and slots, the shortest first."""
        bits = 32 if family == 4 else 128
        for length in reversed(self._lengths[family]):
            nets = self._by_length[family][length]
            shift = bits - length
            yield length, [net << shift for net in nets], [each.slot for each in nets.values()]

    def routes(self) -> Iterable[Route]:
        """All routes, in no order that means anything."""
        for by_length in self._by_length.values():
            for nets in by_length.values():
                for entry in nets.values():
                    yield from entry.routes
