"""What can be looked up, and what is said of what cannot."""

from __future__ import annotations

import ipaddress
from typing import Any

import numpy as np
import pandas
import pyarrow as arrow
import pytest

from guidepost._addresses import pack, parse

ONE = bytes([192, 0, 2, 1])
TWO = bytes([10, 1, 2, 3])
SIX = ipaddress.ip_address("2001:db8::1").packed
NUMBERS = [int.from_bytes(each, "big") for each in (ONE, TWO)]


@pytest.mark.parametrize(
    "addresses",
    [
        ["192.0.2.1", "10.1.2.3"],
        [ipaddress.ip_address("192.0.2.1"), TWO],
        (each for each in ("192.0.2.1", "10.1.2.3")),
        np.array(NUMBERS, np.uint32),
        np.array(NUMBERS, ">u4"),
        np.array(NUMBERS, np.int64),
        np.array(NUMBERS, np.uint64),
        np.array([list(ONE), list(TWO)], np.uint8),
        np.array(["192.0.2.1", "10.1.2.3"]),
        np.array([b"192.0.2.1", b"10.1.2.3"]),
        np.array(["192.0.2.1", ipaddress.ip_address("10.1.2.3")], object),
        np.array([NUMBERS[0], 7, NUMBERS[1], 7], np.uint32)[::2],
        np.array([list(ONE), list(TWO)], np.uint8, order="F"),
        pandas.Series(NUMBERS),
        pandas.Series(["192.0.2.1", "10.1.2.3"]),
        pandas.Index(NUMBERS),
    ],
    ids=lambda each: f"{type(each).__name__} {getattr(each, 'dtype', '')}",
)
def test_takes_ipv4_in_every_form(addresses: Any) -> None:
    packed = pack(addresses)
    assert (packed.ipv4, packed.ipv6, packed.places) == (ONE + TWO, b"", None)


@pytest.mark.parametrize(
    "addresses",
    [
        ["2001:db8::1"],
        [SIX],
        np.frombuffer(SIX, np.uint8).reshape(1, 16),
        np.array([[0x20010DB800000000, 1]], np.uint64),
        np.array([[0x20010DB800000000, 1]], ">u8"),
    ],
)
def test_takes_ipv6_in_every_form(addresses: Any) -> None:
    assert (pack(addresses).ipv4, pack(addresses).ipv6) == (b"", SIX)


def test_takes_packed_bytes_with_their_family() -> None:
    assert pack(ONE + TWO, 4).ipv4 == ONE + TWO
    assert pack(memoryview(SIX), 6).ipv6 == SIX
    with pytest.raises(ValueError, match="family must be given, 4 or 6"):
        pack(ONE + TWO)
    with pytest.raises(ValueError, match="5 bytes of addresses: must be a multiple of 4"):
        pack(b"12345", 4)
    with pytest.raises(ValueError, match="family 5: must be 4 or 6"):
        pack(ONE, 5)


def test_keeps_the_order_of_mixed_families() -> None:
    packed = pack(["2001:db8::1", "192.0.2.1", "2001:db8::1", "10.1.2.3"])
    assert list(packed.places or ()) == [1, 3, 0, 2]


@pytest.mark.parametrize(
    "empty", [[], np.empty(0, np.uint32), np.empty((0, 4), np.uint8), np.empty((0, 2), np.uint64), np.array([])]
)
def test_takes_nothing(empty: Any) -> None:
    assert len(pack(empty)) == 0


@pytest.mark.parametrize(
    "wrong, says",
    [
        (["192.0.2.1", "192.0.2"], r'addresses\[1\]: address "192.0.2": must be an IPv4 or IPv6'),
        (["01.2.3.4"], "must be an IPv4 or IPv6 address"),
        (["fe80::1%eth0"], "must be an IPv4 or IPv6 address"),
        ([ipaddress.ip_address("fe80::1%eth0")], "must have no zone"),
        (["192.0.2.1/32"], "must be an IPv4 or IPv6 address"),
        (["a\0b"], "must be an IPv4 or IPv6 address|null character"),
        ([b"123"], "address of 3 bytes: must have 4 or 16"),
        (np.array([-1, 2]), r"must be 0\.\.4294967295; is -1\.\.2"),
        (np.array([2**32]), r"must be 0\.\.4294967295"),
        (np.ma.masked_array([1, 2], [0, 1]), "must have no masked elements"),
        (np.array([1, np.nan]), "array of float64: must have no missing values"),
    ],
)
def test_names_the_value_that_is_no_address(wrong: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        pack(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "192.0.2.1",
        [3],
        [None],
        np.array([1.5]),
        np.array([True]),
        np.array(5, np.uint32),
        np.array([1, 2], np.uint8),
        np.zeros((2, 5), np.uint8),
        np.zeros((2, 2), np.int64),
        np.zeros((2, 2, 4), np.uint8),
        np.array(["2024-01-01"], "datetime64[D]"),
    ],
    ids=repr,
)
def test_refuses_what_is_no_list_of_addresses_by_its_type(wrong: Any) -> None:
    with pytest.raises(TypeError, match="must be"):
        pack(wrong)


@pytest.mark.parametrize("missing", [None, float("nan"), pandas.NA])
def test_says_where_a_value_is_missing(missing: Any) -> None:
    series = pandas.Series(["192.0.2.1", missing], dtype=object)
    for given in (series, ["192.0.2.1", missing]):
        with pytest.raises(TypeError, match=r"addresses\[1\]: missing value: must be str, bytes"):
            pack(given)


def test_takes_arrays_of_arrow() -> None:
    number = int.from_bytes(ONE, "big")
    for given in (
        arrow.array([number], arrow.uint32()),
        arrow.chunked_array([[number]], arrow.uint32()),
        arrow.array(["192.0.2.1"]),
        arrow.array([ONE], arrow.binary(4)),
    ):
        assert pack(given).ipv4 == ONE
    for missing in (arrow.array([number, None], arrow.uint32()), arrow.array(["192.0.2.1", None])):
        with pytest.raises((TypeError, ValueError), match="missing"):
            pack(missing)


def test_one_mapped_address_is_its_ipv4_address() -> None:
    assert parse("::ffff:192.0.2.1") == ONE
