"""What both forms of the client share: where the servers are, what is shown to them, when to try again."""

from __future__ import annotations

import ipaddress
import math
import os
import random
import re
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence, Union

import grpc

from guidepost._errors import GuidepostError

MESSAGE_BYTES_MAX = 16 << 20
"""Of an answer: the full details of 65,536 routes have about half of it."""

_CHANNEL_OPTIONS: list[tuple[str, Any]] = [
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    # A quiet connection is probed once a minute, so that a dead one is noticed; servers permit 10 s.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # A server that restarts is back in about two seconds; then the tries of a read must meet an attempt to connect.
    ("grpc.initial_reconnect_backoff_ms", 100),
    # Despite its name: how long an attempt to connect may take. TLS over a satellite needs seconds.
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # Calls are tried again by this library, on the next server.
    ("grpc.enable_retries", 0),
    # Two clients in one process must not share a connection that one of them closes.
    ("grpc.use_local_subchannel_pool", 1),
]

Token = Union[str, "os.PathLike[str]", Callable[[], str]]
"""A token: itself, the path of a file that holds it and is read again when it changes, or a function
that is asked before every call."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How a client makes sure that it talks to its server, and what it shows of itself.

    The files are PEM. ``ca``: the CAs that may have signed the server's certificate (default: those
    that grpc trusts). ``certificate`` and ``key``: this client's own. ``server_name``: the name in
    the server's certificate, where it is not that of its address.
    """

    ca: str | os.PathLike[str] | None = None
    certificate: str | os.PathLike[str] | None = None
    key: str | os.PathLike[str] | None = None
    server_name: str | None = None

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key: must be given together")

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files. What is in the key's file is never in an error."""
        ca = _pem("ca", self.ca, b"CERTIFICATE")
        certificate = _pem("certificate", self.certificate, b"CERTIFICATE")
        key = _pem("key", self.key, b"PRIVATE KEY")
        if self.certificate is not None and self.key is not None:
            _check_pair(self.certificate, self.key)
        return grpc.ssl_channel_credentials(ca, key, certificate)


def _pem(what: str, file: str | os.PathLike[str] | None, kind: bytes) -> bytes | None:
    if file is None:
        return None
    try:
        content = Path(file).read_bytes()
    except OSError as e:
        raise ValueError(f'{what} "{file}": cannot be read: {e.strerror}') from None
    if b"-----BEGIN" not in content or kind not in content:
        raise ValueError(f'{what} "{file}": must be PEM with a {kind.decode()}')
    return content


def _check_pair(certificate: str | os.PathLike[str], key: str | os.PathLike[str]) -> None:
    """grpc would tell of it in a log only, and then take the server for one that cannot be reached."""
    try:
        # A key with a passphrase, which grpc cannot read, is not asked for here.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password=lambda: "-")
    except ssl.SSLError as e:
        why = f": {e.reason}" if e.reason else ""
        raise ValueError(
            f'key "{key}": must be that of the certificate "{certificate}", without a passphrase{why}'
        ) from None


_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:/\[\]\s]+)):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """HOST:PORT, [IPV6]:PORT or unix:PATH."""

    target: str
    host: str

    @classmethod
    def parse(cls, text: str) -> ServerAddress:
        if text.startswith("unix:"):
            return cls(text, "")
        match = _ADDRESS.fullmatch(text)
        if match is None or not 0 < int(match[3]) < 65536:
            raise ValueError(f'server "{text}": must be HOST:PORT, [IPV6]:PORT or unix:PATH')
        host = match[1] or match[2]
        return cls(f"dns:///{text}", host)

    def is_local(self) -> bool:
        if self.host in ("", "localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def addresses(servers: str | Sequence[str]) -> list[ServerAddress]:
    texts = servers.split(",") if isinstance(servers, str) else list(servers)
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"server {text!r}: must be a text, HOST:PORT")
    found = [ServerAddress.parse(text.strip()) for text in texts]
    if not found:
        raise ValueError("servers: must name at least one")
    return found


class TokenSource:
    """The token to show now.

    Threads: any.
    """

    def __init__(self, token: Token) -> None:
        self._token = token
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int], str] | None = None

    @property
    def may_change(self) -> bool:
        return not isinstance(self._token, str)

    def current(self) -> str:
        if isinstance(self._token, str):
            return _checked(self._token, "token")
        if callable(self._token):
            return _checked(self._token(), "token function")
        return self._of_file(self._token)

    def _of_file(self, file: os.PathLike[str]) -> str:
        try:
            with self._lock:
                status = os.stat(file)
                stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
                if self._read is None or self._read[0] != stamp:
                    text = Path(file).read_text("utf-8").strip()
                    self._read = (stamp, _checked(text, f'token file "{file}"'))
                return self._read[1]
        except OSError as e:
            raise ValueError(f'token file "{file}": cannot be read: {e.strerror}') from None


def _checked(token: str, what: str) -> str:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError(f"{what}: must be one word of printable ASCII")
    return token


class Connection:
    """Settings of a client.

    Threads: any; immutable.
    """

    def __init__(
        self,
        servers: str | Sequence[str],
        tls: Tls | None,
        token: Token | None,
        timeout: float,
        latest: bool,
    ) -> None:
        self.servers = addresses(servers)
        if tls is not None and not isinstance(tls, Tls):
            raise TypeError(f"tls {tls!r}: must be a guidepost.Tls; Tls() trusts whom this machine trusts")
        self.token = None if token is None else TokenSource(token)
        self.timeout = timeout
        self.latest = latest
        if not isinstance(timeout, (int, float)):
            raise TypeError(f"timeout {timeout!r}: must be a number of seconds")
        if not 0 < timeout < math.inf:
            raise ValueError(f"timeout {timeout}: must be above 0 seconds, and finite")
        for server in self.servers:
            if token is not None and tls is None and not server.is_local():
                raise ValueError(
                    f"server {server.target}: a token must only be sent over TLS, or to this machine"
                )
        self.credentials = None if tls is None else tls.credentials()
        self._options = list(_CHANNEL_OPTIONS)
        if tls is not None and tls.server_name is not None:
            self._options.append(("grpc.ssl_target_name_override", tls.server_name))

    def options(self, server: ServerAddress) -> list[tuple[str, Any]]:
        """Of the channel to a server. A proxy for the outside is no way to this machine: it would
        call its own, and be shown the token."""
        return [*self._options, ("grpc.enable_http_proxy", 0)] if server.is_local() else self._options


