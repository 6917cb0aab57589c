"""Values against a typed model: all that does not fit is told at once, with the likely meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.intake.strict_yaml import YamlDocument

Model = TypeVar("Model", bound=BaseModel)
PLAIN = (str, int, float, bool, type(None))
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]+)?")
_FLAGS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})


def check_values(
    model: type[Model],
    values: Mapping[str, Any],
    *,
    name: str,
    document: YamlDocument | None = None,
) -> Model:
    """Return `values` as a typed model, or tell everything that is wrong with them.

    Parameters
    ----------
    model : type
        Such as :class:`kbnn_analysis.runs.params.Params`.
    values : mapping
        What was given.
    name : str
        What messages call the place where it was given.
    document : YamlDocument, optional
        The file it was read from: values are then texts that become what the model says, and
        messages tell the line.

    Raises
    ------
    UsageError
        One line for each problem.

    Examples
    --------
    >>> from kbnn_analysis.runs.params import Params
    >>> check_values(Params, {"period": "2023-1", "min_n": 5, "sede": 3}, name="x.yaml")
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: x.yaml has 2 problems:
      `min_n`: should be greater than or equal to 10; got 5
      unknown parameter `sede`; did you mean `seed`?
    """
    inexact = dict(_not_plain(values)) if document is None else {}
    found = [(0, words) for words in inexact.values()]
    try:
        made = model.model_validate(dict(values), strict=None if document is None else False)
        if not found:
            return made
    except ValidationError as problems:
        wrong = problems.errors()
        found += [
            (document.line(problem["loc"]) if document else 0, _tell(problem, model))
            for problem in wrong
            if ".".join(map(str, problem["loc"])) not in inexact
            and not _told_of_a_part(problem, wrong)
        ]
    told = [f"line {line}: {words}" if line else words for line, words in sorted(found)]
    told = list(dict.fromkeys(told))
    if len(told) == 1:
        raise UsageError(f"{name}: {told[0]}") from None
    lines = "".join(f"\n  {line}" for line in told)
    raise UsageError(f"{name} has {len(told)} problems:{lines}") from None


def _told_of_a_part(problem: Any, wrong: Sequence[Any]) -> bool:
    """Return whether a list is too short only because what it held is wrong, which is told."""
    loc = problem["loc"]
    return problem["type"] == "too_short" and any(
        each["loc"] != loc and each["loc"][: len(loc)] == loc for each in wrong
    )


def plain_whole(value: object) -> object:
    """Return a value for a whole number; a text must be written as YAML 1.1 and 1.2 both read it.

    Raises
    ------
    ValueError
        If it is a text such as "1_000", "010", "+5" or "1e3".
    """
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("should be a whole number in plain digits, such as 2023")
    return value


def plain_number(value: object) -> object:
    """Return a value for a number; a text must be plain digits, and no more than are kept.

    Raises
    ------
    ValueError
        If it is a text such as "9e-1", "0.9_5" or "nan", or has digits that a float drops.
    """
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value):
        raise ValueError("should be a finite number in plain digits, such as 0.95")
    if Decimal(value) != Decimal(repr(float(value))):
        raise ValueError("has more digits than a number keeps; write fewer")
    return value


def plain_flag(value: object) -> object:
    """Return a value for yes or no; a text must be ``true`` or ``false``.

    Raises
    ------
    ValueError
        If it is a text such as "no", "on" or "y", which YAML 1.1 and 1.2 read differently.
    """
    if isinstance(value, str) and value not in _FLAGS:
        raise ValueError("should be true or false")
    return value


def _not_plain(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Tell, place by place, what neither YAML nor a notebook's text can hold exactly.

    A NumPy scalar, a Decimal or a date is written as some text and read back as another value;
    a tuple or a set loses its kind, a set its order too.
    """
    if type(value) in PLAIN or isinstance(value, BaseModel):
        return
    if isinstance(value, Mapping):
        for key, each in value.items():
            told = f"{place}.{key}".lstrip(".") if isinstance(key, str) else place
            yield from _not_plain(each, told)
    elif type(value) is list:
        for number, each in enumerate(value):
            yield from _not_plain(each, f"{place}.{number}")
    else:
        kind = type(value).__name__
        shown = place if place.isprintable() else ascii(place)[1:-1]
        yield (
            place,
            f"`{shown[:60]}`: a value of type {kind} cannot be kept exactly in YAML or in a "
            f"notebook; give plain text, a number, true or false, a list or a dict",
        )


def _tell(problem: Any, model: type[BaseModel]) -> str:
    """Return one problem in words: the name, what is allowed, what came."""
    path = [str(part) for part in problem["loc"] if part != "[key]"]
    name = ascii(".".join(path))[1:-1] if not ".".join(path).isprintable() else ".".join(path)
    if problem["type"] == "extra_forbidden":
        likely = nearest(path[-1], _names_beside(model, path), most=1)
        hint = f"; did you mean `{likely[0]}`?" if likely else "; leave it out."
        return f"unknown parameter `{name[:60]}`{hint}"
    if problem["type"] == "missing":
        return f"`{name}` is missing; add it."
    if problem["input"] is None and problem["type"].endswith("_type"):
        return f"`{name}` is empty; fill it in."
    told = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    came = _short(problem["input"])
    quotes = problem["type"] == "string_type"
    hint = "; write it in quotes" if quotes else ""
    return f"`{name}`: {told}" + ("" if came in told else f"; got {came}{hint}")


def _names_beside(model: type[BaseModel], path: list[str]) -> list[str]:
    for part in path[:-1]:
        kind = model.model_fields[part].annotation if part in model.model_fields else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return []
        model = kind
    return list(model.model_fields)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
