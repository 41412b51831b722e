"""The copy's table against a slow one, by random operations; the seed is printed."""

from __future__ import annotations

import ipaddress
import random
import sys
from typing import Any

import numpy as np
import pytest

from guidepost import Route
from guidepost._addresses import pack, split_prefix
from guidepost._prefixes import PrefixTable


class Oracle:
    """A dictionary that is searched from end to end."""

    def __init__(self) -> None:
        self.routes: dict[Any, Route] = {}

    def longest(self, address: Any) -> Route | None:
        covering = [
            each for each in self.routes.values() if address in ipaddress.ip_network(each.prefix)
        ]
        if not covering:
            return None
        longest = max(split_prefix(each.prefix)[2] for each in covering)
        return min(
            (each for each in covering if split_prefix(each.prefix)[2] == longest),
            key=lambda each: each.rank,
        )


def _prefix(random_: random.Random, family: int) -> str:
    # Few first bits, so that prefixes cover each other; every kind of length occurs.
    if family == 4:
        length = random_.choice([0, 1, 7, 8, 9, 16, 23, 24, 25, 26, 31, 32])
        top = random_.choice([0x0A010200, 0x0A010300, 0xFFFFFF00, 0]) | random_.getrandbits(8)
        return str(ipaddress.IPv4Network((top >> (32 - length) << (32 - length), length)))
    length = random_.choice([0, 1, 16, 32, 48, 63, 64, 65, 100, 127, 128])
    site = 0x20010DB8 << 96
    top = random_.choice([site, (1 << 128) - (1 << 64), 0, site | 5 << 64]) | random_.getrandbits(8)
    return str(ipaddress.IPv6Network((top >> (128 - length) << (128 - length), length)))


def _addresses(random_: random.Random, prefixes: list[str]) -> list[Any]:
    """Addresses at and just beside the edges of prefixes."""
    made = []
    for prefix in random_.sample(prefixes, min(len(prefixes), 6)):
        network = ipaddress.ip_network(prefix)
        for value in (network[0], network[-1]):
            for step in (-1, 0, 1):
                number = int(value) + step
                if 0 <= number < 1 << network.max_prefixlen:
                    made.append(type(value)(number))
    return made


@pytest.mark.parametrize("arrays", [True, False], ids=["arrays", "dictionaries"])
@pytest.mark.parametrize("family", [4, 6])
def test_answers_as_the_slow_table_after_every_change(seed: int, family: int, arrays: bool) -> None:
    random_ = random.Random(seed)
    table, oracle = PrefixTable(), Oracle()
    if arrays:
        table.longest_many(pack(["0.0.0.0", "::"]))
    for step in range(100):
        if oracle.routes and random_.random() < 0.4:
            gone = random_.choice(list(oracle.routes.values()))
            table.remove(gone)
            del oracle.routes[gone.key]
        else:
            route = Route(
                _prefix(random_, family),
                f"192.0.2.{random_.randint(1, 3)}",
                metric=random_.randint(0, 3),
                installed=step,
            )
            table.put(route)
            oracle.routes[route.key] = route
        addresses = _addresses(random_, [each.prefix for each in oracle.routes.values()])
        expected = [oracle.longest(each) for each in addresses]
        assert [table.longest(each.packed) for each in addresses] == expected
        if arrays and addresses:
            packed = b"".join(each.packed for each in addresses)
            places, routes = table.longest_many(pack(packed, family))
            assert [routes[place - 1] if place else None for place in places] == expected
    assert len(table) == len(oracle.routes)


def test_built_at_once_or_step_by_step_is_the_same(seed: int) -> None:
    random_ = random.Random(seed)
    at_once, stepwise = PrefixTable(), PrefixTable()
    stepwise.longest_many(pack(["0.0.0.0", "::"]))
    for number in range(600):
        family = random_.choice([4, 6])
        route = Route(_prefix(random_, family), f"192.0.2.{number % 200}")
        at_once.put(route)
        stepwise.put(route)
    asked = pack(np.array([random_.getrandbits(32) for _ in range(1000)], np.uint32))
    first, second = at_once.longest_many(asked), stepwise.longest_many(asked)
    assert [first[1][i - 1] for i in first[0] if i] == [second[1][i - 1] for i in second[0] if i]


def test_mapped_addresses_mean_their_ipv4_address() -> None:
    table = PrefixTable()
    table.put(Route("10.0.0.0/8", "192.0.2.1"))
    table.put(Route("::/0", "2001:db8::1"))
    places, routes = table.longest_many(pack(["::ffff:10.1.1.1", "::ffff:11.1.1.1", "2001:db8::5"]))
    assert [routes[i - 1].prefix if i else None for i in places] == ["10.0.0.0/8", None, "::/0"]  # type: ignore[union-attr]


def test_works_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    table = PrefixTable()
    table.put(Route("10.0.0.0/8", "192.0.2.1"))
    places, routes = table.longest_many(pack(["10.1.1.1", "11.1.1.1", "::ffff:10.1.1.1"]))
    assert (list(places), [each and each.prefix for each in routes]) == ([1, 0, 1], ["10.0.0.0/8"])
