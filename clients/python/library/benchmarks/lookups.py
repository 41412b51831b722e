"""Look-ups in the live copy beside pytricia and maxminddb, and over the network.

    GUIDEPOST_SERVER=HOST:PORT python benchmarks/lookups.py [ROUTES]

Needs pytricia, maxminddb and mmdb_writer, of which the library needs none. Each is asked for the same
65,536 random addresses, all of which have a route; the best of five rounds counts. Over the network an answer
is counted as it is there, and once more with the next hop of each address taken out of it.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from typing import Any, Callable

import numpy as np

import guidepost
from guidepost import Route
from guidepost._addresses import pack
from guidepost._prefixes import PrefixTable

COUNT = 1 << 16


def best(what: Callable[[], Any], rounds: int = 5) -> float:
    """Seconds of processor time of this process, the least of several rounds."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        what()
        took.append(time.process_time() - began)
    return min(took)


def say(name: str, seconds: float, count: int = COUNT) -> None:
    print(f"{name:<62} {count / seconds / 1e6:8.2f} M/s   {seconds / count * 1e9:8.0f} ns", flush=True)


def main() -> None:
    routes_wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    random_ = random.Random(1)
    routes: dict[str, Route] = {}
    while len(routes) < routes_wanted:
        length = random_.choice([24] * 10 + [23, 22, 22, 21, 20, 19, 18, 16, 16, 14, 12])
        network = random_.randrange(1 << 24, 223 << 24) >> (32 - length) << (32 - length)
        prefix = f"{network >> 24}.{network >> 16 & 255}.{network >> 8 & 255}.{network & 255}/{length}"
        routes[prefix] = Route(prefix, f"192.0.2.{len(routes) % 250 + 1}")
    rows = list(routes.values())
    table = PrefixTable()
    began = time.process_time()
    for row in rows:
        table.put(row)
    print(f"{len(rows)} routes put in {time.process_time() - began:.2f} s")
    began = time.process_time()
    table.longest_many(pack(["192.0.2.1"]))
    print(f"arrays made in {time.process_time() - began:.2f} s")

    # Addresses that have a route, near random ones of them.
    chosen = random_.choices(rows, k=COUNT)
    numbers = np.array([_number(row.prefix) + random_.randrange(_size(row.prefix)) for row in chosen], np.uint32)
    texts = [f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in numbers.tolist()]
    packed = [int(n).to_bytes(4, "big") for n in numbers.tolist()]

    live = guidepost._live.LiveCopy()  # as a watch fills it
    live._shown = live._filling = table
    say("live copy, a numpy array", best(lambda: live.longest_many(numbers)))
    say("live copy, one text at a time", best(lambda: [live.longest(each) for each in texts]))
    say("live copy, 4 bytes at a time", best(lambda: [live.longest(each) for each in packed]))
    _pytricia(rows, texts, packed)
    _maxminddb(rows, texts)
    if os.environ.get("GUIDEPOST_SERVER"):
        _network(rows, numbers)


def _number(prefix: str) -> int:
    a, b, c, d = map(int, prefix.split("/")[0].split("."))
    return a << 24 | b << 16 | c << 8 | d


def _size(prefix: str) -> int:
    return 1 << (32 - int(prefix.split("/")[1]))


def _pytricia(rows: list[Route], texts: list[str], packed: list[bytes]) -> None:
    try:
        import pytricia
    except ImportError:
        print("pytricia: not installed")
        return
    trie = pytricia.PyTricia(32)
    for row in rows:
        trie[row.prefix] = row
    say("pytricia, one text at a time", best(lambda: [trie.get(each) for each in texts]))
    say("pytricia, 4 bytes at a time", best(lambda: [trie.get(each) for each in packed]))


def _maxminddb(rows: list[Route], texts: list[str]) -> None:
    try:
        import maxminddb
        import netaddr
        from mmdb_writer import MMDBWriter
    except ImportError:
        print("maxminddb, mmdb_writer: not installed")
        return
    writer = MMDBWriter(4, "routes", languages=["en"])
    for row in sorted(rows, key=lambda row: int(row.prefix.split("/")[1]))[: 1 << 17]:
        writer.insert_network(netaddr.IPSet([row.prefix]), {"next_hop": row.next_hop})
    with tempfile.NamedTemporaryFile(suffix=".mmdb") as file:
        writer.to_db_file(file.name)
        for mode, name in ((maxminddb.MODE_MMAP_EXT, "C"), (maxminddb.MODE_MMAP, "Python")):
            try:
                reader = maxminddb.open_database(file.name, mode)
            except ValueError:
                print(f"maxminddb in {name}: not there")
                continue
            part = texts[:8192]
            say(f"maxminddb in {name}, one text at a time (131,072 nets)",
                best(lambda: [reader.get(each) for each in part]), len(part))  # fmt: skip


def _network(rows: list[Route], numbers: Any) -> None:
    with guidepost.Client(timeout=600) as client:
        name = "benchmark-lookups"
        client.routes.create_table(name)
        routes = client.routes.in_table(name)
        try:
            began = time.monotonic()
            report = routes.load(rows)
            print(f"{report.accepted} routes loaded in {time.monotonic() - began:.1f} s, acknowledged")
            for full in (True, False):
                for read in (False, True):
                    took, processor = [], []
                    for _ in range(20):
                        began, spent = time.monotonic(), time.process_time()
                        found = routes.lookup_many(numbers, full=full)
                        if read:
                            found.to_numpy("next_hop")
                        took.append(time.monotonic() - began)
                        processor.append(time.process_time() - spent)
                    what = ("everything" if full else "forwarding only") + (", each next hop" if read else "")
                    say(f"lookup_many over the network, {what}", min(took))
                    print(
                        f"    median {statistics.median(took) * 1000:.0f} ms; of the best in this process "
                        f"{min(processor) * 1000:.0f} ms; {len(found.routes)} routes"
                    )
        finally:
            client.routes.drop_table(name)


if __name__ == "__main__":
    main()
