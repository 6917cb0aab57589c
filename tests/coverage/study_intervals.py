"""How often intervals, comparisons and rank sets hold, written as docs/validation/intervals.md.

``python tests/coverage/study_intervals.py --draws 60 --write docs/validation/intervals.md``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

sys.path.insert(0, str(Path(__file__).parent))
from test_estimation_coverage import UNEQUAL, Coverage, coverage
from test_scores_coverage import DESIGNS, PROFILES, STATISTICS, Held, score_coverage

from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.inference.comparison import compare
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.language import Label
from kbnn_analysis.results import MeasureInfo
from kbnn_analysis.stats.proportions import binomial_interval

RATES = (0.90, 0.95, 0.98, 0.995)
SIZES = (30, 80, 300, 1500)
METHODS = ("wilson", "clopper-pearson", "jeffreys", "agresti-coull")
OFFICES = {"3 of 10": (10,) * 3, "4 of 20": (20,) * 4, "11 of 27": (27,) * 11,
           "10 unequal, 297": UNEQUAL, "10 of 150": (150,) * 10}  # fmt: skip
SURVEYS = 5  # of provinces that are all alike, times the draws: each gives one yes or no
RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))


def exact(method: str, n: int, p: float) -> float:
    """Return the coverage of a binomial interval, summed over all counts: no simulation."""
    count = np.arange(n + 1)
    interval = binomial_interval(count, np.full(n + 1, n), method=method, conf_level=0.95)
    holds = (interval.low <= p) & (p <= interval.high)
    return float(binom.pmf(count, n, p)[holds].sum())


def together(p: float, n: np.ndarray, draws: int) -> dict[str, float]:
    """Return how often 63 equal provinces are left undivided by comparisons and rank sets."""
    rng = np.random.default_rng([20231, int(1000 * p), int(n.sum())])
    kept = {"against the mean": 0, "all pairs": 0, "rank sets": 0}
    for _ in range(draws):
        units = [f"{unit:02d}" for unit in range(len(n))]
        counts = pd.DataFrame({"unit": units, "count": rng.binomial(n, p), "n": n})
        estimates = estimates_from_counts(counts, RATE, period="2023-1")
        for name, against in (("against the mean", "mean"), ("all pairs", "all_pairs")):
            found = compare(estimates, against, "max-t").frame
            kept[name] += not (found["p_adjusted"] < 0.05).any()
        sets = rank(estimates).frame
        kept["rank sets"] += bool((sets["rank_low"] == 1).all() and (sets["rank_high"] == 63).all())
    return {name: times / draws for name, times in kept.items()}


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def _told(found: Coverage | Held | None) -> str:
    return "" if found is None else f"{100 * found.share:.1f} ± {100 * found.error:.1f}"


def undivided(surveys: int) -> list[list[str]]:
    """Return the rows of the table on provinces that are all alike."""
    layouts = {"30 to 1,500": np.geomspace(30, 1500, 63).astype(int), "80 each": np.full(63, 80),
               "300 each": np.full(63, 300), "1,500 each": np.full(63, 1500)}  # fmt: skip
    rows = []
    for name, n in layouts.items():
        for p in (0.90, 0.97, 0.995):
            told = [
                f"{100 * share:.1f} ± {100 * np.sqrt(share * (1 - share) / surveys):.1f}"
                for share in together(p, n, surveys).values()
            ]
            rows.append([name, f"{100 * p:g} %", *told])
    return rows


def report(draws: int) -> str:
    """Run the study and return the page."""
    binomial = [
        [str(n), f"{100 * p:g} %", *(f"{100 * exact(m, n, p):.1f}" for m in METHODS)]
        for n in SIZES
        for p in RATES
    ]
    clustered = []
    for name, sizes in OFFICES.items():
        for p in RATES:
            cells = [
                coverage(target, p, draws=draws, sizes=sizes) for target in ("period", "process")
            ]
            clustered.append([name, f"{100 * p:g} %", *(_told(each) for each in cells)])
    scores = []
    for n in SIZES:
        for profile in PROFILES:
            by_design = {
                name: score_coverage(n, profile, name, draws=max(draws // 2, 2)) for name in DESIGNS
            }
            scores += [
                [statistic, str(n), profile, *(_told(by_design[d].get(statistic)) for d in DESIGNS)]
                for statistic in STATISTICS
            ]
    scores.sort(key=lambda row: list(STATISTICS).index(row[0]))
    joint = undivided(SURVEYS * draws)
    return f"""# Do the intervals hold?

Written by `python tests/coverage/study_intervals.py --draws {draws}`. Nominal level 95 %; figures
are per cent of intervals that hold the truth. ± is one Monte Carlo standard error.

## Binomial intervals without clusters

Exact: summed over all counts, no simulation. The others dip below their level at single
combinations of n and p; Clopper-Pearson never does, and is the default without declared clusters.

{table(["answers", "rate", *METHODS], binomial)}

## The default interval with offices

63 provinces, answers of an office alike with intra-class correlation .05. "Period": the truth is
the rate of the offices that are there (offices are strata). "Process": the truth is the rate behind
them (offices are PSUs, Korn and Graubard's interval with a borrowed design effect).

{table(["offices", "rate", "period", "process"], clustered)}

## Means, ratios, quantiles and totals

63 provinces, one profile of answers from 1 to 5: near the ceiling (70 % five, 28 % four) or spread
out (25 % five, 40 % four). "Plain": independent answers; "weights": of weight 1 or 4; "offices":
3 of 10, 4 of 20, 10 of about 30 and 10 of 150 answers, profiles of offices alike with intra-class
correlation .05, the truth what lies behind them. A ratio pools two items; half of the respondents
answered the second. A total is the number of people satisfied that the weights stand for.
Quantiles of few levels hold more often than they say, for an interval takes in a whole level.

{table(["statistic", "answers", "profile", *DESIGNS], scores)}

## Nothing is found where there is nothing

63 provinces of one and the same rate, simple random samples. Figures are per cent of
{SURVEYS * draws} surveys in which no province is found to differ from the mean, no pair is told
apart (simultaneous max-t), and every rank set is [1, 63]. Each should be at least 95.

{table(["answers", "rate", "against the mean", "all pairs", "rank sets"], joint)}
"""


def main() -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    page = report(given.draws)
    if given.write:
        given.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
