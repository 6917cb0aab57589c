"""What an outsider reads: the rows of released tables, and which answers each measure counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

Key = tuple[str, ...]
Dims = tuple[tuple[str, str], ...]
EARLIER = "earlier"  # the column that makes a row one of change
DIRECT = "direct"  # the column of the unit's own level beside a shrunken one
OTHER = "other"  # the column that makes a row a comparison of two groups
_EXACT = 1e-9  # sums of printed decimals are not exact
TREATMENT = "treatment"  # of missing answers: other estimates of the same people, no parts of them
_NO_LEVELS = frozenset({OTHER, TREATMENT})
_NO_GROUP = frozenset({"period", "measure", EARLIER})


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
    pair : str
        The other period of a row of change; it is hidden where either period has few answers.
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
    pair: str = ""

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

    So are comparisons: their n is the smaller of two that other tables tell, and they are hidden
    together with either level (:func:`levels_of`). So are other treatments of missing answers:
    the same people in other ways, no parts that could be summed.
    A measure named ``m[channel=online]`` is the measure ``m`` of that group. A row of change is two
    rows: the levels of its two periods, in the units of the later one.
    """
    found: list[Released] = []
    if _NO_LEVELS & set(by):
        return found
    for row in frame.to_dict(orient="records"):
        name, _, within = str(row.get("measure", "")).rstrip("]").partition("[")
        if name not in questions:
            continue
        groups = [(column, str(row[column])) for column in by if column not in _NO_GROUP]
        groups += [tuple(each.split("=", 1)) for each in within.split(",") if each]  # type: ignore[misc]
        hidden = str(row.get("suppressed")) == "True"
        told = Released(
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
        if DIRECT in row:
            told = _direct(told, row)
        found += both_periods(told, row) if EARLIER in by else [told]
    return found


def _direct(told: Released, row: Mapping[object, object]) -> Released:
    """Return the level that a row of shrinkage tells: the direct one, not what is made of it."""
    value, nothing = _number(row[DIRECT]), float("nan")
    if told.bound or not told.display:
        return replace(told, conf=(nothing, nothing))
    shown = _written_like(told.display, value) if value == value else ""
    return replace(told, display=shown, conf=(nothing, nothing))


def _written_like(display: str, value: float) -> str:
    decimals = len(display.rstrip("%").partition(".")[2])
    return f"{100 * value:.{decimals}f}%" if display.endswith("%") else f"{value:.{decimals}f}"


def both_periods(told: Released, row: Mapping[object, object]) -> list[Released]:
    """Return the level of the later and that of the earlier period which a row of change tells.

    A difference that is rounded for itself narrows both levels: each lies as far from the other as
    the difference says.

    Parameters
    ----------
    told : Released
        The later level; its interval is that of the difference.
    row : mapping
        The row of the table.
    """
    before = str(row[EARLIER])
    n, value, difference = (
        _number(row.get(name)) for name in ("n_earlier", "estimate_earlier", "difference")
    )
    no_interval = (float("nan"), float("nan"))
    later = replace(told, conf=no_interval, pair=before)
    earlier = replace(later, period=before, pair=told.period)
    if told.reason:
        return [later, earlier]
    known = told.display and value == value
    earlier = replace(earlier, n=n, display=_written_like(told.display, value) if known else "")
    half = 2 * told.half_step + _EXACT
    if told.display and difference == difference:
        later = replace(later, conf=(value + difference - half, value + difference + half))
        level = told.value - difference
        earlier = replace(earlier, conf=(level - half, level + half))
    return [each for each in (later, earlier) if each.n == each.n]


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


def levels_of(by: Sequence[str], values: Sequence[str]) -> list[Key]:
    """Return the keys by any of which a row is withheld: its own, and those of levels it tells.

    A difference from a figure that is shown gives the level away, whose row must then not be told.

    Examples
    --------
    >>> levels_of(["period", "measure", "unit", "other"], ["2023-1", "m", "19", "01"])[1:]
    [('2023-1', 'm', 'unit=19'), ('2023-1', 'm', 'unit=01')]
    """
    found = [key_of(by, values)]
    if by and by[-1] in {OTHER, EARLIER}:
        found.append(key_of(by[:-1], values[:-1]))
    if by and by[-1] == OTHER:
        found.append(key_of(by[:-1], [*values[:-2], values[-1]]))
    return found


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)
