"""The audit of a full period release, timed: every table by unit, type and period, of every item.

    python benchmarks/disclosure.py [items] [scale] [workers]

Two simulated halves and their year are disclosed by the public rules and audited together with
all levels of units: 63 provinces, the 34 new ones, 20 treasury regions, 6 regions, types, country.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.questions import questions_of
from kbnn_analysis.disclosure.released import Released, released_rows
from kbnn_analysis.disclosure.suppression import protect
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import load_codebook
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.runs.release_tables import nests
from kbnn_analysis.units import load_vintage

CODES = (1, 2, 3, 4, 5)
RULES = ("two_box", "top_box", "mean")


def answers_of(period: str, scale: float) -> pd.DataFrame:
    """Return a simulated period with its province as a code."""
    frame = simulate_period(period, seed=2023, scale=scale).frame
    names = {
        unit.name.text(language): unit.code
        for unit in load_vintage("provinces-63").units
        for language in ("vi", "en")
    }
    return frame.assign(unit=frame["province"].map(names))


def tables(frame: pd.DataFrame, items: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each grouping: the column's name, and the group of every province or type."""
    finest = load_vintage("provinces-63")
    yield "unit@provinces-63", {unit.code: unit.code for unit in finest.units}
    for column, groups in nests().items():
        yield column, {code: name for name, (_, codes) in groups.items() for code in codes}


def estimates_of(counts: pd.DataFrame, item: str, column: str, period: str) -> Estimates:
    """Return the three measures of one item from counts of answers by group."""
    rows = []
    asked = questions_of(load_codebook("kbnn-assumed"))
    infos = {}
    for rule in RULES:
        name = f"{item}_{rule}"
        weights = np.array([asked[name].weights.get(code, 0.0) for code in CODES])
        mean = rule == "mean"
        infos[name] = MeasureInfo(
            name, rule, "1", "mean" if mean else "proportion", Label.same(name), (item,),
            1.0 if mean else 0.0, 5.0 if mean else 1.0,
        )  # fmt: skip
        for group, count in zip(counts.index, counts.to_numpy(dtype=float), strict=True):
            n, total = count.sum(), count @ weights
            value = total / n if n else np.nan
            error = np.sqrt(max(count @ weights**2 / n - value**2, 0) / n) if n else np.nan
            key = {"period": period, "measure": name} | ({column: str(group)} if column else {})
            ends = np.clip(
                [value - 2 * error, value + 2 * error], infos[name].low, infos[name].high
            )
            rows.append(
                {**key, "n": n, "count": np.nan if mean else total, "estimate": value,
                 "std_error": error, "conf_low": ends[0], "conf_high": ends[1]}
            )  # fmt: skip
    by = ("period", "measure", *([column] if column else []))
    return Estimates(
        frame=pd.DataFrame(rows), by=by, method="counts", measures=infos,
        covariance=np.zeros((len(rows), len(rows))),
    )  # fmt: skip


def release(items: list[str], scale: float, rules: Rules) -> list[Released]:
    """Return every row of a full release of two halves and their year."""
    halves = {period: answers_of(period, scale) for period in ("2023-1", "2023-2")}
    periods = {**halves, "2023": pd.concat(halves.values())}
    asked = questions_of(load_codebook("kbnn-assumed"))
    found: list[Released] = []
    for period, frame in periods.items():
        groupings = [*tables(frame, items), ("respondent_type", None), ("", None)]
        for item in items:
            score = pd.to_numeric(frame[item], errors="coerce")
            for column, groups in groupings:
                source = frame["unit"].map(groups) if groups else frame["respondent_type"]
                group = source if column else pd.Series("", index=frame.index)
                counts = pd.crosstab(group, score).reindex(columns=CODES, fill_value=0)
                shown = disclose(estimates_of(counts, item, column, period), rules)
                found += released_rows(shown.frame, shown.by, asked)
    return found


def main() -> None:
    """Print how long the audit takes, and what it hides."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 27
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    items = [item.name for item in load_codebook("kbnn-assumed").items_with("satisfaction")]
    rules = Rules()
    begun = time.perf_counter()
    rows = release(items[-many:], scale, rules)
    print(f"{len(rows)} rows disclosed in {time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    asked = protect(rows, rules, nests(), workers=workers)
    print(f"audited {asked.audited} cells in {time.perf_counter() - begun:.1f} s", end=": ")
    print(f"{len(asked.failing)} unsafe, {len(asked.withheld)} rows withheld", end=", ")
    print(f"{len(asked.broken)} beyond repair")


if __name__ == "__main__":
    main()
