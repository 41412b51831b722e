"""Longest match for whole numpy arrays of addresses.

IPv4 is a table of two levels (DIR-24-8: Gupta, Lin, McKeown, "Routing lookups in hardware at memory
access speeds", 1998)::

    cells[2^24]    by the first 24 bits: a slot, or (with the highest bit) the number of a block
    blocks[n][256] by the last 8 bits of a /24 that has longer prefixes: a slot
    depths         beside each: 1 + length of the prefix that painted it; 0: none painted it;
                   255: the cell is a block

Painting a prefix changes the cells in its range whose depth is not greater. 80 MiB, of which the
system gives only what was painted.

IPv6 is sorted ranges: the upper halves of the addresses at which the answer changes, and the slot
from there on. Prefixes that are longer than 64, and the few that changed since the ranges were made,
are asked for one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from guidepost._prefixes import PrefixTable

_BLOCK = 0x80000000
_IS_BLOCK = 255


class Ipv4Array:
    """Slots by IPv4 address."""

    def __init__(self, by_length: Iterable[tuple[int, list[int], list[int]]]) -> None:
        """Takes all prefixes, the shortest first."""
        self._cells: NDArray[np.uint32] = np.zeros(1 << 24, np.uint32)
        self._depths: NDArray[np.uint8] = np.zeros(1 << 24, np.uint8)
        self._blocks: NDArray[np.uint32] = np.zeros((0, 256), np.uint32)
        self._block_depths: NDArray[np.uint8] = np.zeros((0, 256), np.uint8)
        self._free: list[int] = []
        for length, networks, slots in by_length:
            if length <= 24:
                self._paint_all(length, networks, slots)
            else:
                for network, slot in zip(networks, slots):
                    self.paint(network, length, slot)

    def _paint_all(self, length: int, networks: list[int], slots: list[int]) -> None:
        first = np.asarray(networks, np.int64) >> 8
        width = 1 << (24 - length)
        painted = np.asarray(slots, np.uint32)
        if width > 1:
            first = (first[:, None] + np.arange(width)).ravel()
            painted = np.repeat(painted, width)
        self._cells[first] = painted
        self._depths[first] = length + 1

    def slot(self, address: int) -> int:
        """The slot for one address; 0: none."""
        cell = int(self._cells[address >> 8])
        return int(self._blocks[cell & ~_BLOCK, address & 255]) if cell & _BLOCK else cell

    def slots_of(self, addresses: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """The slots for many addresses; 0: none."""
        found: NDArray[np.uint32] = self._cells[addresses >> 8]
        if len(self._blocks):
            inside = np.flatnonzero(found >= _BLOCK)
            found[inside] = self._blocks[found[inside] & ~np.uint32(_BLOCK), addresses[inside] & 255]
        return found

    def paint(self, network: int, length: int, slot: int) -> None:
        """Adds a prefix."""
        if length > 24:
            block = self._block_at(network >> 8)
            first, width = network & 255, 1 << (32 - length)
            depths = self._block_depths[block, first : first + width]
            below = depths <= length + 1
            self._blocks[block, first : first + width][below] = slot
            depths[below] = length + 1
            return
        first, width = network >> 8, 1 << (24 - length)
        cells, depths = self._cells[first : first + width], self._depths[first : first + width]
        for block in self._blocks_in(cells, depths):
            below = self._block_depths[block] <= length + 1
            self._blocks[block][below] = slot
            self._block_depths[block][below] = length + 1
        below = depths <= length + 1
        cells[below] = slot
        depths[below] = length + 1

    def erase(self, network: int, length: int, slot: int, cover: int, cover_length: int) -> None:
        """Takes a prefix away; what it painted is its cover's."""
        if length > 24:
            cell = network >> 8
            block = self._block_at(cell)
            self._repaint_block(block, slot, cover, cover_length)
            self._free_if_plain(cell, block)
            return
        first, width = network >> 8, 1 << (24 - length)
        cells, depths = self._cells[first : first + width], self._depths[first : first + width]
        for block in self._blocks_in(cells, depths):
            self._repaint_block(block, slot, cover, cover_length)
        mine = cells == slot  # the number of a block is never one
        cells[mine] = cover
        depths[mine] = cover_length + 1

    def _repaint_block(self, block: int, slot: int, cover: int, cover_length: int) -> None:
        mine = self._blocks[block] == slot
        self._blocks[block][mine] = cover
        self._block_depths[block][mine] = cover_length + 1

    def _blocks_in(self, cells: NDArray[np.uint32], depths: NDArray[np.uint8]) -> list[int]:
        if not len(self._blocks):
            return []
        blocks: list[int] = (cells[depths == _IS_BLOCK] & ~np.uint32(_BLOCK)).tolist()
        return blocks

    def _block_at(self, cell: int) -> int:
        if self._depths[cell] == _IS_BLOCK:
            return int(self._cells[cell]) & ~_BLOCK
        if not self._free:
            self._grow()
        block = self._free.pop()
        self._blocks[block] = self._cells[cell]
        self._block_depths[block] = self._depths[cell]
        self._cells[cell] = block | _BLOCK
        self._depths[cell] = _IS_BLOCK
        return block

    def _grow(self) -> None:
        have = len(self._blocks)
        more = max(64, have)
        self._blocks = np.concatenate([self._blocks, np.zeros((more, 256), np.uint32)])
        self._block_depths = np.concatenate([self._block_depths, np.zeros((more, 256), np.uint8)])
        self._free.extend(range(have + more - 1, have - 1, -1))

    def _free_if_plain(self, cell: int, block: int) -> None:
        """A block that no longer prefix paints any more is a cell again."""
        if int(self._block_depths[block].max()) <= 25:
            self._cells[cell] = self._blocks[block, 0]
            self._depths[cell] = self._block_depths[block, 0]
            self._free.append(block)


