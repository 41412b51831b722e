"""What the four programs share: options, exit codes, and how things look as text."""

import argparse
import json
import os
import re
import sys

import grpc

EXIT_OK = 0
EXIT_REFUSED = 1  # the server answered, and the answer is an error
EXIT_USAGE = 2  # argparse's own
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


class Refused(Exception):
    """The server said no, in an answer rather than by a gRPC error."""


class Unreachable(Exception):
    """No server accepted the connection in time."""

    def __init__(self, options):
        super().__init__(
            f"no server at {options.server} (waited {options.wait:g} s). "
            "Start one with './guidepost serve', or name another one with --server."
        )


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


def call_arguments(options):
    """The deadline and the metadata of one call, as keyword arguments for a stub's method."""
    metadata = (("guidepost-extended", "1"),) if options.extended else ()
    return {"timeout": options.timeout, "metadata": metadata}


def metadata_value(metadata, key):
    """The value of a key, or None: bytes if the key ends in ``-bin``, a string otherwise."""
    return next((value for name, value in metadata or () if name == key), None)


def run(client, options):
    """Runs a client and turns what goes wrong into one line and an exit code."""
    try:
        client(options)
        return EXIT_OK
    except Unreachable as unreachable:
        return _complain(unreachable, EXIT_UNREACHABLE)
    except Refused as refused:
        return _complain(refused, EXIT_REFUSED)
    except grpc.RpcError as error:
        # Both the blocking and the asyncio error carry a code and the server's words.
        code = EXIT_UNREACHABLE if error.code() is grpc.StatusCode.UNAVAILABLE else EXIT_REFUSED
        return _complain(f"{error.code().name}: {error.details()}", code)
    except KeyboardInterrupt:
        return 130


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
