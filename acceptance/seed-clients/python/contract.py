"""Finds the stubs that a client of a service name has, and checks what such a client would see."""

import importlib
import pathlib
import sys

from google.protobuf import unknown_fields

GENERATED = pathlib.Path(__file__).resolve().parent.parent / ".gen"


def stubs(service, contract):
    """The messages and the stubs that were generated for this full name, and for no other."""
    directory = GENERATED / service
    if not directory.is_dir():
        raise SystemExit(f"no stubs for {service}: run {GENERATED.parent / 'generate.sh'}")
    sys.path.insert(0, str(directory))
    return (
        importlib.import_module(f"{contract}_pb2"),
        importlib.import_module(f"{contract}_pb2_grpc"),
    )


def check(condition, words):
    if not condition:
        raise SystemExit(f"failed: {words}")


def check_equal(actual, expected, what):
    check(actual == expected, f"{what}: {actual!r} instead of {expected!r}")


def check_nothing_unknown(message):
    """No field that the contract does not have: many clients print those."""
    count = len(unknown_fields.UnknownFieldSet(message))
    check(count == 0, f"{count} unknown fields in {message!r}")
