"""R5: what an outsider learns from released tables, written as linear facts about answer counts.

The unknowns are how many respondents of each smallest group gave each answer. A released n, share,
mean, interval or bound is a pair of linear inequalities in them; nested units, margins and halves
of a year become sums.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from kbnn_analysis.disclosure.rounding import COUNT_STEP
from kbnn_analysis.disclosure.rules import FEW, FEW_FOR_SHARE, Rules

Key = tuple[str, ...]
Dims = tuple[tuple[str, str], ...]
Nests = Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]]


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


@dataclass
class Fact:
    """``low <= sum(coefficient * unknown) <= high``; it holds while one of `rows` is shown.

    ``by_rule`` marks what is known only to somebody who knows the rules of disclosure.
    """

    coefficients: dict[int, float]
    low: float
    high: float
    rows: frozenset[int] = frozenset()
    by_rule: bool = False


@dataclass
class System:
    """All facts about one item, and the cells that must stay uncertain.

    ``targets`` are (row, what, coefficients): the n of a hidden row, or its small side.
    """

    columns: dict[tuple[str, str, Key, int], int] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    targets: list[tuple[int, str, dict[int, float]]] = field(default_factory=list)

    def column(self, period: str, block: str, atom: Key, code: int) -> int:
        """Return the number of an unknown, made when first asked for."""
        return self.columns.setdefault((period, block, atom, code), len(self.columns))


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
                key=tuple(str(row[column]) for column in by),
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


def system_of(rows: Sequence[Released], rules: Rules, nests: Nests | None = None) -> System:
    """Return the facts about one item; all rows must speak of it.

    Parameters
    ----------
    rows : sequence of Released
        Of this release and of earlier ones.
    rules : Rules
        The limits under which they were disclosed.
    nests : mapping, optional
        Column -> value -> (finer column, its values): a province of the 34 is a sum of some of
        the 63.
    """
    system = System()
    groups = _Groups(rows, nests or {})
    codes = sorted({code for row in rows for code in row.question.weights})
    bases: dict[tuple[str, Dims], list[int]] = {}
    for number, row in enumerate(rows):
        cells = groups.cells(system, row, codes)
        n = {column: 1.0 for column, _ in cells}
        value = {column: row.question.weights.get(code, 0.0) for column, code in cells}
        system.facts += list(_value_facts(row, number, n, value, rules))
        system.targets += list(_targets(row, number, n, value))
        if row.n == row.n:
            bases.setdefault((row.period, row.dims), []).append(number)
    for numbers in bases.values():
        row = rows[numbers[0]]
        n = {column: 1.0 for column, _ in groups.cells(system, row, codes)}
        half = COUNT_STEP // 2
        system.facts.append(Fact(n, row.n - half, row.n + half, frozenset(numbers)))
    system.facts += groups.links(system, codes)
    return system


class _Groups:
    """Which smallest groups a row's group is made of."""

    def __init__(self, rows: Sequence[Released], nests: Nests) -> None:
        self.nests = nests
        self.periods = sorted({row.period for row in rows})
        self.values: dict[str, set[str]] = {}
        together: list[set[str]] = []
        for row in rows:
            names = set()
            for column, value in row.dims:
                base, values = self._base(column, value)
                self.values.setdefault(base, set()).update(values)
                names.add(base)
            if names:
                touching = [each for each in together if each & names]
                together = [each for each in together if not each & names]
                together.append(names.union(*touching))
        self.blocks = [tuple(sorted(each)) for each in together]

    def cells(self, system: System, row: Released, codes: Sequence[int]) -> list[tuple[int, int]]:
        """Return the unknowns of a row with their answer codes."""
        wanted: dict[str, set[str]] = {}
        for column, value in row.dims:
            base, values = self._base(column, value)
            wanted[base] = set(values) & wanted.get(base, set(values))
        block = next((each for each in self.blocks if set(each) & set(wanted)), ())
        atoms = itertools.product(*(sorted(wanted.get(c, self.values[c])) for c in block))
        return [
            (system.column(period, "|".join(block), atom, code), code)
            for atom in atoms
            for period in self._halves(row.period)
            for code in codes
        ]

    def links(self, system: System, codes: Sequence[int]) -> Iterable[Fact]:
        """Return that all blocks add up to the same totals."""
        for period in {half for each in self.periods for half in self._halves(each)}:
            for block, code in itertools.product(self.blocks, codes):
                atoms = itertools.product(*(sorted(self.values[c]) for c in block))
                sums = {system.column(period, "|".join(block), atom, code): 1.0 for atom in atoms}
                yield Fact({**sums, system.column(period, "", (), code): -1.0}, 0.0, 0.0)

    def _base(self, column: str, value: str) -> tuple[str, tuple[str, ...]]:
        return self.nests.get(column, {}).get(value, (column, (value,)))

    def _halves(self, period: str) -> list[str]:
        halves = [each for each in self.periods if each.startswith(f"{period}-")]
        return halves or [period]


