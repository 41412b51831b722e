"""Look-ups, lists and writes of routes."""

from __future__ import annotations

import asyncio
import concurrent.futures
import ipaddress
import os
import pickle
import re
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address, ip_network
from typing import Any

import numpy as np
import pytest

import guidepost
from guidepost import (
    Feature,
    FeatureOperation,
    Fix,
    Note,
    Point,
    Route,
    RouteFilter,
    RouteKind,
    RouteOperation,
    Source,
)

A = Route("10.0.0.0/8", "192.0.2.1")
B = Route("10.1.0.0/16", "192.0.2.2", metric=3, tags=("edge", "lab"))
C = Route("2001:db8::/32", interface="eth0")


@pytest.fixture
def filled(routes: guidepost.Routes) -> guidepost.Routes:
    assert all(each.ok for each in routes.add(A, B, C))
    return routes


def test_finds_the_longest_prefix(filled: guidepost.Routes) -> None:
    for destination in ("10.1.2.3", ipaddress.ip_address("10.1.2.3"), bytes([10, 1, 2, 3])):
        found = filled.lookup(destination)
        assert found is not None and found.route.key[2] == "192.0.2.2"
        assert (found.route.metric, found.route.tags) == (3, ("edge", "lab"))
    assert filled.lookup("10.1.2.3/8").route.prefix == "10.0.0.0/8"  # type: ignore[union-attr]
    assert filled.lookup("192.0.2.1") is None


def test_says_which_field_value_and_rule(filled: guidepost.Routes) -> None:
    with pytest.raises(guidepost.InvalidArgument) as caught:
        filled.lookup("10.1.2")
    error = caught.value
    assert (error.reason, error.field, error.value) == ("ADDRESS_SYNTAX", "destination", "10.1.2")
    assert error.rule.startswith("must be ") and isinstance(error, ValueError)
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.reason, str(copy)) == (type(error), error.reason, str(error))
    with pytest.raises(guidepost.NotFound) as absent:
        filled.in_table("no-such-table").lookup("10.1.2.3")
    assert absent.value.reason == "TABLE_UNKNOWN"


def test_looks_many_up_in_the_order_asked(filled: guidepost.Routes) -> None:
    asked = ["2001:db8::1", "10.1.1.1", "1.1.1.1", "10.2.2.2", "::ffff:10.1.1.1"]
    found = filled.lookup_many(asked)
    prefixes = [each and each.prefix for each in found]
    expected = ["2001:db8::/32", "10.1.0.0/16", None, "10.0.0.0/8", "10.1.0.0/16"]
    assert prefixes == expected
    assert [each and each.prefix for each in found[1:3]] == expected[1:3]
    assert found[-1].prefix == "10.1.0.0/16"  # type: ignore[union-attr]
    assert found.to_numpy("metric").tolist() == [0, 3, None, 0, 3]
    frame = found.to_pandas()
    assert frame["prefix"].fillna("-").tolist() == [each or "-" for each in expected]
    assert frame["metric"].sum() == 6
    records = found.to_records()
    assert records["prefix"].tolist() == [each or "" for each in expected]
    assert records.dtype["metric"] == np.int64


