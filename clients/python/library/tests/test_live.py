"""The copy by the events of a watch, without a server."""

from __future__ import annotations

import sys
from typing import Literal

import pytest

import guidepost
from guidepost import (
    Changes,
    Disconnected,
    Entries,
    Progress,
    Quiet,
    Route,
    RouteChange,
    SnapshotBegan,
    SnapshotComplete,
    Unavailable,
)
from guidepost._live import LiveCopy


def _change(
    prefix: str, revision: int, told: int, kind: Literal["added", "removed"] = "added"
) -> Changes[RouteChange]:
    route = Route(prefix, "192.0.2.1", revision=revision)
    return Changes([RouteChange(kind, route)], Progress(told, 1))


@pytest.fixture
def copy() -> LiveCopy:
    made = LiveCopy()
    made._feed(SnapshotBegan("asked"))
    made._feed(Entries([Route("10.0.0.0/8", "192.0.2.1", revision=4)]))
    assert len(made) == 0 and made.revision == 0, "a snapshot that is not complete is not shown"
    made._feed(SnapshotComplete(Progress(4, 1)))
    return made


def test_shows_whole_revisions_only(copy: LiveCopy) -> None:
    copy._feed(_change("11.0.0.0/8", 5, 4))
    copy._feed(_change("10.0.0.0/8", 5, 4, "removed"))
    copy._feed(Quiet(Progress(4, 1)))
    assert [each.prefix for each in copy.routes()] == ["10.0.0.0/8"]
    copy._feed(_change("12.0.0.0/8", 5, 5))
    assert sorted(each.prefix for each in copy.routes()) == ["11.0.0.0/8", "12.0.0.0/8"]
    assert copy.revision == 5


def test_a_part_that_a_cut_left_is_told_again(copy: LiveCopy) -> None:
    copy._feed(_change("11.0.0.0/8", 5, 4))
    copy._feed(Disconnected(Unavailable("cut"), 0.1))
    assert not copy.is_current
    # Another server's revision 5, as after a restore, has other changes.
    copy._feed(_change("12.0.0.0/8", 5, 5))
    assert sorted(each.prefix for each in copy.routes()) == ["10.0.0.0/8", "12.0.0.0/8"]
    assert copy.is_current


def test_a_new_snapshot_replaces_the_old_one_at_once(copy: LiveCopy) -> None:
    copy._feed(SnapshotBegan("other_data"))
    copy._feed(Entries([Route("13.0.0.0/8", "192.0.2.1", revision=1)]))
    assert copy.longest("10.1.1.1") is not None and copy.longest("13.1.1.1") is None
    copy._feed(SnapshotComplete(Progress(2, 9)))
    assert copy.longest("10.1.1.1") is None and copy.longest("13.1.1.1") is not None
    assert copy.revision == 2


def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"needs pandas: pip install pandas"):
        guidepost.to_pandas([Route("10.0.0.0/8")])
