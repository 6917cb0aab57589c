"""Values against a typed model: all that does not fit is told at once, with the likely meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.intake.strict_yaml import YamlDocument

Model = TypeVar("Model", bound=BaseModel)


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
    try:
        return model.model_validate(dict(values), strict=None if document is None else False)
    except ValidationError as problems:
        found = [
            (document.line(problem["loc"]) if document else 0, _tell(problem, model))
            for problem in problems.errors()
        ]
    told = [f"line {line}: {words}" if line else words for line, words in sorted(found)]
    told = list(dict.fromkeys(told))
    if len(told) == 1:
        raise UsageError(f"{name}: {told[0]}") from None
    lines = "".join(f"\n  {line}" for line in told)
    raise UsageError(f"{name} has {len(told)} problems:{lines}") from None


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
    told = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    came = _short(problem["input"])
    quotes = problem["type"] == "string_type" and problem["input"] is not None
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