def test_takes_a_field_of_each_answer_without_an_object_of_each_route(
    filled: guidepost.Routes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["2001:db8::1", "10.1.1.1", "1.1.1.1"]
    with monkeypatch.context() as patched:
        patched.setattr("guidepost._lookups.route", None)
        assert filled.lookup_many(asked).to_numpy().tolist() == ["", "192.0.2.2", None]
    for field in Route._fields:
        found = filled.lookup_many(asked)
        assert found.to_numpy(field).tolist() == [each and getattr(each, field) for each in found], field


@pytest.mark.parametrize("count", [0, 1, 8192, 8193, 65536, 200_000])
def test_looks_up_arrays_of_any_size(filled: guidepost.Routes, count: int) -> None:
    array = np.full(count, 0x0A010203, np.uint32)
    array[::2] = 1
    found = filled.lookup_many(array, full=False)
    assert len(found) == count
    indexes = np.asarray(found.indexes)
    assert not indexes[::2].any() and indexes[1::2].all()
    assert {found.routes[i - 1].prefix for i in set(indexes[1::2].tolist())} <= {"10.1.0.0/16"}


@pytest.mark.long
def test_looks_a_million_up(filled: guidepost.Routes) -> None:
    array = np.arange(0x0A000000, 0x0A000000 + 1_000_000, dtype=np.uint32)
    found = filled.lookup_many(array)
    assert {each.prefix for each in found.routes} == {"10.0.0.0/8", "10.1.0.0/16"}
    assert np.count_nonzero(found.indexes) == 1_000_000


def test_lists_counts_and_explains(filled: guidepost.Routes) -> None:
    assert [each.prefix for each in filled.find()] == ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"]
    assert [each.prefix for each in filled.find("10.1.2.3", match="shorter")] == [
        "10.0.0.0/8",
        "10.1.0.0/16",
    ]
    assert filled.count(filter=RouteFilter(family=4)) == 2
    assert filled.count(filter=RouteFilter(tags=("lab",))) == 1
    explained = filled.explain("10.1.2.3")
    assert explained is not None and explained.candidates[0].verdict == "best"
    assert explained.shorter_prefixes == ("10.0.0.0/8",)
    frame = guidepost.to_pandas(filled.find())
    assert frame["prefix"].tolist()[0] == "10.0.0.0/8" and frame["kind"].tolist()[0] == "unicast"
    assert guidepost.to_records(filled.find())["tags"].tolist() == ["", "edge lab", ""]


def test_goes_back_in_time(filled: guidepost.Routes) -> None:
    before = filled.revision()
    filled.delete(B)
    assert filled.lookup("10.1.2.3").route.prefix == "10.0.0.0/8"  # type: ignore[union-attr]
    then = filled.lookup("10.1.2.3", as_of=before.revision)
    assert then is not None and then.route.prefix == "10.1.0.0/16"
    (difference,) = filled.diff(before.revision)
    assert difference.before is not None and difference.after is None
    steps = list(filled.history(from_state=before.revision))
    assert [each.before and each.before.prefix for each in steps] == ["10.1.0.0/16"]
    assert before.timeline == filled.revision().timeline != 0


def test_rejects_one_operation_alone_and_names_its_field(routes: guidepost.Routes) -> None:
    good, bad = routes.add(A, Route("10.1.2.3/8", "192.0.2.1"))
    assert good.ok and not bad.ok
    assert (bad.code, bad.field, bad.value) == ("invalid", "add.prefix", "10.1.2.3/8")
    assert "10.0.0.0/8" in bad.text
    both = routes.apply(
        [RouteOperation.add(C), RouteOperation.add(Route("x", "y"))], atomic=True
    )
    assert [each.code for each in both] == ["aborted", "invalid"]
    conflict = routes.apply([RouteOperation.add(A, expected_revision=0)])
    assert conflict[0].code == "conflict"
    assert routes.apply([RouteOperation.delete(A)], dry_run=True)[0].entries_changed == 1
    assert routes.count() == 1


def test_writes_many_and_says_how_far_it_is(routes: guidepost.Routes) -> None:
    ended: list[tuple[int, bool]] = []
    with routes.writer(on_result=lambda place, how: ended.append((place, how.ok))) as writer:
        for number in range(20_000):
            prefix = f"10.{number >> 8}.{number & 255}.0/24" if number != 777 else "rubbish"
            writer.write(RouteOperation.add(Route(prefix, "192.0.2.1")))
        assert writer.acknowledged <= writer.sent <= 20_000
        assert writer.sync() > 0 and writer.acknowledged == writer.sent == 20_000
    assert [place for place, _ in ended] == list(range(20_000))
    assert [place for place, ok in ended if not ok] == [777]
    assert routes.count() == 19_999


def test_refreshes_a_source(client: guidepost.Client, routes: guidepost.Routes) -> None:
    name = f"feed-{routes.table}"
    client.routes.put_source(Source(name, distance=20, on_disconnect="keep"))
    try:
        assert routes.load([A, B], source=name).accepted == 2
        with routes.writer(source=name) as writer:
            writer.write(RouteOperation.begin_sync())
            writer.write(RouteOperation.add(A))
            writer.write(RouteOperation.end_sync())
        assert [each.prefix for each in routes.find()] == ["10.0.0.0/8"]
        assert client.routes.get_source(name).routes == 1
        assert routes.flush(source=name) == 1
        assert name in [each.name for each in client.routes.sources()]
    finally:
        client.routes.delete_source(name)


def test_knows_blackholes_and_lists_tables(client: guidepost.Client, routes: guidepost.Routes) -> None:
    routes.add(Route("10.9.0.0/16", kind=RouteKind.BLACKHOLE))
    (found,) = routes.find(filter=RouteFilter(kinds=(RouteKind.BLACKHOLE,)))
    assert found.kind is RouteKind.BLACKHOLE and found.next_hop == ""
    assert {each.name: each.routes for each in client.routes.tables()}[routes.table] == 1
    assert client.routes.create_table(routes.table) is False


def test_threads_share_a_client(filled: guidepost.Routes) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: filled.lookup("10.1.2.3"), range(200)))
    assert {each.route.prefix for each in found if each} == {"10.1.0.0/16"}


