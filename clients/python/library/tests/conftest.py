"""Tests of the library against real servers: GUIDEPOST_SERVER names one, and some start their own.

Each test has a table of its own, so the server may hold any data.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
from concurrent import futures
from pathlib import Path
from typing import Any, Callable, Iterator

import grpc
import pytest

import guidepost

ROOT = Path(__file__).resolve().parents[4]
LAUNCHER = ROOT / "guidepost"
PATIENCE = 600.0  # ends what hangs; no measure of a machine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if "long" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="long: run with --long"))


@pytest.fixture(scope="session")
def address() -> str:
    named = os.environ.get("GUIDEPOST_SERVER")
    if not named:
        pytest.exit("GUIDEPOST_SERVER must name a running server: HOST:PORT", returncode=2)
    return named


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[guidepost.Client]:
    with guidepost.Client(address, timeout=PATIENCE) as made:
        yield made


@pytest.fixture
def table_name() -> str:
    return f"python-{random.getrandbits(64):x}"


@pytest.fixture
def routes(client: guidepost.Client, table_name: str) -> Iterator[guidepost.Routes]:
    """A table of the test's own."""
    client.routes.create_table(table_name)
    yield client.routes.in_table(table_name)
    client.routes.drop_table(table_name)


@pytest.fixture
def fresh_point() -> guidepost.Point:
    """A point that no other test, and no earlier run, has been at."""
    return guidepost.Point(
        random.randint(-890000000, 890000000) / 1e7, random.randint(-1790000000, 1790000000) / 1e7
    )


@pytest.fixture
def seed() -> int:
    made = random.getrandbits(32)
    print(f"seed {made}")
    return made


def added(routes: guidepost.Routes, route: guidepost.Route) -> guidepost.OperationResult:
    """Adds a route, once more where the connection ends meanwhile: then it is not known whether it was added."""
    while True:
        try:
            (result,) = routes.add(route)
            return result
        except guidepost.Unavailable:
            continue


def free_port() -> int:
    """Below those that systems give to outgoing connections, of which one may take it while a server is away."""
    while True:
        port = random.randrange(10_000, 15_000)
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class OwnServer:
    """A server of the test's own, on one port from start to start."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.address = f"127.0.0.1:{free_port()}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> OwnServer:
        """Starts it, and waits for its own word that it listens."""
        command = [str(LAUNCHER), "serve", "--data", str(self.data), "--listen", self.address]
        with open(self.directory / "log", "ab") as log:
            process = subprocess.Popen(
                [*command, "--web-enabled", "false", *options], stdout=subprocess.PIPE, stderr=log
            )
        self._process = process
        assert process.stdout is not None
        hangs = threading.Timer(PATIENCE, process.kill)
        hangs.start()
        said = process.stdout.readline()
        hangs.cancel()
        assert said.startswith(b"listening on "), (self.directory / "log").read_text()
        return self

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.communicate(timeout=PATIENCE)
            self._process = None

    def run(self, *command: str) -> str:
        ran = subprocess.run([str(LAUNCHER), *command], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[[], OwnServer]]:
    made: list[OwnServer] = []

    def make() -> OwnServer:
        directory = tmp_path / f"server{len(made)}"
        directory.mkdir()
        made.append(OwnServer(directory))
        return made[-1]

    yield make
    for server in made:
        server.kill()


class CuttingProxy(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Between a client and a server: hands messages on as they are, and cuts calls as told."""

    def __init__(self, target: str, credentials: Any = None) -> None:
        self._channel = grpc.insecure_channel(target)
        self._server = grpc.server(futures.ThreadPoolExecutor(32), handlers=[self])
        port = (
            self._server.add_insecure_port("127.0.0.1:0")
            if credentials is None
            else self._server.add_secure_port("127.0.0.1:0", credentials)
        )
        self.address = f"127.0.0.1:{port}"
        self.cut_after: Callable[[], int | None] = lambda: None
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[Any, dict[str, str]], None] = lambda context, headers: None
        self._server.start()

    def service(self, details: Any) -> Any:
        headers = dict(details.invocation_metadata)
        self.calls.append((details.method, headers))
        path = details.method
        shown = [(k, v) for k, v in details.invocation_metadata if k.startswith("guidepost-")]

        def handle(requests: Any, context: Any) -> Iterator[bytes]:
            self.answer(context, headers)
            left = self.cut_after()
            call = self._channel.stream_stream(path)(requests, metadata=shown)
            context.add_callback(call.cancel)
            try:
                for message in call:
                    if left is not None and left <= 0:
                        break
                    if left is not None:
                        left -= 1
                    yield message
                else:
                    return
            except grpc.RpcError as e:
                context.set_trailing_metadata(e.trailing_metadata())  # type: ignore[attr-defined]
                context.abort(e.code(), e.details())  # type: ignore[attr-defined]
            call.cancel()
            context.abort(grpc.StatusCode.UNAVAILABLE, "cut")

        return grpc.stream_stream_rpc_method_handler(handle)

    def close(self) -> None:
        self._server.stop(None).wait()
        self._channel.close()


@pytest.fixture
def proxies(address: str) -> Iterator[Callable[..., CuttingProxy]]:
    made: list[CuttingProxy] = []

    def make(credentials: Any = None) -> CuttingProxy:
        made.append(CuttingProxy(address, credentials))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def proxy(proxies: Callable[..., CuttingProxy]) -> CuttingProxy:
    return proxies()
