"""Addresses and prefixes as people and programs have them, and as the server takes them."""

from __future__ import annotations

import ipaddress
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterable, Sequence, Union

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Address = Union[str, bytes, ipaddress.IPv4Address, ipaddress.IPv6Address]
"""One address: text, 4 or 16 bytes in network byte order, or one of ``ipaddress``."""

Prefix = Union[
    str,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
]
"""A prefix, or an address as one: text, or one of ``ipaddress``."""

Addresses = Union[Iterable[Address], bytes, "NDArray[Any]"]
"""Many addresses: any iterable of them, packed bytes with a ``family``, or a numpy array."""

_MAPPED = b"\0" * 10 + b"\xff\xff"
_UINT32_MAX = 0xFFFFFFFF


def parse(address: Address) -> bytes:
    """The 4 or 16 bytes of an address; an IPv4-mapped IPv6 one is its IPv4 address."""
    packed = _packed(address)
    return packed[12:] if len(packed) == 16 and packed.startswith(_MAPPED) else packed


def _packed(address: Any) -> bytes:
    if isinstance(address, str):
        try:
            return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
        except OSError:
            raise ValueError(f'address "{address[:100]}": must be an IPv4 or IPv6 address') from None
        except ValueError:  # a null character
            raise ValueError("address: must have no null character") from None
    if isinstance(address, (bytes, bytearray)):
        if len(address) not in (4, 16):
            raise ValueError(f"address of {len(address)} bytes: must have 4 or 16")
        return bytes(address)
    if isinstance(address, ipaddress.IPv4Address):
        return address.packed
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            raise ValueError(f'address "{address}": must have no zone')
        return address.packed
    if _is_missing(address):
        raise TypeError("missing value: must be str, bytes, IPv4Address or IPv6Address")
    raise TypeError(
        f"address of type {type(address).__name__}: must be str, bytes, IPv4Address or IPv6Address"
    )


def _is_missing(value: Any) -> bool:
    """None, NaN, and the NA of pandas."""
    is_nan = isinstance(value, float) and value != value
    return value is None or is_nan or type(value).__name__ == "NAType"