def _value_facts(
    row: Released, number: int, n: dict[int, float], value: dict[int, float], rules: Rules
) -> Iterable[Fact]:
    """Return the facts of one printed value: ``v - h <= value / n <= v + h``."""
    here = frozenset({number})
    infinite = float("inf")
    if row.reason:
        for pattern, k in ((FEW, rules.min_n), (FEW_FOR_SHARE, 2 * rules.side)):
            if row.reason == pattern.format(k=k):
                yield Fact(n, 0.0, k - 1.0, by_rule=True)
        return
    bound, sign = _printed(row.display)
    if bound != bound:
        return
    if sign:
        above = sign == "≥"
        over = _combined(n, value, -bound, -1.0)
        yield Fact(over, *((0.0, infinite) if above else (-infinite, 0.0)), here)
        yield Fact(_gap(row.question, n, value, above), 0.0, rules.side - 1.0, here, by_rule=True)
        return
    if row.count == row.count:
        step = COUNT_STEP // 2
        yield Fact(value, row.count - step, row.count + step, here)
    half = _half_step(row.display)
    for low, high in ((bound - half, bound + half), row.conf):
        if low == low:
            yield Fact(_combined(n, value, -low, -1.0), 0.0, infinite, here)
        if high == high:
            yield Fact(_combined(n, value, -high, -1.0), -infinite, 0.0, here)


def _targets(
    row: Released, number: int, n: dict[int, float], value: dict[int, float]
) -> Iterable[tuple[int, str, dict[int, float]]]:
    """Return what must stay uncertain: n of a row of few answers, or the small side of a share."""
    if row.reason.endswith("for a share"):
        yield number, "gap", value
    elif row.reason.startswith("fewer than"):
        yield number, "n", n
    elif row.display[:1] in {"≥", "≤"}:
        yield number, "gap", _gap(row.question, n, value, row.display[:1] == "≥")


def _gap(
    question: Question, n: dict[int, float], value: dict[int, float], above: bool
) -> dict[int, float]:
    """Return what separates a value from the upper (or lower) end, in answers or points."""
    ends = [0.0, 1.0] if question.is_share else list(question.weights.values())
    if above:
        return _combined(n, value, max(ends), 1.0)
    return _combined(n, value, -min(ends), -1.0)


def _combined(
    n: dict[int, float], value: dict[int, float], of_n: float, minus_value: float
) -> dict[int, float]:
    """Return the coefficients of ``of_n * n - minus_value * value``."""
    return {column: of_n * one - minus_value * value[column] for column, one in n.items()}


def _printed(display: str) -> tuple[float, str]:
    sign = display[:1] if display[:1] in {"≥", "≤"} else ""
    text = display.removeprefix(sign).strip()
    if not text:
        return float("nan"), ""
    return (float(text[:-1]) / 100 if text.endswith("%") else float(text)), sign


def _half_step(display: str) -> float:
    decimals = len(display.rstrip("%").partition(".")[2]) + (2 if display.endswith("%") else 0)
    return float(0.5 * 10.0**-decimals)


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)
