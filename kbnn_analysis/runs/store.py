"""The run's store: notebooks hand results on through files in the run's working folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from kbnn_analysis.errors import RunError, UsageError
from kbnn_analysis.results import Result
from kbnn_analysis.runs.encoding import Arrays, decode, encode
from kbnn_analysis.runs.files import draft_folder

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def check_name(name: str) -> str:
    """Return `name` if it may name a result, a table or a figure.

    Raises
    ------
    UsageError
        If it is not lower-case letters, digits, hyphens and underscores.

    Examples
    --------
    >>> check_name("provinces-top-box")
    'provinces-top-box'
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"Name results with lower-case letters, digits, - and _, such as 'top-box'; "
            f"got {name!r}."
        )
    return name


class Store:
    """Results by name, each a folder with one JSON file and its arrays.

    Parameters
    ----------
    folder : Path
        Where results are kept; made when the first one is saved.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, name: str, result: Result) -> None:
        """Keep a result under a name; one of the same name is replaced.

        Raises
        ------
        UsageError
            If the name is not allowed, or `result` is no :class:`Result`.
        """
        check_name(name)
        if not isinstance(result, Result):
            raise UsageError(f"Only results can be saved; {name!r} is a {type(result).__name__}.")
        arrays: Arrays = {}
        told = encode(result, arrays)
        with draft_folder(self.folder / name) as draft:
            for key, array in arrays.items():
                np.save(draft / f"{key}.npy", array, allow_pickle=False)
            text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            (draft / "result.json").write_text(text, encoding="utf-8")

    def load(self, name: str, producers: Callable[[], Mapping[str, str]] = dict) -> Result:
        """Return the result kept under a name, equal to what was saved.

        Parameters
        ----------
        name : str
            The name it was saved under.
        producers : callable, optional
            Tells for the message which notebook makes which result.

        Raises
        ------
        UsageError
            If there is none; the message names the notebook that makes it.
        RunError
            If its files are damaged.
        """
        folder = self.folder / check_name(name)
        if not folder.is_dir():
            raise UsageError(self._absent(name, producers()))
        try:
            arrays = {path.stem: np.load(path, allow_pickle=False) for path in folder.glob("*.npy")}
            told = json.loads((folder / "result.json").read_text(encoding="utf-8"))
            result = decode(told, arrays)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise RunError(
                f"The stored result {name!r} is damaged ({type(problem).__name__}); "
                f"run its notebook again."
            ) from None
        if not isinstance(result, Result):
            raise RunError(f"The stored result {name!r} holds no result; run its notebook again.")
        return result

    def names(self) -> tuple[str, ...]:
        """Return the names of the results that are kept."""
        return tuple(sorted(path.parent.name for path in self.folder.glob("*/result.json")))

    def _absent(self, name: str, producers: Mapping[str, str]) -> str:
        if name in producers:
            return f"There is no result {name!r} yet; run the notebook {producers[name]} first."
        there = ", ".join(self.names()) or "none"
        return f"There is no result {name!r}, and no notebook makes it; saved are: {there}."
