"""The base of all results: a tidy frame that keeps its promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from kbnn_analysis.language import Label
from kbnn_analysis.results.vocabulary import VOCABULARY

Labels = Mapping[str, Mapping[str, Label]]


@dataclass(frozen=True, kw_only=True)
class Result:
    """A tidy frame of declared columns, with the sentence that says how it was made.

    Parameters
    ----------
    frame : DataFrame
        The `by` columns first (text, unique together), then columns of the vocabulary.
    by : tuple of str
        Names of the columns that key the rows.
    method : str
        One English sentence: estimator, interval, target, assumptions.
    labels : mapping
        Column -> value -> label in both languages, for what the `by` values are called.
    notes : mapping
        Facts about the method by name (target, interval, conf_level ...), for sentences in
        either language. Values are text, numbers, booleans or None.
    simulated : bool
        True where the answers were simulated; every form of the result then says so.

    Raises
    ------
    ValueError
        If the frame breaks the promise: this is a mistake of the caller's code, not of the user.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    method: str
    labels: Labels = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    simulated: bool = False

    required: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[dict[str, type[Result]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Result.kinds[cls.__name__] = cls

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())
        object.__setattr__(self, "by", tuple(self.by))
        check_frame(self.frame, self.by, self.required, type(self).__name__)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the frame, safe to change."""
        return self.frame.copy()

    def label(self, column: str, value: str) -> Label:
        """Return what `value` of a `by` column is called; its own text where nothing is known."""
        return self.labels.get(column, {}).get(value, Label.same(str(value)))


def check_frame(
    frame: pd.DataFrame, by: tuple[str, ...], required: tuple[str, ...], owner: str
) -> None:
    """Hold a result frame to its promise."""
    names = list(frame.columns)
    if names[: len(by)] != list(by):
        raise ValueError(f"{owner}: the frame must begin with {by}, it has {names}")
    rest = names[len(by) :]
    unknown = [name for name in rest if name not in VOCABULARY]
    if unknown:
        raise ValueError(f"{owner}: columns outside the vocabulary: {unknown}")
    missing = [name for name in required if name not in rest]
    if missing:
        raise ValueError(f"{owner}: missing columns {missing}")
    if len(set(names)) != len(names):
        raise ValueError(f"{owner}: repeated columns in {names}")
    if by and frame.duplicated(list(by)).any():
        raise ValueError(f"{owner}: {by} do not key the rows")
