"""Values as YAML that every reader understands alike: 1.1, 1.2 and our strict one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/-]*(?:\.[A-Za-z][A-Za-z0-9_-]*)*")
TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # YAML 1.1

Plain = str | float | bool | None


def scalar(value: Plain) -> str:
    """Return a value as YAML; text in quotes wherever a reader could take it for something else.

    Examples
    --------
    >>> [scalar(each) for each in ("office", "no", "01", "Hà Nội", 1e-5, True, None)]
    ['office', '"no"', '"01"', '"Hà Nội"', '0.00001', 'true', 'null']
    """
    if isinstance(value, str):
        quoted = not PLAIN.fullmatch(value) or value.lower() in TAKEN
        return json.dumps(value, ensure_ascii=False) if quoted else value
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return json.dumps(value)


def block(name: str, value: object) -> Iterator[str]:
    """Give the lines of ``name: value``; a mapping, or a sequence of mappings, below its name.

    Parameters
    ----------
    name : str
        The key.
    value : str, number, bool, None, mapping or sequence
        Plain values, as pydantic dumps them.
    """
    key = scalar(name)
    if isinstance(value, Mapping) and value:
        yield f"{key}:"
        for each, inner in value.items():
            yield from (f"  {line}" for line in block(str(each), inner))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from _sequence(key, value)
    elif isinstance(value, Mapping):
        yield f"{key}: {{}}"
    elif value is None or isinstance(value, str | int | float):
        yield f"{key}: {scalar(value)}"


def _sequence(key: str, values: Sequence[object]) -> Iterator[str]:
    if not any(isinstance(value, Mapping) for value in values):
        told = (scalar(each) for each in values if isinstance(each, str | int | float))
        yield f"{key}: [{', '.join(told)}]"
        return
    yield f"{key}:"
    for value in values:
        if isinstance(value, Mapping):
            inner = [line for name, each in value.items() for line in block(str(name), each)]
            yield from (f"  {'- ' if not at else '  '}{line}" for at, line in enumerate(inner))
