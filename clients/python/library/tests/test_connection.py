"""Tokens, TLS, retries and several servers."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Callable

import grpc
import numpy as np
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

import guidepost
from conftest import PATIENCE, ROOT, CuttingProxy, OwnServer, added
from guidepost import Route
from guidepost._errors import from_rpc, from_status


def _overloaded(context: Any, seconds: float, code: grpc.StatusCode, reason: str) -> None:
    """Refuses as the server does."""
    delay = duration_pb2.Duration()
    delay.FromMilliseconds(int(seconds * 1000))
    info = error_details_pb2.ErrorInfo(domain="guidepost", reason=reason)
    status = status_pb2.Status(code=code.value[0], message="later")
    for detail in (info, error_details_pb2.RetryInfo(retry_delay=delay)):
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
    context.abort(code, "later")


def _wanting(valid: Callable[[], str]) -> Callable[[Any, dict[str, str]], None]:
    def answer(context: Any, headers: dict[str, str]) -> None:
        if headers.get("authorization") != f"Bearer {valid()}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "who calls?")

    return answer


def test_no_proxy_is_between_this_machine_and_itself(
    address: str, routes: guidepost.Routes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask() -> int:
        async with guidepost.AsyncClient(address, token="secret", timeout=PATIENCE) as client:
            return await client.routes.in_table(routes.table).count()

    with socket.socket() as nobody:  # it does not listen: what is sent there fails
        nobody.bind(("127.0.0.1", 0))
        for name in ("http_proxy", "https_proxy", "grpc_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{nobody.getsockname()[1]}")
        for name in ("no_proxy", "no_grpc_proxy"):
            monkeypatch.delenv(name, raising=False)
        with guidepost.Client(address, token="secret", timeout=PATIENCE) as client:
            assert client.routes.in_table(routes.table).count() == 0
        assert asyncio.run(ask()) == 0


def test_a_token_from_a_file_is_read_again_when_it_changes(
    proxy: CuttingProxy, routes: guidepost.Routes, tmp_path: Path
) -> None:
    valid = ["first"]
    proxy.answer = _wanting(lambda: valid[0])
    file = tmp_path / "token"
    file.write_text("first\n")
    with guidepost.Client(proxy.address, token=file, timeout=600) as client:
        assert client.routes.in_table(routes.table).count() == 0
        file.write_text("second\n")
        valid[0] = "second"
        assert client.routes.in_table(routes.table).count() == 0
        valid[0] = "third"
        with pytest.raises(guidepost.Unauthenticated):
            client.routes.count()
        file.unlink()
        with pytest.raises(ValueError, match='token file ".*": cannot be read'):
            client.routes.count()
        file.write_text("two words")
        with pytest.raises(ValueError, match="must be one word"):
            client.routes.count()


def test_a_token_that_expires_is_asked_for_again(proxy: CuttingProxy, routes: guidepost.Routes) -> None:
    valid, asked = ["0"], itertools.count()
    proxy.answer = _wanting(lambda: valid[0])

    def token() -> str:
        # The first one that is asked for after a change is still the old one.
        next(asked)
        given = token.shown  # type: ignore[attr-defined]
        token.shown = valid[0]  # type: ignore[attr-defined]
        return given

    token.shown = "0"  # type: ignore[attr-defined]
    with guidepost.Client(proxy.address, token=token, timeout=600) as client:
        table = client.routes.in_table(routes.table)
        assert table.count() == 0
        valid[0] = "1"
        assert table.count() == 0, "the second try shows the new one"


def test_a_watch_outlives_its_token(proxy: CuttingProxy, routes: guidepost.Routes) -> None:
    valid, shown = ["old"], ["old"]
    proxy.answer = _wanting(lambda: valid[0])
    proxy.cut_after = lambda: 3  # the snapshot, its end, and a change
    with guidepost.Client(proxy.address, token=lambda: shown[0], timeout=600) as client:
        watch = client.routes.in_table(routes.table).watch()
        next(each for each in watch if isinstance(each, guidepost.SnapshotComplete))
        valid[0] = "new"
        added = 3
        for number in range(added):
            routes.add(Route(f"10.{number}.0.0/16", "192.0.2.1"))
        seen, refused = set(), False
        for event in watch:
            if isinstance(event, guidepost.Disconnected) and event.error.code == "UNAUTHENTICATED":
                refused, shown[0] = True, "new"
            if isinstance(event, guidepost.Changes):
                seen |= {each.route.prefix for each in event.changes}
            if len(seen) == added:
                if refused:
                    break
                # All of them came in the one message before the cut, as they may on a busy machine.
                routes.add(Route(f"10.{added}.0.0/16", "192.0.2.1"))
                added += 1


def test_shows_no_token_for_everybody_to_read() -> None:
    with pytest.raises(ValueError, match="a token must only be sent over TLS, or to this machine"):
        guidepost.Client("192.0.2.1:50051", token="secret")
    guidepost.Client("localhost:1", token="secret").close()
    guidepost.Client("[::1]:1", token="secret").close()


@pytest.mark.parametrize("wrong", ["", "localhost", "localhost:0", "a b:1", "::1:50051", "h:99999"])
def test_names_the_server_that_is_no_address(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"must be HOST:PORT, \[IPV6\]:PORT or unix:PATH"):
        guidepost.Client([wrong])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("this machine has no openssl to make certificates with")
    directory = tmp_path_factory.mktemp("ca")
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    for command in (
        f"req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=CA",
        f"req {key} -keyout one.key -out one.csr -subj /CN=one",
        "x509 -req -in one.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out one.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=directory, check=True, capture_output=True)
    return directory


def test_encrypts_and_shows_a_certificate(
    authority: Path, proxies: Callable[..., CuttingProxy], routes: guidepost.Routes
) -> None:
    pair = ((authority / "one.key").read_bytes(), (authority / "one.pem").read_bytes())
    mutual = grpc.ssl_server_credentials([pair], (authority / "ca.pem").read_bytes(), True)
    proxy = proxies(mutual)
    full = guidepost.Tls(authority / "ca.pem", authority / "one.pem", authority / "one.key")
    with guidepost.Client(proxy.address, tls=full, token="secret", timeout=600) as client:
        assert client.routes.in_table(routes.table).count() == 0
    assert proxy.calls[-1][1]["authorization"] == "Bearer secret"
    for tls in (guidepost.Tls(authority / "ca.pem"), guidepost.Tls()):
        with guidepost.Client(proxy.address, tls=tls, timeout=1) as client:
            with pytest.raises((guidepost.Unavailable, guidepost.DeadlineExceeded)):
                client.routes.count()
    with pytest.raises(ValueError, match="must be given together"):
        guidepost.Tls(certificate="x")
    with pytest.raises(ValueError, match='ca ".*": cannot be read'):
        guidepost.Client(proxy.address, tls=guidepost.Tls("/absent"))
    with pytest.raises(ValueError, match='ca ".*": must be PEM with a CERTIFICATE'):
        guidepost.Client(proxy.address, tls=guidepost.Tls(authority / "names"))


def test_says_what_is_wrong_with_tls(
    authority: Path, proxies: Callable[..., CuttingProxy], address: str
) -> None:
    pair = ((authority / "one.key").read_bytes(), (authority / "one.pem").read_bytes())
    encrypted = proxies(grpc.ssl_server_credentials([pair])).address
    ca = authority / "ca.pem"
    for server, tls, advice in (
        (encrypted, None, "a server that speaks TLS needs tls=Tls"),
        (encrypted, guidepost.Tls(), "must name the CA that signed"),
        (encrypted, guidepost.Tls(ca, server_name="routes.example"), "must be a name in the server's"),
        (address, guidepost.Tls(ca), "the server does not speak TLS there"),
    ):
        with guidepost.Client(server, tls=tls, timeout=PATIENCE) as client:
            with pytest.raises(guidepost.Unavailable, match=advice):
                client.routes.count()
    with pytest.raises(ValueError, match='key ".*ca.key": must be that of the certificate ".*one.pem"'):
        guidepost.Client(address, tls=guidepost.Tls(ca, authority / "one.pem", authority / "ca.key"))


def test_waits_as_long_as_the_server_says(proxy: CuttingProxy, routes: guidepost.Routes) -> None:
    refusals = iter([0.2, 0.1])

    def answer(context: Any, _: Any) -> None:
        seconds = next(refusals, None)
        if seconds is not None:
            _overloaded(context, seconds, grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")

    proxy.answer = answer
    with guidepost.Client(proxy.address, timeout=600) as client:
        began = time.monotonic()
        (added,) = client.routes.in_table(routes.table).add(Route("10.0.0.0/8", "192.0.2.1"))
        assert added.ok and time.monotonic() - began >= 0.3
    proxy.answer = lambda context, _: _overloaded(
        context, 3600, grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"
    )
    with guidepost.Client(proxy.address, timeout=600) as client:
        with pytest.raises(guidepost.ResourceExhausted) as caught:
            client.routes.count()
        assert caught.value.reason == "OVERLOADED" and caught.value.not_done
        assert caught.value.retry_after is not None


def test_repeats_reads_and_never_a_write_that_may_have_counted(
    proxy: CuttingProxy, routes: guidepost.Routes
) -> None:
    cuts = itertools.count()
    proxy.cut_after = lambda: 0 if next(cuts) < 2 else None
    with guidepost.Client(proxy.address, timeout=600) as client:
        table = client.routes.in_table(routes.table)
        assert table.count() == 0 and len(proxy.calls) == 3
        cuts = itertools.count()
        assert table.revision().timeline and len(proxy.calls) == 6
        proxy.cut_after = lambda: 0
        with pytest.raises(guidepost.Unavailable) as caught:
            table.add(Route("10.0.0.0/8", "192.0.2.1"))
        assert len(proxy.calls) == 7 and not caught.value.not_done


def test_many_look_ups_go_on_after_cuts(proxy: CuttingProxy, routes: guidepost.Routes) -> None:
    routes.add(Route("10.0.0.0/8", "192.0.2.1"))
    proxy.cut_after = lambda: 1  # each call answers one batch
    asked = np.where(np.arange(5 * 8192 + 100) % 2, 0x0B000000, 0x0A000000).astype(np.uint32)
    with guidepost.Client(proxy.address, timeout=600) as client:
        found = client.routes.in_table(routes.table).lookup_many(asked)
    assert len(proxy.calls) == 6
    assert ((found.indexes == 0) == (asked == 0x0B000000)).all()

    async def with_asyncio() -> None:
        async with guidepost.AsyncClient(proxy.address, timeout=600) as client:
            found = await client.routes.in_table(routes.table).lookup_many(asked)
            assert ((found.indexes == 0) == (asked == 0x0B000000)).all()

    asyncio.run(with_asyncio())
    assert len(proxy.calls) == 12
    proxy.cut_after = lambda: 0
    with guidepost.Client(proxy.address, timeout=0.3) as client:
        with pytest.raises((guidepost.Unavailable, guidepost.DeadlineExceeded)):
            client.routes.in_table(routes.table).lookup_many(asked)


@pytest.mark.long
def test_a_server_that_was_away_for_long_is_found_at_once(own_server: Callable[[], OwnServer]) -> None:
    server = own_server().start()
    with guidepost.Client(server.address) as client:
        assert client.routes.count() == 0
        server.kill()
        for _ in range(4):  # the pauses between attempts to connect have grown meanwhile
            with pytest.raises(guidepost.Unavailable):
                client.routes.count()
        server.start()
        assert client.routes.count() == 0


def test_goes_round_past_servers_that_are_gone_and_carries_what_it_has_seen(
    proxies: Callable[..., CuttingProxy], routes: guidepost.Routes
) -> None:
    one, two = proxies(), proxies()
    # As a cluster's servers say which revisions an answer is of.
    for each in (one, two):
        each.answer = lambda context, _: context.send_initial_metadata(
            [("guidepost-revision", "routes=7,notes=3"), ("guidepost-timeline", "5")]
        )
    servers = ["127.0.0.1:1", one.address, two.address]
    with guidepost.Client(servers, timeout=600) as client:
        table = client.routes.in_table(routes.table)
        for number in range(10):
            table.add(Route(f"10.{number}.0.0/16", "192.0.2.1"))
            assert table.lookup(f"10.{number}.0.1") is not None
        assert len(one.calls) >= 5 and len(two.calls) >= 5
        assert one.calls[-1][1]["guidepost-revision"] == "notes=3,routes=7"
        assert one.calls[-1][1]["guidepost-timeline"] == "5"
        # The servers begin again, from an older copy.
        for each in (one, two):
            each.answer = lambda context, _: context.send_initial_metadata(
                [("guidepost-revision", "routes=2"), ("guidepost-timeline", "6")]
            )
        for _ in range(4):
            table.lookup("10.1.0.1")
        assert one.calls[-1][1]["guidepost-revision"] == "routes=2"
        assert one.calls[-1][1]["guidepost-timeline"] == "6"
        watch = table.watch()
        for event in watch:
            if isinstance(event, guidepost.SnapshotComplete):
                break
        one.close()
        added(table, Route("11.0.0.0/8", "192.0.2.1"))
        seen = [
            change.route.prefix
            for event in itertools.islice(_until(watch, "11.0.0.0/8"), 100)
            if isinstance(event, guidepost.Changes)
            for change in event.changes
        ]
        assert seen == ["11.0.0.0/8"], "resumed on another server"
    with guidepost.Client(two.address, latest=True, timeout=600) as client:
        client.routes.count()
        assert two.calls[-1][1]["guidepost-read"] == "latest"


def _until(watch: Any, prefix: str) -> Any:
    for event in watch:
        yield event
        if isinstance(event, guidepost.Changes):
            if any(each.route.prefix == prefix for each in event.changes):
                return


def _failure_in_time(ask: Callable[[float], object]) -> guidepost.GuidepostError:
    """On a busy machine a short time is over before it is known that there is no server."""
    timeout = 0.5
    while True:
        with pytest.raises(guidepost.GuidepostError) as caught:
            ask(timeout)
        if not isinstance(caught.value, guidepost.DeadlineExceeded) or timeout > PATIENCE:
            return caught.value
        timeout *= 2


def test_no_server_is_unavailable_and_says_that_nothing_was_done() -> None:
    def add(timeout: float) -> None:
        with guidepost.Client("127.0.0.1:1", timeout=timeout) as client:
            client.routes.add(Route("10.0.0.0/8", "192.0.2.1"))

    async def count(timeout: float) -> None:
        async with guidepost.AsyncClient("127.0.0.1:1", timeout=timeout) as client:
            await client.routes.count()

    failed = _failure_in_time(add)
    assert isinstance(failed, guidepost.Unavailable) and failed.not_done
    assert isinstance(_failure_in_time(lambda timeout: asyncio.run(count(timeout))), guidepost.Unavailable)


def test_a_watch_can_be_closed_by_another_thread(routes: guidepost.Routes) -> None:
    watch = routes.watch()
    ready = threading.Event()
    ended: list[Any] = []

    def follow() -> None:
        for event in watch:
            if isinstance(event, guidepost.SnapshotComplete):
                ready.set()
        ended.append(True)

    thread = threading.Thread(target=follow)
    thread.start()
    assert ready.wait(600)
    watch.close()
    thread.join(600)
    assert ended == [True]


def test_what_waits_for_a_server_that_is_gone_can_be_closed_at_once() -> None:
    with guidepost.Client("127.0.0.1:1") as client:
        live = client.routes.live()
        watch = client.routes.watch()
        delays = [event.retry_after for event in itertools.islice(watch, 6) if isinstance(event, guidepost.Disconnected)]
        assert delays
        began = time.monotonic()
        live.close()
        assert isinstance(live.error, guidepost.Cancelled)
        closing = threading.Timer(0.05, watch.close)
        closing.start()
        list(watch)
        assert time.monotonic() - began < 600


def test_a_write_can_be_sent_again_for_the_reasons_that_the_reference_lists_alone() -> None:
    page = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([A-Z_]+)`", page.partition("## Writes that can be sent again")[2]))
    assert {"NO_LEADER", "OVERLOADED"} <= listed
    not_done = set()
    for reason, code in re.findall(r"^\| `([A-Z_]+)` \| ([A-Z_]+) ", page, re.MULTILINE):
        said = status_pb2.Status()
        said.details.add().Pack(error_details_pb2.ErrorInfo(domain="guidepost", reason=reason))
        if from_status(code, "", [("grpc-status-details-bin", said.SerializeToString())]).not_done:
            not_done.add(reason)
    assert not_done == listed


def test_an_answer_that_is_too_large_for_the_client_says_nothing_of_what_was_done() -> None:
    assert not from_status("RESOURCE_EXHAUSTED", "Received message larger than max (5 vs. 4)").not_done


def test_a_connection_that_breaks_is_no_defect_of_the_server() -> None:
    nothing = grpc.aio.Metadata()
    for details, code in (("Internal error from Core", "UNAVAILABLE"), ("a defect", "INTERNAL")):
        broke = grpc.aio.AioRpcError(grpc.StatusCode.INTERNAL, nothing, nothing, details)
        assert from_rpc(broke).code == code and not from_rpc(broke).not_done


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"servers": [None]}, "server None: must be a text"),
        ({"timeout": None}, "timeout None: must be a number of seconds"),
        ({"timeout": "5"}, "timeout '5': must be a number of seconds"),
        ({"timeout": float("nan")}, "timeout nan: must be above 0 seconds, and finite"),
        ({"timeout": float("inf")}, "timeout inf: must be above 0 seconds, and finite"),
    ],
)
def test_names_the_setting_that_is_none(settings: Any, said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        guidepost.Client(**{"servers": "localhost:1", **settings})


def test_a_copy_that_waits_in_vain_says_why() -> None:
    with guidepost.Client("127.0.0.1:1") as client:
        live = client.routes.live()
        deadline, said = time.monotonic() + PATIENCE, ""
        while "UNAVAILABLE" not in said and time.monotonic() < deadline:
            with pytest.raises(TimeoutError) as late:
                live.ready(0.05)
            said = str(late.value)
        assert re.fullmatch("the first snapshot: not shown within 0.05 s; nothing is; UNAVAILABLE: .*connect.*", said)
        live.close()


def test_never_takes_no_server_for_the_one_on_this_machine() -> None:
    with pytest.raises(ValueError, match="servers: must name at least one"):
        guidepost.Client([])
    with pytest.raises(ValueError, match='server "": must be HOST:PORT'):
        guidepost.Client("")


def test_says_what_tls_must_be() -> None:
    with pytest.raises(TypeError, match=r"tls True: must be a guidepost.Tls; Tls\(\) trusts"):
        guidepost.Client("localhost:1", tls=True)  # type: ignore[arg-type]


def test_says_what_makes_a_copy(client: guidepost.Client) -> None:
    with pytest.raises(TypeError, match=r"routes.live\(\) makes a copy"):
        guidepost.LiveRouteTable(client.routes)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"routes.live\(\) makes a copy"):
        guidepost.AsyncLiveRouteTable(client.routes)  # type: ignore[arg-type]
