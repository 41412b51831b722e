"""Routes, features, notes, trips and fixes as tables."""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
import typing
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Iterable, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas
    from numpy.typing import NDArray


def needed(module: str) -> Any:
    """An optional library; where it is absent, an ImportError that says what to type."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError(f"needs {module}: pip install {module}") from None


def _fields(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [each.name for each in dataclasses.fields(kind)]
    names: tuple[str, ...] | None = getattr(kind, "_fields", None)
    if names is None:
        raise TypeError(f"entry of type {kind.__name__}: must be one of guidepost's")
    return list(names)


_INNER = frozenset({"Point", "Feature", "Route", "Note"})
"""Types whose fields are columns of whatever has one."""

_SUBJECTS = frozenset({"point", "feature", "route", "note"})
"""Fields that an entry is about: their columns need no more of a name."""


class _Column(NamedTuple):
    """A column, and the way to its value: a field, a field of that, and so on."""

    name: str
    path: tuple[str, ...]
    is_enum: bool

    def values(self, entries: list[Any]) -> list[Any]:
        values = entries
        for field in self.path:
            values = [None if each is None else getattr(each, field) for each in values]
        return [each and each.value for each in values] if self.is_enum else values


@functools.cache
def _columns_of(kind: type) -> tuple[_Column, ...]:
    """The columns of a type of entries, the same whatever its entries hold.

    A point is two columns, and what has fields of its own (a feature with its distance) its
    columns, with the name of the field before them where this type has such a column itself, or two
    of that type: ``before_metric``, ``after_metric``.
    """
    names, hints = _fields(kind), typing.get_type_hints(kind)
    columns: list[_Column] = []
    for name in names:
        types = [each for each in (typing.get_args(hints[name]) or (hints[name],)) if isinstance(each, type)]
        inner = next((each for each in types if each.__name__ in _INNER), None)
        if inner is None or typing.get_origin(hints[name]) is tuple:
            columns.append(_Column(name, (name,), any(issubclass(each, enum.Enum) for each in types)))
            continue
        for column in _columns_of(inner):
            is_plain = name in _SUBJECTS and column.name not in names
            full = column.name if is_plain else f"{name}_{column.name}"
            columns.append(_Column(full, (name, *column.path), column.is_enum))
    return tuple(columns)


def _columns(entries: list[Any], kind: type | None) -> dict[str, list[Any]]:
    kind = type(entries[0]) if entries else kind
    if kind is None:
        return {}
    return {column.name: column.values(entries) for column in _columns_of(kind)}


def to_pandas(entries: Iterable[Any], *, kind: type | None = None) -> "pandas.DataFrame":
    """A table with a column for each field: routes, features, notes, trips, fixes, and what has these in it.

    Those are features with their distances, changes, events, and differences, whose columns are
    ``before_prefix``, ``after_prefix`` and so on. Where both have a field, the route's, feature's or
    note's is ``route_kind``, ``note_revision``. ``kind`` names the columns of a table without rows.
    """
    pandas = needed("pandas")
    table: Any = pandas.DataFrame(_columns(list(entries), kind))
    return table


def records(entries: Iterable[Any]) -> "NDArray[np.void]":
    """The same as a numpy structured array; tags are joined by blanks, times are UTC, none is NaT."""
    numpy = needed("numpy")
    columns = {name: _array(values, numpy) for name, values in _columns(list(entries), None).items()}
    length = len(next(iter(columns.values()), ()))
    table: NDArray[np.void] = numpy.empty(length, [(name, values.dtype) for name, values in columns.items()])
    for name, values in columns.items():
        table[name] = values
    return table


def _utc(when: datetime) -> datetime:
    return (when if when.tzinfo is None else when.astimezone(timezone.utc)).replace(tzinfo=None)


def _array(values: list[Any], numpy: Any) -> Any:
    known = next((each for each in values if each is not None), None)
    if isinstance(known, tuple):
        return numpy.array([" ".join(map(str, each)) for each in values])
    if isinstance(known, datetime):
        naive = [each and _utc(each) for each in values]
        return numpy.array(naive, "datetime64[ms]")
    if known is None:
        return numpy.full(len(values), "NaT", "datetime64[ms]")
    if isinstance(known, str):
        return numpy.array([each or "" for each in values])
    if isinstance(known, bool):
        return numpy.array(values)
    if isinstance(known, int) and None not in values:
        return numpy.array(values, numpy.int64)
    if isinstance(known, (int, float)):
        return numpy.array([numpy.nan if each is None else each for each in values], numpy.float64)
    return numpy.array(values, object)
