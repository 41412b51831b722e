"""What the four programs share: options, exit codes, and how things look as text."""

import argparse
import ipaddress
import json
import os
import re
import socket
import ssl
import sys

import grpc

EXIT_OK = 0
EXIT_REFUSED = 1  # the server answered, and the answer is an error
EXIT_USAGE = 2  # argparse's own too
EXIT_UNREACHABLE = 3  # no server at the address

# gRPC repeats a failed read by itself if it is told which calls may be repeated and when.
# Adding and posting are not in the list: whether to send those again is the caller's decision.
RETRY_READS = json.dumps(
    {
        "methodConfig": [
            {
                "name": [
                    {"service": "routetable.Router", "method": "GetRoute"},
                    {"service": "routeguide.RouteGuide", "method": "GetFeature"},
                ],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
)
CHANNEL_OPTIONS = [("grpc.service_config", RETRY_READS)]


_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # as RFC 6750 writes one


class Refused(Exception):
    """The server said no, in an answer rather than by a gRPC error."""


class Misused(Exception):
    """An option, or a file that it names, is not what it must be."""


class Unreachable(Exception):
    """No server accepted the connection in time."""

    def __init__(self, options):
        where = f"{options.server} (waited {options.wait:g} s)"
        super().__init__(
            f"no connection to {where}: {_why(options)}"
            if encrypts(options)
            else f"no server at {where} that speaks plaintext. Start one with './guidepost serve', "
            "name another one with --server, or try --tls."
        )


def _why(options):
    """What is wrong. grpcio does not say why a handshake failed, so it is tried once more."""
    host, port = _host_and_port(options.server)
    context = ssl.create_default_context(cafile=options.ca)
    context.set_alpn_protocols(["h2"])
    if options.cert:
        context.load_cert_chain(options.cert, options.key)
    try:
        with socket.create_connection((host, port), timeout=options.wait) as connection:
            with context.wrap_socket(
                connection, server_hostname=options.server_name or host
            ) as encrypted:
                # TLS 1.3 refuses a client's certificate only when the client reads.
                encrypted.settimeout(1)
                if not encrypted.recv(1):
                    return (
                        "it ends the connection after the handshake; "
                        + ("it may refuse" if options.cert else "it wants")
                        + " a certificate of this client (--cert FILE --key FILE)"
                    )
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not accepted: {error.verify_message.rstrip('.')}"
    except TimeoutError:
        return "it speaks TLS, but not gRPC"
    except ssl.SSLError as error:
        return _tls_error(error)
    except OSError as error:
        return str(error.strerror or error)
    return "it speaks TLS, but not gRPC"


def _tls_error(error):
    reason = error.reason or ""
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return "it speaks plaintext, not TLS; connect without --tls and its options"
    if "CERTIFICATE_REQUIRED" in reason:
        return "it wants a certificate of this client (--cert FILE --key FILE)"
    if "ALERT" in reason:
        return f"it refuses this client's certificate ({reason.lower().replace('_', ' ')})"
    return f"TLS failed ({reason or error})"


def parser(description):
    """The options that every client has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--server",
        metavar="HOST:PORT",
        type=_server,
        default=os.environ.get("GUIDEPOST_SERVER", "localhost:50051"),
        help="where the server listens (default: $GUIDEPOST_SERVER, or localhost:50051)",
    )
    parser.add_argument("--tls", action="store_true", help="encrypt; the next four do so too")
    parser.add_argument(
        "--ca",
        metavar="FILE",
        help="trust a server whose certificate these CAs signed (default: those of this machine)",
    )
    parser.add_argument("--cert", metavar="FILE", help="show this certificate")
    parser.add_argument("--key", metavar="FILE", help="its private key")
    parser.add_argument(
        "--server-name",
        metavar="NAME",
        help="the name in the server's certificate (default: the host of its address)",
    )
    parser.add_argument(
        "--token-file",
        metavar="FILE",
        help="show the token in this file (default: $GUIDEPOST_TOKEN, if set)",
    )
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_positive,
        default=5,
        help="how long to wait for the connection (default: 5)",
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_positive,
        default=60,
        help="deadline of each call (default: 60)",
    )
    parser.add_argument(
        "--extended",
        action="store_true",
        help="ask for the server's extended results (metadata guidepost-extended: 1)",
    )
    parser.add_argument(
        "--rows",
        metavar="N",
        type=int,
        default=20,
        help="print at most N rows of a list, count the others (default: 20)",
    )
    return parser


def encrypts(options):
    """True if the connection is to be encrypted."""
    return bool(options.tls or options.ca or options.cert or options.key or options.server_name)


def connect(options):
    """A channel whose calls block."""
    return _channel(options, grpc.insecure_channel, grpc.secure_channel)


def connect_async(options):
    """A channel whose calls are awaited."""
    return _channel(options, grpc.aio.insecure_channel, grpc.aio.secure_channel)


def _channel(options, plaintext, encrypted):
    if bool(options.cert) != bool(options.key):
        raise Misused("--cert and --key must be given together")
    is_local = _is_loopback(options.server)
    # A proxy for the outside would call its own machine, and be shown the token.
    settings = CHANNEL_OPTIONS + ([("grpc.enable_http_proxy", 0)] if is_local else [])
    if not encrypts(options):
        if _token(options) and not is_local:
            raise Misused(
                f"server {options.server}: a token must only be sent over TLS, or to this machine"
            )
        return plaintext(options.server, options=settings)
    credentials = grpc.ssl_channel_credentials(
        _bytes(options.ca), _bytes(options.key), _bytes(options.cert)
    )
    names = []
    if options.server_name:
        names = [
            ("grpc.ssl_target_name_override", options.server_name),
            ("grpc.default_authority", options.server_name),
        ]
    return encrypted(options.server, credentials, options=settings + names)


def _bytes(file):
    return None if file is None else _read(file)


def _read(file):
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except OSError as error:
        raise Misused(f"file {file!r}: {error.strerror}") from None


def _token(options):
    """What is shown with each call, or an empty string."""
    if options.token_file is None:
        return os.environ.get("GUIDEPOST_TOKEN", "").strip()
    token = _read(options.token_file).decode("ascii", "replace").strip()
    if not _TOKEN.fullmatch(token):
        raise Misused(f"file {options.token_file!r}: must hold a token, and nothing else")
    return token


def _host_and_port(server):
    host, _, port = server.rpartition(":")
    return host.strip("[]"), int(port)


def _is_loopback(server):
    host, _ = _host_and_port(server)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def call_arguments(options):
    """The deadline and the metadata of one call, as keyword arguments for a stub's method."""
    metadata = (("guidepost-extended", "1"),) if options.extended else ()
    token = _token(options)
    if token:
        metadata += (("authorization", f"Bearer {token}"),)
    return {"timeout": options.timeout, "metadata": metadata}


def metadata_value(metadata, key):
    """The value of a key, or None: bytes if the key ends in ``-bin``, a string otherwise."""
    return next((value for name, value in metadata or () if name == key), None)


def run(client, options):
    """Runs a client and turns what goes wrong into one line and an exit code."""
    try:
        client(options)
        return EXIT_OK
    except Misused as misused:
        return _complain(misused, EXIT_USAGE)
    except Unreachable as unreachable:
        return _complain(unreachable, EXIT_UNREACHABLE)
    except Refused as refused:
        return _complain(refused, EXIT_REFUSED)
    except grpc.RpcError as error:
        # Both the blocking and the asyncio error carry a code and the server's words.
        code = EXIT_UNREACHABLE if error.code() is grpc.StatusCode.UNAVAILABLE else EXIT_REFUSED
        return _complain(f"{error.code().name}: {error.details()}{_advice(error, options)}", code)
    except KeyboardInterrupt:
        return 130


def _advice(error, options):
    if error.code() is grpc.StatusCode.UNAUTHENTICATED:
        if _token(options):
            return "; the token is unknown, expired or revoked"
        return "; show a token with --token-file FILE or $GUIDEPOST_TOKEN"
    if error.code() is grpc.StatusCode.PERMISSION_DENIED:
        return "; ask the server's operator for a grant"
    return ""


def print_rows(rows, limit, noun):
    """Prints the first rows and the number of all of them, as they arrive."""
    count = 0
    for row in rows:
        print_row(row, count, limit)
        count += 1
    print(f"{count} {noun}")
    return count


def print_row(row, index, limit):
    if index < limit:
        print(f"  {row}")
    elif index == limit:
        print("  ...")


def route_text(route):
    """A route in one line: ``10.0.0.0/255.0.0.0 via 10.0.0.1 dev eth0 metric 1``."""
    text = f"{route.dest}/{route.mask}"
    if route.nh:
        text += f" via {route.nh}"
    if route.interface:
        text += f" dev {route.interface}"
    text += f" metric {route.metric}"
    if route.source:  # only with --extended
        text += f" (source {route.source}, distance {route.distance}, revision {route.revision})"
    return text


def point_text(point):
    """A point in degrees, latitude first; the wire has units of 1e-7 degrees."""
    return f"{point.latitude / 1e7:.7f},{point.longitude / 1e7:.7f}"


def feature_text(feature):
    return f"{point_text(feature.location)}  {feature.name or '(nothing here)'}"


def note_text(note):
    return f"{point_text(note.location)}  {note.message}"


def _complain(words, code):
    program = os.path.basename(sys.argv[0])
    print(f"{program}: {words}", file=sys.stderr)
    return code


def _server(text):
    if not re.fullmatch(r"(\[[0-9A-Fa-f:.%]+\]|[^:\s]+):\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"must be HOST:PORT or [IPV6]:PORT: {text!r}")
    return text


def _positive(text):
    seconds = float(text)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"must be more than 0 seconds: {text}")
    return seconds