def test_says_that_a_client_was_forked(client: guidepost.Client) -> None:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            client.routes.count()
            said = b"nothing"
        except RuntimeError as e:
            said = str(e).encode()
        os.write(write, said)
        os._exit(0)
    os.waitpid(child, 0)
    assert b"must be made after the fork" in os.read(read, 1000)


def test_a_closed_client_says_so(address: str) -> None:
    client = guidepost.Client(address)
    assert client.info().version
    watch = client.routes.watch()
    next(watch)
    client.close()
    with pytest.raises(guidepost.Cancelled):
        client.routes.count()
    with pytest.raises(guidepost.Cancelled):
        list(watch)


def test_asyncio_does_the_same(address: str, filled: guidepost.Routes) -> None:
    async def run() -> None:
        async with guidepost.AsyncClient(address, timeout=600) as client:
            table = client.routes.in_table(filled.table)
            found = await asyncio.gather(*(table.lookup("10.1.2.3") for _ in range(50)))
            assert {each.route.prefix for each in found if each} == {"10.1.0.0/16"}
            assert await table.lookup("1.1.1.1") is None
            assert len(await table.lookup_many(np.zeros(20_000, np.uint32))) == 20_000
            assert [each.prefix async for each in table.find()] == [
                "10.0.0.0/8",
                "10.1.0.0/16",
                "2001:db8::/32",
            ]
            report = await table.load(Route(f"11.0.{i}.0/24", "192.0.2.1") for i in range(256))
            assert report.accepted == 256
            async with table.writer() as writer:
                for i in range(1000):
                    await writer.write(RouteOperation.add(Route(f"12.{i >> 8}.{i & 255}.0/24", "192.0.2.1")))
            assert writer.acknowledged == 1000
            with pytest.raises(guidepost.InvalidArgument):
                await table.lookup("x")
            async with table.live() as live:
                assert live.longest("12.0.0.1") is not None
                (written,) = await table.add(Route("13.0.0.0/8", "192.0.2.1"))
                await live.wait(written.revision, 600)
                assert live.longest("13.1.1.1") is not None

    asyncio.run(run())


