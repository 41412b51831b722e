"""The route-guide client, blocking and with asyncio, against a running server."""

import io

import grpc
import pytest

from guidepost_clients import console, route_guide_client, route_guide_client_async
from routeguide import route_guide_pb2 as messages

both = pytest.mark.parametrize(
    "program", [route_guide_client, route_guide_client_async], ids=["blocking", "asyncio"]
)


@both
def test_all_parts_in_one_run(run, named_point, program):
    code, output, errors = run(program, "--rows", "100000")
    assert (code, errors) == (console.EXIT_OK, "")
    assert f"40.9146138,-74.6188906  {named_point}" in output
    assert "0.0000000,0.0000000  (nothing here)" in output
    # Two notes come back to a point where one was left before.
    assert "  0.0000000,0.0000001  road works until Friday" in output
    received = int(output.splitlines()[-1].split()[0])
    assert received >= 2


@both
def test_a_trip_over_named_places_counts_all_of_them(run, named_point, program):
    code, output, _ = run(program, "record", "--extended")
    assert code == console.EXIT_OK
    lines = output.splitlines()
    passed = sum(line.startswith("  passing ") for line in lines)
    assert passed >= 1
    assert any(line.startswith(f"{passed} points, {passed} features, ") for line in lines)


@both
def test_an_impossible_point_is_an_error_with_words(run, program):
    code, output, errors = run(program, "feature", "--at", "91,0")
    assert code == console.EXIT_REFUSED
    assert "INVALID_ARGUMENT" in errors and "910000000" in errors


@both
def test_typed_lines_become_notes(run, monkeypatch, fresh_point, program):
    at = f"--at={console.point_text(fresh_point)}"
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n\ntwo\nthree\n"))
    code, output, errors = run(program, "chat", at)
    assert (code, errors) == (console.EXIT_OK, "")
    place = console.point_text(fresh_point)
    earlier = ["one", "one", "two"]  # what was there before two, and before three
    assert output.splitlines() == [f"  received {place}  {text}" for text in earlier]


@both
def test_a_point_that_cannot_be_read_is_a_usage_error(run, capsys, program):
    with pytest.raises(SystemExit) as exit:
        run(program, "feature", "--at", "north")
    assert exit.value.code == console.EXIT_USAGE
    assert "must be LAT,LON" in capsys.readouterr().err


def test_no_feature_answers_with_the_asked_point(guide, fresh_point):
    feature = guide.GetFeature(fresh_point, timeout=600)
    assert feature == messages.Feature(location=fresh_point)


def test_no_points_are_a_trip_too(guide):
    summary = guide.RecordRoute(iter([]), timeout=600)
    assert (summary.point_count, summary.feature_count, summary.distance) == (0, 0, 0)


def test_a_cancelled_list_is_over(guide):
    features = guide.ListFeatures(route_guide_client.BOX, timeout=600)
    features.cancel()
    with pytest.raises(grpc.RpcError) as error:
        list(features)
    assert error.value.code() is grpc.StatusCode.CANCELLED


def test_points_are_shown_in_degrees():
    point = messages.Point(latitude=-1, longitude=1800000000)
    assert console.point_text(point) == "-0.0000001,180.0000000"