_SEEN = re.compile(r"([a-z0-9-]{1,32})=([0-9]{1,18})")


class SeenRevisions:
    """Which revisions a cluster's answers were of: further calls wait for those on any server.

    Threads: any.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}
        self._timeline = ""

    def headers(self) -> list[tuple[str, str]]:
        with self._lock:
            if not self._seen:
                return []
            text = ",".join(f"{name}={revision}" for name, revision in sorted(self._seen.items()))
            timeline = [("guidepost-timeline", self._timeline)] if self._timeline else []
            return [("guidepost-revision", text), *timeline]

    def see(self, metadata: Any) -> None:
        told = {key: value for key, value in metadata or ()}
        if "guidepost-revision" not in told:
            return
        timeline = told.get("guidepost-timeline", "")
        with self._lock:
            if timeline != self._timeline:
                self._seen.clear()  # the servers were loaded or restored since
                self._timeline = timeline
            for name, revision in _SEEN.findall(told["guidepost-revision"]):
                self._seen[name] = max(self._seen.get(name, 0), int(revision))


class Headers:
    """What each call shows."""

    def __init__(self, connection: Connection) -> None:
        self._token = connection.token
        self._latest = connection.latest
        self._seen = SeenRevisions() if len(connection.servers) > 1 else None

    def current(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = []
        if self._token is not None:
            headers.append(("authorization", f"Bearer {self._token.current()}"))
        if self._latest:
            headers.append(("guidepost-read", "latest"))
        if self._seen is not None:
            headers += self._seen.headers()
        return headers

    def see(self, metadata: Any) -> None:
        if self._seen is not None:
            self._seen.see(metadata)

    def differs(self, headers: list[tuple[str, str]]) -> bool:
        """True if another token is there than was shown."""
        if self._token is None or not self._token.may_change:
            return False
        return ("authorization", f"Bearer {self._token.current()}") not in headers


BACKOFF_MIN = 0.1
"""A server that restarts is back in about two seconds: the first tries are cheap."""

BACKOFF_MAX = 5.0
"""So soon a client notices that the server is back."""

READ_TRIES = 6
"""0.1 to 1.6 s of waiting between them: longer than a restart takes."""


class Backoff:
    """How long to wait before the next try: twice as long each time, give or take a half."""

    def __init__(self) -> None:
        self._next = BACKOFF_MIN

    def answered(self) -> None:
        self._next = BACKOFF_MIN

    def delay(self) -> float:
        delay = self._next
        self._next = min(2 * delay, BACKOFF_MAX)
        return delay * (0.5 + random.random())


class Tries:
    """Whether a call that failed is tried again, and when."""

    def __init__(self, repeats: bool, timeout: float) -> None:
        self._repeats = repeats
        self._deadline = time.monotonic() + timeout
        self._backoff = Backoff()
        self._made = 0
        self._renewed = False

    def left(self) -> float:
        return self._deadline - time.monotonic()

    def again(self, error: GuidepostError, renewed: bool, other: bool) -> float | None:
        """Seconds to wait; None: not at all.

        ``renewed``: there is another token now. ``other``: there is another server to ask.
        """
        self._made += 1
        delay: float | None = None
        if error.code == "UNAUTHENTICATED" and renewed and not self._renewed:
            self._renewed, delay = True, 0.0
        elif error.retry_after is not None and (self._repeats or error.not_done):
            delay = error.retry_after.total_seconds() * (1 + random.random() / 4)
        elif error.code == "UNAVAILABLE" and (self._repeats or error.not_done):
            if self._made < READ_TRIES:
                delay = self._backoff.delay()
                if other and self._made == 1:
                    delay = 0.0
        return delay if delay is not None and delay < self.left() else None


class Rotation:
    """Which server is asked next: one after the other, without those that just failed.

    Threads: any.
    """

    def __init__(self, count: int) -> None:
        self._lock = threading.Lock()
        self._next = random.randrange(count)
        self._down_until = [0.0] * count
        self._backoff = [Backoff() for _ in range(count)]

    def pick(self) -> int:
        with self._lock:
            now, count = time.monotonic(), len(self._down_until)
            order = [(self._next + i) % count for i in range(count)]
            up = [each for each in order if self._down_until[each] <= now]
            picked = up[0] if up else min(order, key=lambda each: self._down_until[each])
            self._next = (picked + 1) % count
            return picked

    def failed(self, server: int) -> None:
        with self._lock:
            self._down_until[server] = time.monotonic() + self._backoff[server].delay()

    def answered(self, server: int) -> None:
        with self._lock:
            self._down_until[server] = 0.0
            self._backoff[server].answered()

    @property
    def several(self) -> bool:
        return len(self._down_until) > 1


class OneProcess:
    """Finds out that a process was forked: grpc's threads are not in the child."""

    def __init__(self) -> None:
        self._process = os.getpid()

    def check(self) -> None:
        if os.getpid() != self._process:
            raise RuntimeError(
                f"client of process {self._process} used in {os.getpid()}: "
                "must be made after the fork, one for each process"
            )
