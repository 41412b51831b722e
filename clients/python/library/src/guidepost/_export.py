"""Routes, features, notes, trips and fixes as tables."""

from __future__ import annotations

import dataclasses
import enum
import importlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Iterable, Iterator

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


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A point is two columns, and what has fields of its own (a feature with its distance) its columns."""
    if isinstance(value, enum.Enum):
        yield name, value.value
    elif type(value).__name__ == "Point":
        prefix = "" if name == "point" else f"{name}_"
        yield f"{prefix}latitude", value.latitude
        yield f"{prefix}longitude", value.longitude
    elif type(value).__name__ in ("Feature", "Route", "Note"):
        for inner in _fields(type(value)):
            yield from _flat(inner, getattr(value, inner))
    else:
        yield name, value


def _columns(entries: list[Any], kind: type | None) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    if not entries:
        return {name: [] for name in _fields(kind)} if kind is not None else {}
    for name in _fields(type(entries[0])):
        values = [getattr(each, name) for each in entries]
        if isinstance(values[0], (str, int, float)) and not isinstance(values[0], enum.Enum):
            columns[name] = values  # the common case: nothing to flatten
            continue
        for place, value in enumerate(values):
            for column, flat in _flat(name, value):
                columns.setdefault(column, [None] * len(entries))[place] = flat
    return columns


def to_pandas(entries: Iterable[Any], *, kind: type | None = None) -> "pandas.DataFrame":
    """A table with a column for each field: routes, features (also with their distances), notes, trips, fixes.

    ``kind`` names the columns of a table without rows.
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
