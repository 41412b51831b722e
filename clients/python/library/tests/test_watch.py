"""Watches and the live copy, with every kind of cut."""

from __future__ import annotations

import itertools
from typing import Any, Callable

import numpy as np
import pytest

import guidepost
from conftest import CuttingProxy, OwnServer, added
from guidepost import Changes, Disconnected, Entries, Route, SnapshotBegan, SnapshotComplete


def _state_by(events: Any, until: Callable[[dict[Any, Route]], bool]) -> tuple[dict[Any, Route], list[Any]]:
    """What a watch tells, put together as a program would, until it is what was waited for."""
    state: dict[Any, Route] = {}
    coming: dict[Any, Route] = {}
    told = []
    for event in events:
        told.append(event)
        if isinstance(event, SnapshotBegan):
            coming = {}
        elif isinstance(event, Entries):
            coming.update((each.key, each) for each in event.entries)
        elif isinstance(event, SnapshotComplete):
            state = coming
        elif isinstance(event, Changes):
            for kind, route in event.changes:
                if kind == "removed":
                    state.pop(route.key, None)
                else:
                    state[route.key] = route
        if not isinstance(event, Disconnected) and until(state):
            return state, told
    raise AssertionError("the watch ended")


def test_a_watch_that_is_cut_after_every_message_loses_and_doubles_nothing(
    proxy: CuttingProxy, routes: guidepost.Routes
) -> None:
    routes.load(Route(f"10.{i >> 8}.{i & 255}.0/24", "192.0.2.1") for i in range(1500))
    # The first calls are cut after 0, 1, 2 ... messages; a snapshot of 1,500 has 3 and its end.
    cuts = itertools.count()
    proxy.cut_after = lambda: next(cuts)
    with guidepost.Client(proxy.address, timeout=600) as through:
        watch = through.routes.in_table(routes.table).watch()
        state, told = _state_by(watch, lambda state: len(state) == 1500)
        assert sum(isinstance(each, Disconnected) for each in told) >= 3
        assert sum(isinstance(each, SnapshotBegan) for each in told) >= 4
        # And now every call after one message, while others write.
        proxy.cut_after = lambda: 1
        for number in range(5):
            routes.add(Route(f"11.{number}.0.0/16", "192.0.2.1"))
            routes.delete(Route(f"10.0.{number}.0/24", "192.0.2.1"))
        expected = {each.key: each for each in routes.find()}
        more, told = _state_by_from(watch, state, expected)
        assert more == expected
        assert not any(isinstance(each, SnapshotBegan) for each in told), "it resumed"
        watch.close()


def _state_by_from(watch: Any, state: Any, expected: Any) -> tuple[Any, list[Any]]:
    told = []
    for event in watch:
        told.append(event)
        if isinstance(event, Changes):
            for kind, route in event.changes:
                if kind == "removed":
                    state.pop(route.key, None)
                else:
                    state[route.key] = route
        if state == expected:
            return state, told
    raise AssertionError("the watch ended")


def test_a_watch_resumes_from_a_progress_that_was_kept_as_text(routes: guidepost.Routes) -> None:
    routes.add(Route("10.0.0.0/8", "192.0.2.1"))
    with routes.watch() as watch:
        _state_by(watch, lambda state: len(state) == 1)
        kept = str(watch.progress)
    routes.add(Route("11.0.0.0/8", "192.0.2.1"))
    with routes.watch(after=guidepost.Progress.parse(kept)) as resumed:
        first = next(each for each in resumed if not isinstance(each, guidepost.Quiet))
    assert isinstance(first, Changes)
    assert [(each.kind, each.route.prefix) for each in first.changes] == [("added", "11.0.0.0/8")]
    with pytest.raises(ValueError, match="must be REVISION@TIMELINE"):
        guidepost.Progress.parse("x")


def test_a_start_that_the_server_has_not_reached_is_the_callers_to_mend(routes: guidepost.Routes) -> None:
    with pytest.raises(guidepost.OutOfRange):
        next(routes.watch(after=2**60))


def test_a_table_that_is_dropped_ends_the_watch(client: guidepost.Client, table_name: str) -> None:
    client.routes.create_table(table_name)
    watch = client.routes.in_table(table_name).watch()
    live = client.routes.in_table(table_name).live().ready()
    _state_by(watch, lambda state: True)
    client.routes.drop_table(table_name)
    with pytest.raises(guidepost.NotFound):
        list(watch)
    with pytest.raises(guidepost.NotFound):
        live.wait(2**60, 600)
    assert not live.is_current and isinstance(live.error, guidepost.NotFound)
    live.close()