_CHANGES_MAX = 64
"""So many changed prefixes are asked for one by one before the ranges are made again."""


class Ipv6Array:
    """Slots by IPv6 address."""

    def __init__(self) -> None:
        self._starts: NDArray[np.uint64] | None = None
        self._slots: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._long: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self._changed: set[tuple[int, int]] = set()

    def is_stale(self) -> bool:
        return self._starts is None or len(self._changed) > _CHANGES_MAX

    def changed(self, network: int, length: int) -> None:
        """A prefix was added or taken away."""
        if self._starts is not None and len(self._changed) <= _CHANGES_MAX:
            self._changed.add((network, length))

    def build(self, by_length: Iterable[tuple[int, list[int], list[int]]]) -> None:
        """Takes all prefixes, the shortest first."""
        levels: list[tuple[int, NDArray[np.uint64], NDArray[np.uint32]]] = []
        long: set[int] = set()
        for length, networks, slots in by_length:
            if length > 64:
                long.update(each >> 64 for each in networks)
                continue
            halves = np.fromiter((each >> 64 for each in networks), np.uint64, len(networks))
            levels.append((length, halves, np.asarray(slots, np.uint32)))
        ends = [halves + _width(length) for length, halves, _ in levels if length > 0]
        zero = np.zeros(1, np.uint64)
        starts = np.unique(np.concatenate([zero, *(each[1] for each in levels), *ends]))
        painted = np.zeros(len(starts), np.uint32)
        for length, halves, slots_ in levels:
            self._paint(starts, painted, length, halves, slots_)
        self._starts, self._slots = starts, painted
        self._long = np.array(sorted(long), np.uint64)
        self._changed = set()

    @staticmethod
    def _paint(
        starts: NDArray[np.uint64],
        painted: NDArray[np.uint32],
        length: int,
        halves: NDArray[np.uint64],
        slots: NDArray[np.uint32],
    ) -> None:
        first = np.searchsorted(starts, halves)
        # The end of the whole space is 0 again: it stands behind the last start.
        after = halves + _width(length) if length > 0 else np.zeros_like(halves)
        last = np.where(after == 0, len(starts), np.searchsorted(starts, after))
        widths = last - first
        offsets = np.arange(widths.sum()) - np.repeat(np.cumsum(widths) - widths, widths)
        painted[np.repeat(first, widths) + offsets] = np.repeat(slots, widths)

    def slots_of(self, halves: NDArray[np.uint64], table: PrefixTable) -> NDArray[np.uint32]:
        """The slots for many addresses as halves of shape (n, 2); 0: none."""
        assert self._starts is not None, "build comes first"
        upper = np.ascontiguousarray(halves[:, 0])
        found = self._slots[np.searchsorted(self._starts, upper, side="right") - 1]
        single = np.isin(upper, self._long) if len(self._long) else np.zeros(len(upper), np.bool_)
        for network, length in self._changed:
            single |= _covers(network, length, upper)
        for place in np.flatnonzero(single).tolist():
            high, low = halves[place].tolist()
            found[place] = table.slot6(high << 64 | low)
        return found


def _width(length: int) -> np.uint64:
    return np.uint64(1 << (64 - length))


def _covers(network: int, length: int, upper: NDArray[np.uint64]) -> Any:
    shift = 64 - min(length, 64)
    if shift == 64:
        return np.ones(len(upper), np.bool_)
    return upper >> np.uint64(shift) == np.uint64(network >> 64 >> shift)