def test_a_cancelled_task_ends_its_call_and_the_watch_resumes(
    address: str, filled: guidepost.Routes
) -> None:
    async def run() -> None:
        async with guidepost.AsyncClient(address, timeout=600) as client:
            table = client.routes.in_table(filled.table)
            watch = table.watch()
            async for event in watch:
                if isinstance(event, guidepost.SnapshotComplete):
                    break
            reading = asyncio.create_task(_next_changes(watch))
            await asyncio.sleep(0)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            await table.add(Route("14.0.0.0/8", "192.0.2.1"))
            changes = await _next_changes(watch)  # resumed: nothing was lost
            assert [each.route.prefix for each in changes.changes] == ["14.0.0.0/8"]
            await watch.close()
            assert [event async for event in watch] == []

    async def _next_changes(watch: Any) -> Any:
        async for event in watch:
            if isinstance(event, guidepost.Changes):
                return event

    asyncio.run(run())


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Route("10.0.0.0/8", "192.0.2.1", tags="edge"), "tags 'edge': must be a tuple"),
        (lambda: Route("10.0.0.0/8", "192.0.2.1", metric=-1), "metric -1: must be 0..4294967295"),
        (lambda: "10.0.0.0/8", "route '10.0.0.0/8': must be a guidepost.Route"),
        (lambda: Route(ip_network("10.0.0.0/8")), "prefix IPv4Network('10.0.0.0/8'): must be a text"),
        (lambda: Route("10.0.0.0/8", ip_address("192.0.2.1")), "next_hop IPv4Address('192.0.2.1'): must be a text"),
        (lambda: Route("10.0.0.0/8", kind="blackhol"), "kind 'blackhol': must be unicast or blackhole"),
        (lambda: Route("10.0.0.0/8", metric=1.5), "metric 1.5: must be an integer"),
        (lambda: Route("10.0.0.0/8", metric=None), "metric None: must be an integer"),
    ],
)
def test_what_is_no_route_is_refused_by_field_value_and_rule(
    routes: guidepost.Routes, made: Any, said: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        routes.add(made())


def test_what_is_no_question_is_refused_by_field_value_and_rule(routes: guidepost.Routes) -> None:
    with pytest.raises(ValueError, match="match 'foo': must be one of exact"):
        list(routes.find("10.0.0.0/8", match="foo"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="time 'yesterday': must be a datetime"):
        routes.lookup("10.0.0.1", as_of="yesterday")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="kind 'blackhol': must be unicast or blackhole"):
        routes.count(filter=RouteFilter(kinds=("blackhol",)))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="kinds 'blackhole': must be a tuple"):
        routes.count(filter=RouteFilter(kinds="blackhole"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="on_disconnect 'kep': must be keep or delete"):
        routes.put_source(Source("docs", on_disconnect="kep"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="severity 'hihg': must be one of '', 'low'"):
        Note(Point(1, 2), severity="hihg").message()  # type: ignore[arg-type]
    for wrong in (5, None, ["10.0.0.1"]):
        with pytest.raises(TypeError, match="destination of type .*: must be str"):
            routes.lookup(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="address of 3 bytes"):
        routes.lookup(b"abc")
    for ask in (routes.find, routes.watch, routes.history, routes.count):
        with pytest.raises(TypeError, match="prefix of type int: must be str"):
            list(ask(8))  # type: ignore[operator]
    with pytest.raises(TypeError, match="operation 'add': must be a guidepost.RouteOperation"):
        routes.apply(["add"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="operation 'add': must be a guidepost.RouteOperation"):
        with routes.writer() as writer:
            writer.write("add")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="after '5@7': must be a Progress"):
        routes.watch(after="5@7")  # type: ignore[arg-type]


def test_asks_by_networks_as_by_their_texts(filled: guidepost.Routes) -> None:
    network = ip_network("10.0.0.0/8")
    assert list(filled.find(network)) == list(filled.find("10.0.0.0/8"))
    assert filled.count(network) == filled.count("10.0.0.0/8")
    assert filled.lookup(ip_address("10.0.0.1")) == filled.lookup("10.0.0.1")
    assert filled.lookup(b"\x0a\0\0\1") == filled.lookup("10.0.0.1")
    assert filled.apply([RouteOperation.delete_prefix(network)])[0].ok


def test_answers_and_operations_can_be_sent_to_another_process(filled: guidepost.Routes) -> None:
    found = filled.lookup_many(["10.0.0.1", "203.0.113.1"])
    assert pickle.loads(pickle.dumps(found)) == found
    operation = RouteOperation.add(Route("10.0.0.0/8", "192.0.2.1"))
    assert pickle.loads(pickle.dumps(operation)) == operation
    put = FeatureOperation.put(Feature(Point(1, 2), "a hut"))
    assert pickle.loads(pickle.dumps(put)) == put
    with guidepost.Client("localhost:1") as client:
        with pytest.raises(TypeError, match="a client cannot be copied or sent to another process"):
            pickle.dumps(client)


def test_records_have_times_in_utc_and_no_number_for_none() -> None:
    east = timezone(timedelta(hours=2))
    fixes = [
        Fix(Point(1, 2), datetime(2026, 5, 1, 8, tzinfo=east), speed_metres_per_second=3),
        Fix(Point(1, 2), datetime(2026, 5, 1, 8, 1, tzinfo=east)),
    ]
    records = guidepost.to_records(fixes)
    assert records["time"][0] == np.datetime64("2026-05-01T06:00:00")
    assert records["speed_metres_per_second"][0] == 3 and np.isnan(records["speed_metres_per_second"][1])


def test_tables_have_the_same_columns_with_and_without_rows() -> None:
    kinds: list[Any] = [
        *(guidepost.Route, guidepost.Lookup, guidepost.RouteChange, guidepost.RouteDifference),
        *(guidepost.LoggedChange, guidepost.Source, guidepost.Table, guidepost.Candidate),
        *(guidepost.Feature, guidepost.DistantFeature, guidepost.PathFeature, guidepost.FeatureChange),
        *(guidepost.Note, guidepost.NoteEvent, guidepost.Trip, guidepost.Track, guidepost.Fix, guidepost.Stop),
    ]
    for kind in kinds:
        columns = guidepost.to_pandas([], kind=kind).columns.tolist()
        assert columns and len(set(columns)) == len(columns), kind
    here, there = Point(1, 2), Point(3, 4)
    for rows in ([Note(here), Note(here, to=there)], [Note(here, to=there)], [Note(here)]):
        assert guidepost.to_pandas(rows).columns.tolist() == guidepost.to_pandas([], kind=Note).columns.tolist()
    assert guidepost.to_pandas([Note(here), Note(here, to=there)])["to_latitude"].tolist()[1] == 3
    assert guidepost.to_pandas([], kind=Feature)["latitude"].tolist() == []


def test_tables_of_differences_and_changes_lose_nothing() -> None:
    old, new = Route("10.0.0.0/8", "192.0.2.1", metric=1), Route("10.0.0.0/8", "192.0.2.2", metric=2)
    differences = guidepost.to_pandas(
        [guidepost.RouteDifference(None, new), guidepost.RouteDifference(old, new), guidepost.RouteDifference(old, None)]
    )
    assert differences["before_next_hop"].fillna("-").tolist() == ["-", "192.0.2.1", "192.0.2.1"]
    assert differences["after_next_hop"].fillna("-").tolist() == ["192.0.2.2", "192.0.2.2", "-"]
    logged = [guidepost.LoggedChange(7, None, old._replace(revision=3), None)]
    for made in (guidepost.to_pandas(logged), guidepost.to_records(logged)):
        assert (made["revision"].tolist(), made["before_revision"].tolist()) == ([7], [3])
    change = guidepost.to_pandas([guidepost.RouteChange("added", new)])
    assert change[["kind", "prefix", "route_kind"]].values.tolist() == [["added", "10.0.0.0/8", "unicast"]]
    event = guidepost.to_pandas([guidepost.NoteEvent("posted", Note(Point(1, 2), kind="hazard", revision=3), 9)])
    assert event[["kind", "note_kind", "revision", "note_revision"]].values.tolist() == [["posted", "hazard", 9, 3]]
