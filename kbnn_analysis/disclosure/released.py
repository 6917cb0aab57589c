"""What an outsider reads: the rows of released tables, and which answers each measure counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

Key = tuple[str, ...]
Dims = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """What a measure asks of an item: how much each answer counts.

    Parameters
    ----------
    item : str
        The question; measures of one item speak of the same answers.
    weights : mapping
        Code of every answer -> its part in the numerator (0 or 1 for a share, the score for a
        mean).
    is_share : bool
        Share or mean.
    """

    item: str
    weights: Mapping[int, float]
    is_share: bool = True


@dataclass(frozen=True)
class Released:
    """One released row.

    Parameters
    ----------
    key : tuple of str
        The `by` values: what :attr:`Rules.withheld` names.
    period : str
    dims : tuple of (column, value)
        The group, without period and measure.
    question : Question
    n : float
        As printed; NaN where hidden.
    display : str
        The value as printed: "97%", "4.2", "≥ 95%"; empty where hidden.
    conf : tuple of float
        The interval as printed.
    count : float
        Answers that meet a share, as printed.
    reason : str
        Why the row is hidden; empty where it is shown.
    guarded : str
        The sign of the bound that a row would show if it were not hidden to protect another.
    """

    key: Key
    period: str
    dims: Dims
    question: Question
    n: float
    display: str
    conf: tuple[float, float]
    count: float = float("nan")
    reason: str = ""
    guarded: str = ""

    @property
    def bound(self) -> str:
        """Return the sign of a bound; empty where the row shows a number or nothing."""
        return self.display[:1] if self.display[:1] in {"≥", "≤"} else ""

    @property
    def value(self) -> float:
        """Return the number that is printed; NaN where there is none."""
        text = self.display.removeprefix(self.bound).strip()
        if not text:
            return float("nan")
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)

    @property
    def half_step(self) -> float:
        """Return half of the last printed decimal."""
        decimals = len(self.display.rstrip("%").partition(".")[2])
        return float(0.5 * 10.0 ** -(decimals + 2 * self.display.endswith("%")))


def released_rows(
    frame: pd.DataFrame, by: Sequence[str], questions: Mapping[str, Question]
) -> list[Released]:
    """Return the rows of a disclosed table; rows of measures without a question are left out.

    A measure named ``m[channel=online]`` is the measure ``m`` of that group.
    """
    found = []
    for row in frame.to_dict(orient="records"):
        name, _, within = str(row.get("measure", "")).rstrip("]").partition("[")
        if name not in questions:
            continue
        groups = [
            (column, str(row[column])) for column in by if column not in {"period", "measure"}
        ]
        groups += [tuple(each.split("=", 1)) for each in within.split(",") if each]  # type: ignore[misc]
        hidden = str(row.get("suppressed")) == "True"
        found.append(
            Released(
                key=key_of(by, [str(row[column]) for column in by]),
                period=str(row["period"]),
                dims=tuple(sorted(groups)),
                question=questions[name],
                n=float("nan") if hidden else _number(row.get("n")),
                display="" if hidden else _text(row.get("display")),
                conf=(_number(row.get("conf_low")), _number(row.get("conf_high"))),
                count=float("nan") if hidden else _number(row.get("count")),
                reason=_text(row.get("suppressed_reason")) or ("hidden" if hidden else ""),
            )
        )
    return found


def key_of(by: Sequence[str], values: Sequence[str]) -> Key:
    """Return what names a row: its `by` values, groups with the name of their column.

    Examples
    --------
    >>> key_of(["period", "measure", "unit"], ["2023-1", "m", "19"])
    ('2023-1', 'm', 'unit=19')
    """
    plain = {"period", "measure"}
    return tuple(
        value if column in plain else f"{column}={value}"
        for column, value in zip(by, values, strict=True)
    )


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)