def prefix_text(name: str, prefix: Prefix) -> str:
    """The text of a prefix; a TypeError names what was given instead."""
    if isinstance(prefix, str):
        return prefix
    if isinstance(prefix, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return str(prefix)
    if isinstance(prefix, (ipaddress.IPv4Address, ipaddress.IPv6Address)):
        return str(prefix)
    raise TypeError(f"{name} of type {type(prefix).__name__}: must be str or one of ipaddress")


def destination_text(destination: Address | Prefix) -> str:
    """The text of an address or prefix to look up."""
    if isinstance(destination, (bytes, bytearray)):
        packed = _packed(destination)
        return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
    return prefix_text("destination", destination)


def split_prefix(prefix: str) -> tuple[int, int, int]:
    """Family (4 or 6), network and length of a prefix as the server writes it."""
    address, _, length = prefix.partition("/")
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    bits = len(packed) * 8
    return (4 if bits == 32 else 6), int.from_bytes(packed, "big"), int(length) if length else bits


@dataclass(frozen=True, slots=True)
class Packed:
    """Addresses as LookupBatch takes them.

    ``places`` says where each answer belongs, those for IPv4 first; None: they are in order.
    """

    ipv4: bytes
    ipv6: bytes
    places: Sequence[int] | None

    def __len__(self) -> int:
        return len(self.ipv4) // 4 + len(self.ipv6) // 16


def pack(addresses: Any, family: int | None = None) -> Packed:
    """Many addresses, packed.

    An array takes no Python loop. Raises TypeError or ValueError, which name what is wrong and, in
    a sequence, where.
    """
    if family not in (None, 4, 6):
        raise ValueError(f"family {family!r}: must be 4 or 6")
    if isinstance(addresses, str):
        raise TypeError("addresses: must be many; one goes into a list, or to lookup()")
    if isinstance(addresses, (bytes, bytearray, memoryview)):
        return _pack_bytes(bytes(addresses), family)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if not isinstance(addresses, numpy.ndarray) and hasattr(addresses, "to_numpy"):
            # pandas, polars, pyarrow, the last of which has to be told that it may copy
            arrow = type(addresses).__module__.partition(".")[0] == "pyarrow"
            addresses = addresses.to_numpy(**({"zero_copy_only": False} if arrow else {}))
        if isinstance(addresses, numpy.ndarray):
            return _pack_array(addresses, family, numpy)
    return _pack_each(addresses, family)


def _pack_bytes(packed: bytes, family: int | None) -> Packed:
    if family is None:
        raise ValueError("addresses in bytes: family must be given, 4 or 6")
    size = 4 if family == 4 else 16
    if len(packed) % size:
        raise ValueError(f"{len(packed)} bytes of addresses: must be a multiple of {size}")
    return Packed(packed, b"", None) if family == 4 else Packed(b"", packed, None)


def _pack_each(addresses: Iterable[Any], family: int | None) -> Packed:
    ipv4, ipv6 = bytearray(), bytearray()
    places4: list[int] = []
    places6: list[int] = []
    for index, address in enumerate(addresses):
        try:
            packed = _packed(address)
        except (TypeError, ValueError) as wrong:
            raise type(wrong)(f"addresses[{index}]: {wrong}") from None
        if family is not None and len(packed) != (4 if family == 4 else 16):
            raise ValueError(f"addresses[{index}]: must be of family {family}")
        if len(packed) == 4:
            ipv4 += packed
            places4.append(index)
        else:
            ipv6 += packed
            places6.append(index)
    mixed = bool(places4) and bool(places6)
    return Packed(bytes(ipv4), bytes(ipv6), places4 + places6 if mixed else None)


_SHAPES = (
    "must be integers of shape (n,) for IPv4, uint8 of shape (n, 4) or (n, 16) in network byte "
    "order, or uint64 of shape (n, 2) for IPv6 as high and low half"
)


def _pack_array(array: "NDArray[Any]", family: int | None, numpy: Any) -> Packed:
    if isinstance(array, numpy.ma.MaskedArray) and numpy.ma.is_masked(array):
        raise ValueError("array of addresses: must have no masked elements")
    kind, shape = array.dtype.kind, array.shape
    wrong = f"array of {array.dtype} of shape {shape}: {_SHAPES}"
    if kind in "OUS" and array.ndim == 1:
        return _pack_each(_texts(array, kind), family)
    if kind == "f" and array.ndim == 1 and not array.size:
        return Packed(b"", b"", None)  # what numpy makes of an empty list
    if kind == "f" and array.ndim == 1 and numpy.isnan(array).any():
        raise ValueError(f"array of {array.dtype}: must have no missing values")
    if kind not in "ui":
        raise TypeError(wrong)
    packed: Packed
    if array.ndim == 1 and array.dtype.itemsize > 1:
        packed = Packed(_ipv4_of(array), b"", None)
    elif array.ndim == 2 and array.dtype == numpy.uint8 and shape[1] == 4:
        packed = Packed(array.tobytes(), b"", None)
    elif array.ndim == 2 and array.dtype == numpy.uint8 and shape[1] == 16:
        packed = Packed(b"", array.tobytes(), None)
    elif array.ndim == 2 and kind == "u" and array.dtype.itemsize == 8 and shape[1] == 2:
        packed = Packed(b"", array.astype(">u8", copy=False).tobytes(), None)
    else:
        raise TypeError(wrong)
    if family is not None and len(packed) and bool(packed.ipv4) != (family == 4):
        raise ValueError(f"array of {array.dtype} of shape {shape}: must be of family {family}")
    return packed


def _texts(array: "NDArray[Any]", kind: str) -> Iterable[Any]:
    return (text.decode("latin-1") for text in array.tolist()) if kind == "S" else array.tolist()


def _ipv4_of(array: "NDArray[Any]") -> bytes:
    if (array.dtype.kind, array.dtype.itemsize) != ("u", 4) and array.size:
        low, high = int(array.min()), int(array.max())
        if low < 0 or high > _UINT32_MAX:
            raise ValueError(f"array of IPv4 addresses: must be 0..{_UINT32_MAX}; is {low}..{high}")
    return array.astype(">u4", copy=False).tobytes()


def array_of(packed: Packed) -> "tuple[NDArray[np.uint32], NDArray[np.uint64]]":
    """The same as arrays: IPv4 as numbers, IPv6 as halves of shape (n, 2)."""
    import numpy

    ipv4 = numpy.frombuffer(packed.ipv4, ">u4").astype(numpy.uint32)
    ipv6 = numpy.frombuffer(packed.ipv6, ">u8").astype(numpy.uint64).reshape(-1, 2)
    return ipv4, ipv6
