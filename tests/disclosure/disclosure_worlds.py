"""A period of invented counts with tiny and unanimous provinces, in every table of a release."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.released import Question, Released, released_rows
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo

CODES = (1, 2, 3, 4, 5)
ITEM = "overall"
QUESTIONS = {
    "two_box": Question(ITEM, {code: float(code >= 4) for code in CODES}),
    "top_box": Question(ITEM, {code: float(code == 5) for code in CODES}),
    "mean": Question(ITEM, {code: float(code) for code in CODES}, is_share=False),
}
MEASURES = {
    name: MeasureInfo(
        name=name,
        rule=name,
        version="1",
        kind="proportion" if asked.is_share else "mean",
        label=Label.same(name),
        items=(ITEM,),
        low=0.0 if asked.is_share else 1.0,
        high=1.0 if asked.is_share else 5.0,
    )
    for name, asked in QUESTIONS.items()
}


def estimates_of(
    answers: dict[str, np.ndarray], column: str, period: str = "2023-1", measures: str = "all"
) -> Estimates:
    """Return all measures of groups from their counts of answers 1 to 5."""
    rows = []
    for name, asked in QUESTIONS.items():
        if measures not in {"all", name}:
            continue
        weights = np.array([asked.weights[code] for code in CODES])
        for group, counts in answers.items():
            n = counts.sum()
            value = counts @ weights / n if n else np.nan
            spread = counts @ weights**2 / n - value**2 if n else np.nan
            error = np.sqrt(max(spread, 0.0) / n) if n else np.nan
            top = MEASURES[name].high
            ends = (max(value - 2 * error, MEASURES[name].low), min(value + 2 * error, top))
            count = counts @ weights if asked.is_share else np.nan
            key = {"period": period, "measure": name} | ({column: group} if column else {})
            rows.append(
                {**key, "n": n, "count": count, "estimate": value, "std_error": error}
                | {"conf_low": ends[0], "conf_high": ends[1]}
            )
    by = ("period", "measure", *([column] if column else []))
    return Estimates(
        frame=pd.DataFrame(rows),
        by=by,
        method="counts",
        covariance=np.zeros((len(rows), len(rows))),
        measures=MEASURES,
    )


@dataclass(frozen=True)
class World:
    """The answers of every province, and how provinces form coarser units."""

    answers: dict[str, np.ndarray]
    merged: dict[str, tuple[str, ...]]

    def tables(self, period: str = "2023-1") -> list[Estimates]:
        """Return the tables of a release: provinces, merged provinces, country."""
        merged = {
            code: sum((self.answers[name] for name in names), start=np.zeros(5))
            for code, names in self.merged.items()
        }
        whole = {"": sum(self.answers.values(), start=np.zeros(5))}
        return [
            estimates_of(self.answers, "unit", period),
            estimates_of(merged, "merged", period),
            estimates_of(whole, "", period),
        ]

    @property
    def nests(self) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:
        """Return the nests of merged provinces."""
        return {"merged": {code: ("unit", names) for code, names in self.merged.items()}}


def make_world(seed: int, units: int = 14) -> World:
    """Draw provinces of 4 to 1,500 answers; some tiny, some unanimous."""
    rng = np.random.default_rng(seed)
    sizes = rng.choice([4, 7, 9, 12, 15, 25, 40, 80, 150, 297, 420, 800, 1500], units)
    sizes[:4] = (6, 1, 853, 15)
    rates = np.array([0.004, 0.006, 0.02, 0.43, 0.54])
    answers = {
        f"{at:02d}": rng.multinomial(size, rates).astype(float) for at, size in enumerate(sizes)
    }
    answers["03"] = np.array([0, 0, 0, 0, 15.0])
    answers["04"] = np.array([0, 0, 0, 60, 60.0])
    names = list(answers)
    merged = {f"m{at}": tuple(names[at : at + 2]) for at in range(0, units, 2)}
    return World(answers, merged)


def rows_of(tables: list[Estimates], rules: Rules) -> list[Released]:
    """Return everything an outsider reads in disclosed tables."""
    shown = [disclose(table, rules) for table in tables]
    return [row for each in shown for row in released_rows(each.frame, each.by, QUESTIONS)]
