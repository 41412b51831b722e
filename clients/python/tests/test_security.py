"""TLS and tokens, against servers of the test's own."""

import shutil
import socket
import subprocess
import sys
from concurrent import futures

import grpc
import pytest

from guidepost_clients import console, routing_client, routing_client_async
from routetable import route_table_pb2 as messages
from routetable import route_table_pb2_grpc as stubs

both = pytest.mark.parametrize(
    "program", [routing_client, routing_client_async], ids=["blocking", "asyncio"]
)


class Router(stubs.RouterServicer):
    """A server without routes that may want a token."""

    def __init__(self, token):
        self.token = token

    def GetRoute(self, request, context):
        shown = dict(context.invocation_metadata()).get("authorization")
        if self.token and shown != f"Bearer {self.token}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "who calls?")
        return messages.Route()


class Authority:
    """A CA, made by openssl."""

    def __init__(self, directory):
        self.directory = directory
        directory.mkdir()
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._openssl(
            "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA"
        )

    def _openssl(self, *arguments):
        subprocess.run(
            ["openssl", *arguments], cwd=self.directory, check=True, capture_output=True
        )

    def file(self, name):
        return str(self.directory / name)

    def bytes(self, name):
        return (self.directory / name).read_bytes()

    def issue(self, name, days=1):
        """Makes NAME.pem and NAME.key for 127.0.0.1 and routes.example."""
        (self.directory / "names").write_text(
            "subjectAltName=IP:127.0.0.1,DNS:routes.example\n"
        )
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._openssl(
            "req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"
        )
        self._openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-extfile", "names", "-days", str(days), "-out", f"{name}.pem",
        )  # fmt: skip


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("this machine has no openssl to make certificates with")
    directory = tmp_path_factory.mktemp("certificates")
    ours, theirs = Authority(directory / "ours"), Authority(directory / "theirs")
    for each in (ours, theirs):
        each.issue("server")
        each.issue("client")
    return ours, theirs


@pytest.fixture
def serve():
    servers = []

    def start(credentials=None, token=None):
        server = grpc.server(futures.ThreadPoolExecutor())
        stubs.add_RouterServicer_to_server(Router(token), server)
        port = (
            server.add_secure_port("127.0.0.1:0", credentials)
            if credentials
            else server.add_insecure_port("127.0.0.1:0")
        )
        server.start()
        servers.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in servers:
        server.stop(None).wait()


def of_server(authority, mutual=False):
    return grpc.ssl_server_credentials(
        [(authority.bytes("server.key"), authority.bytes("server.pem"))],
        authority.bytes("ca.pem") if mutual else None,
        mutual,
    )


@pytest.fixture
def look_up():
    """Runs a program as people do: in its own process, so that nothing else writes there."""

    def call(program, server, *arguments):
        module = [sys.executable, "-m", program.__name__]
        options = ["--lookup-only", "--wait", "1", "--server", server]
        ran = subprocess.run(module + options + [*arguments], capture_output=True, text=True)
        return ran.returncode, ran.stdout, ran.stderr

    return call


@both
def test_encrypts_and_shows_what_it_is_given(authorities, serve, look_up, monkeypatch, program):
    ours, _ = authorities
    server = serve(of_server(ours, mutual=True), token="secret")
    token = ours.directory / "token"
    token.write_text("secret\n")
    shown = ["--ca", ours.file("ca.pem")]
    shown += ["--cert", ours.file("client.pem"), "--key", ours.file("client.key")]
    by_file = ["--token-file", str(token)]
    assert look_up(program, server, *shown, *by_file)[0] == console.EXIT_OK
    named = ["--server-name", "routes.example"]
    assert look_up(program, server, *shown, *by_file, *named)[0] == console.EXIT_OK
    monkeypatch.setenv("GUIDEPOST_TOKEN", "secret")
    assert look_up(program, server, *shown)[0] == console.EXIT_OK


@both
@pytest.mark.parametrize(
    "kind, arguments, says",
    [
        ("plain", ["--ca", "ours/ca.pem"], "it speaks plaintext, not TLS"),
        ("encrypted", [], "that speaks plaintext"),
        ("encrypted", ["--ca", "theirs/ca.pem"], "its certificate is not accepted: "),
        ("encrypted", ["--tls"], "its certificate is not accepted: "),
        (
            "encrypted",
            ["--ca", "ours/ca.pem", "--server-name", "a.example"],
            "is not valid for 'a.example'",
        ),
        ("mutual", ["--ca", "ours/ca.pem"], "a certificate of this client (--cert FILE"),
    ],
)
def test_says_in_one_line_why_the_handshake_failed(
    authorities, serve, look_up, program, kind, arguments, says
):
    ours, _ = authorities
    credentials = {
        "plain": None,
        "encrypted": of_server(ours),
        "mutual": of_server(ours, mutual=True),
    }
    server = serve(credentials[kind])
    parent = ours.directory.parent
    named = [str(parent / each) if "/" in each else each for each in arguments]
    code, output, errors = look_up(program, server, *named)
    assert (code, output) == (console.EXIT_UNREACHABLE, "")
    assert says in errors
    assert len(errors.splitlines()) == 1


@both
def test_sends_no_token_for_everybody_to_read(serve, look_up, monkeypatch, program):
    monkeypatch.setenv("GUIDEPOST_TOKEN", "secret")
    code, _, errors = look_up(program, "192.0.2.1:50051")
    assert code == console.EXIT_USAGE
    assert "a token must only be sent over TLS, or to this machine" in errors
    assert look_up(program, serve(token="secret"))[0] == console.EXIT_OK


@both
def test_goes_to_this_machine_past_any_proxy(serve, look_up, monkeypatch, program):
    with socket.socket() as nobody:  # it does not listen: what is sent there fails
        nobody.bind(("127.0.0.1", 0))
        for name in ("http_proxy", "https_proxy", "grpc_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{nobody.getsockname()[1]}")
        for name in ("no_proxy", "no_grpc_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GUIDEPOST_TOKEN", "secret")
        assert look_up(program, serve(token="secret"))[0] == console.EXIT_OK


@both
def test_says_how_to_be_let_in(serve, look_up, monkeypatch, program):
    monkeypatch.delenv("GUIDEPOST_TOKEN", raising=False)
    server = serve(token="secret")
    code, _, errors = look_up(program, server)
    assert code == console.EXIT_REFUSED
    assert "show a token with --token-file FILE or $GUIDEPOST_TOKEN" in errors
    monkeypatch.setenv("GUIDEPOST_TOKEN", "wrong")
    code, _, errors = look_up(program, server)
    assert code == console.EXIT_REFUSED
    assert "the token is unknown, expired or revoked" in errors


@both
def test_names_the_file_that_is_not_what_it_must_be(look_up, tmp_path, program):
    rubbish = tmp_path / "rubbish"
    rubbish.write_text("two words")
    code, _, errors = look_up(program, "127.0.0.1:1", "--token-file", str(rubbish))
    assert code == console.EXIT_USAGE
    assert "must hold a token, and nothing else" in errors
    code, _, errors = look_up(program, "127.0.0.1:1", "--ca", str(tmp_path / "absent"))
    assert code == console.EXIT_USAGE
    assert "absent" in errors
