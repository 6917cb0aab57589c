"""What each parameter means, read from the docstring of its model: told in one place only."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from pydantic import BaseModel

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^(\S[^\n:]*?) *:[^\n]*\n((?: +[^\n]*\n?|\n)*)", re.MULTILINE)


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return name -> meaning of the parameters of a model, in the order of the model.

    Parameters
    ----------
    model : type of BaseModel
        With a numpydoc section ``Parameters``; what it inherits is described by its bases.

    Examples
    --------
    >>> from kbnn_analysis.runs.params import SimulateParams
    >>> descriptions(SimulateParams)["scale"]
    'Size relative to a full period.'
    """
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel):
            found |= _described(base.__dict__.get("__doc__") or "")
    return {name: found[name] for name in model.model_fields if name in found}


def _described(docstring: str) -> dict[str, str]:
    section = _SECTION.search(inspect.cleandoc(docstring) + "\n")
    return dict(_entries(section[1])) if section else {}


def _entries(section: str) -> Iterator[tuple[str, str]]:
    for names, text in _ENTRY.findall(section):
        for name in names.split(", "):
            yield name, " ".join(text.replace("`", "").split())