def test_the_copy_follows_and_answers_arrays(routes: guidepost.Routes) -> None:
    routes.load(Route(f"10.{i}.0.0/16", f"192.0.2.{i + 1}") for i in range(100))
    with routes.live() as live:
        assert len(live) == 100
        found = live.longest_many(np.array([0x0A050101, 0x01010101, 0x0A000001], np.uint32))
        assert [each and each.next_hop for each in found] == ["192.0.2.6", None, "192.0.2.1"]
        (written,) = routes.add(Route("10.5.1.0/24", "192.0.2.200"))
        live.wait(written.revision, 600)
        assert live.longest("10.5.1.1").next_hop == "192.0.2.200"  # type: ignore[union-attr]
        assert live.longest("::ffff:10.5.1.1").next_hop == "192.0.2.200"  # type: ignore[union-attr]
        assert live.longest("2001:db8::1") is None
        routes.delete(Route("10.5.1.0/24", "192.0.2.200"))
        live.wait(routes.revision().revision, 600)
        assert live.longest("10.5.1.1").next_hop == "192.0.2.6"  # type: ignore[union-attr]
        assert live.is_current and len(live.routes()) == 100
        with pytest.raises(TimeoutError, match="not shown within"):
            live.wait(2**60, 0.01)
    assert live.longest("10.5.1.1") is not None, "what is known stays"


@pytest.mark.long
def test_the_copy_goes_on_through_kill_restart_and_restore(own_server: Callable[[], OwnServer], tmp_path: Any) -> None:
    server = own_server().start()
    with guidepost.Client(server.address, timeout=600) as client:
        client.routes.add(Route("10.0.0.0/8", "192.0.2.1"))
        watch = client.routes.watch()
        state, _ = _state_by(watch, lambda state: len(state) == 1)
        with client.routes.live() as live:
            server.run("backup", str(tmp_path / "backup"), "--data", str(server.data))
            client.routes.add(Route("11.0.0.0/8", "192.0.2.1"))
            server.kill()
            assert live.longest("10.1.1.1") is not None, "without a server it knows what it knew"
            server.start()
            after = added(client.routes, Route("12.0.0.0/8", "192.0.2.1"))
            live.wait(after.revision, 600)
            assert [str(each.prefix) for each in sorted(live.routes())] == [
                "10.0.0.0/8",
                "11.0.0.0/8",
                "12.0.0.0/8",
            ]
            told = _until_prefix(watch, "12.0.0.0/8")
            assert any(isinstance(each, Disconnected) for each in told)
            assert not any(isinstance(each, SnapshotBegan) for each in told), "it resumed"
            # Another timeline: the backup, with other changes than those that were told.
            server.stop()
            server.data = server.directory / "restored"
            server.run("restore", str(tmp_path / "backup"), "--data", str(server.data))
            server.start()
            told = _until_prefix(watch, "10.0.0.0/8")
            assert [each.why for each in told if isinstance(each, SnapshotBegan)] == ["other_data"]
            after = added(client.routes, Route("13.0.0.0/8", "192.0.2.1"))
            while len(live) != 2:
                live.wait(after.revision, 600)
            assert {each.prefix for each in live.routes()} == {"10.0.0.0/8", "13.0.0.0/8"}
        watch.close()


def _until_prefix(watch: Any, prefix: str) -> list[Any]:
    told = []
    for event in watch:
        told.append(event)
        if isinstance(event, Entries) and any(each.prefix == prefix for each in event.entries):
            return told
        if isinstance(event, Changes) and any(each.route.prefix == prefix for each in event.changes):
            return told
    raise AssertionError("the watch ended")


def test_a_load_goes_on_after_cuts(proxy: CuttingProxy, routes: guidepost.Routes) -> None:
    cuts = itertools.count(1)
    proxy.cut_after = lambda: next(cuts)
    with guidepost.Client(proxy.address, timeout=600) as through:
        given = [Route(f"10.{i >> 8}.{i & 255}.0/24", "192.0.2.1") for i in range(4000)]
        report = through.routes.in_table(routes.table).load(iter([*given, Route("x", "y")]))
    assert (report.accepted, report.rejected) == (4000, 1)
    assert report.errors[0][0] == 4000
    assert routes.count() == 4000
    assert len(proxy.calls) > 2
