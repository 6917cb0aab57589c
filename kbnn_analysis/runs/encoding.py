"""Results as JSON and arrays, and back, exactly: no pickle, so a stored file can do nothing.

Every value is written with its kind. What cannot be kept exactly is refused when it is written,
not found out when it is read.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import kbnn_analysis.results
from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.results import Result

Arrays = dict[str, npt.NDArray[Any]]


def encode(value: Any, arrays: Arrays) -> Any:
    """Return a value as JSON can hold it; arrays are put aside in `arrays` under a name.

    Raises
    ------
    UsageError
        If the value is of a kind that cannot be kept exactly.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.generic):
        return {"$scalar": value.dtype.str, "value": encode(value.item(), arrays)}
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": repr(value)}
    for kind, (tag, write) in _WRITERS.items():
        if isinstance(value, kind):
            return {tag: write(value, arrays)}
    if is_dataclass(value) and type(value).__name__ in _records():
        names = [each.name for each in fields(value) if each.init]
        told = {name: encode(getattr(value, name), arrays) for name in names}
        return {"$record": type(value).__name__, "fields": told}
    raise UsageError(
        f"A stored result cannot hold a {type(value).__name__}; keep results, numbers and text."
    )


def decode(value: Any, arrays: Mapping[str, npt.NDArray[Any]]) -> Any:
    """Return the value that :func:`encode` wrote.

    Raises
    ------
    KeyError
        If the text was not written by :func:`encode`.
    """
    if not isinstance(value, dict):
        return value
    if "$record" in value:
        made = {name: decode(each, arrays) for name, each in value["fields"].items()}
        return _records()[value["$record"]](**made)
    if "$scalar" in value:
        return np.dtype(value["$scalar"]).type(decode(value["value"], arrays))
    (tag, content) = next(iter(value.items()))
    return _READERS[tag](content, arrays)


def _records() -> dict[str, type[Any]]:
    """Return the frozen dataclasses that live among the results: nothing else is ever built."""
    found: dict[str, type[Any]] = dict(Result.kinds)
    room = kbnn_analysis.results
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        for name, thing in vars(importlib.import_module(module.name)).items():
            if isinstance(thing, type) and is_dataclass(thing) and thing.__module__ == module.name:
                found[name] = thing
    return found


def _array(value: npt.NDArray[Any], arrays: Arrays) -> Any:
    if value.dtype == object:
        return {"shape": list(value.shape), "items": [encode(v, arrays) for v in value.ravel()]}
    name = str(len(arrays))
    arrays[name] = value
    return name


def _to_array(told: Any, arrays: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
    if isinstance(told, str):
        return arrays[told]
    flat = np.empty(len(told["items"]), dtype=object)
    flat[:] = [decode(item, arrays) for item in told["items"]]
    return flat.reshape(told["shape"])


def _series(value: pd.Series, arrays: Arrays) -> dict[str, Any]:
    if isinstance(value.dtype, pd.CategoricalDtype):
        kind: Any = {
            "categories": _series(value.cat.categories.to_series(), arrays),
            "ordered": bool(value.cat.ordered),
        }
        return {"dtype": kind, "values": _array(value.cat.codes.to_numpy(), arrays)}
    if isinstance(value.dtype, np.dtype) and value.dtype.kind in "biuf":
        return {"dtype": value.dtype.str, "values": _array(value.to_numpy(), arrays)}
    text = not isinstance(value.dtype, np.dtype)
    if text and not isinstance(value.dtype, pd.StringDtype):
        raise UsageError(f"A stored frame cannot hold a column of type {value.dtype}.")
    items = [None if text and pd.isna(item) else encode(item, arrays) for item in value]
    return {"dtype": "str" if text else "object", "values": items}


def _to_series(told: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> pd.Series:
    kind, values = told["dtype"], told["values"]
    if isinstance(kind, dict):
        categories = pd.Index(_to_series(kind["categories"], arrays))
        codes = _to_array(values, arrays)
        made: pd.Series = pd.Series(
            pd.Categorical.from_codes(codes, categories=categories, ordered=kind["ordered"])
        )
        return made
    if isinstance(values, str):
        return pd.Series(_to_array(values, arrays))
    items = [decode(item, arrays) for item in values]
    column: pd.Series = pd.Series(items, dtype=kind)
    return column


def _frame(value: pd.DataFrame, arrays: Arrays) -> dict[str, Any]:
    columns = {str(name): _series(value[name], arrays) for name in value.columns}
    return {"rows": len(value), "columns": columns}


def _to_frame(told: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> pd.DataFrame:
    columns = {name: _to_series(each, arrays) for name, each in told["columns"].items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(told["rows"]))


def _list(value: Any, arrays: Arrays) -> list[Any]:
    return [encode(item, arrays) for item in value]


def _to_list(told: list[Any], arrays: Mapping[str, npt.NDArray[Any]]) -> list[Any]:
    return [decode(item, arrays) for item in told]


def _pairs(value: Mapping[Any, Any], arrays: Arrays) -> list[Any]:
    return [[encode(key, arrays), encode(item, arrays)] for key, item in value.items()]


def _to_pairs(told: list[Any], arrays: Mapping[str, npt.NDArray[Any]]) -> dict[Any, Any]:
    return {decode(key, arrays): decode(item, arrays) for key, item in told}


# a Label is a tuple, so it comes first
_WRITERS: dict[type[Any], tuple[str, Callable[[Any, Arrays], Any]]] = {
    Label: ("$label", lambda value, _: list(value)),
    np.ndarray: ("$array", _array),
    pd.DataFrame: ("$frame", _frame),
    pd.Series: ("$series", _series),
    tuple: ("$tuple", _list),
    list: ("$list", _list),
    Mapping: ("$pairs", _pairs),
    frozenset: ("$frozenset", lambda value, arrays: _list(sorted(value), arrays)),
}
_READERS: dict[str, Callable[[Any, Mapping[str, npt.NDArray[Any]]], Any]] = {
    "$label": lambda told, _: Label(*told),
    "$float": lambda told, _: float(told),
    "$array": _to_array,
    "$frame": _to_frame,
    "$series": _to_series,
    "$tuple": lambda told, arrays: tuple(_to_list(told, arrays)),
    "$list": _to_list,
    "$pairs": _to_pairs,
    "$frozenset": lambda told, arrays: frozenset(_to_list(told, arrays)),
}
