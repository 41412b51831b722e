"""A user's program, of which mypy finds nothing to say: test.sh has it checked, and nobody runs it."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator

import numpy as np
import numpy.typing as npt

import guidepost
from guidepost import (
    AsyncClient,
    Box,
    Changes,
    Circle,
    Client,
    Disconnected,
    Entries,
    Feature,
    Fix,
    Note,
    Point,
    Route,
    RouteFilter,
    RouteOperation,
    SnapshotBegan,
    SnapshotComplete,
)


def routes_of(client: Client, prefix: str) -> Iterator[Route]:
    for route in client.routes.find(prefix):
        yield route


def follow(client: Client) -> list[str]:
    seen: list[str] = []
    with client.routes.watch() as watch:
        for event in watch:
            match event:
                case SnapshotBegan(why):
                    seen.append(why)
                case Entries(entries):
                    seen.extend(route.prefix for route in entries)
                case Changes(changes):
                    seen.extend(change.route.prefix for change in changes)
                case Disconnected(error, after):
                    seen.append(error.code)
                case SnapshotComplete():
                    break
    return seen


def bulk(client: Client, a: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    found = client.routes.lookup_many(a)
    frame = found.to_pandas()
    print(frame.shape, found.to_numpy("metric"), found.routes[0].next_hop if found.routes else None)
    return np.asarray(found.indexes, np.uint32)


async def main() -> None:
    async with AsyncClient(["a:1", "b:2"], tls=guidepost.Tls(Path("ca")), token=lambda: "x") as c:
        one = await c.routes.lookup(ipaddress.ip_address("10.0.0.1"))
        if one is not None:
            print(one.route.next_hop, one.equal)
        async for r in c.routes.find(ipaddress.ip_network("10.0.0.0/8"), filter=RouteFilter(tags=("x",))):
            print(r.metric)
        async with c.routes.live() as live:
            best = live.longest("10.0.0.1")
            print(best.prefix if best else "-")
        async with c.routes.writer() as w:
            await w.write(RouteOperation.add(Route("10.0.0.0/8", "192.0.2.1")))
        async for ev in c.notes.watch(Circle(Point(1, 2), 10)):
            if isinstance(ev, Changes):
                for ch in ev.changes:
                    print(ch.kind, ch.note.text)


def guide(c: Client) -> None:
    put = c.features.put(Feature(Point(1, 2), "x"))
    print(put[0].feature_id)
    for near in c.features.nearest(Point(1, 2), 3):
        print(near.feature.name, near.metres)
    note = c.notes.post(Note(Point(1, 2), "t"))
    print(note.id)
    with c.trips.record(traveller="x") as rec:
        trip = rec.append([Fix(Point(1, 2), datetime.now(timezone.utc))])
    print(trip.fixes, [point.time for point in c.trips.track(trip.id).fixes])
    for f in c.features.in_box(Box(0, 0, 1, 1)):
        print(f.attributes)
    try:
        c.routes.lookup("x")
    except guidepost.InvalidArgument as e:
        print(e.reason, e.retry_after)


if __name__ == "__main__":
    asyncio.run(main())
