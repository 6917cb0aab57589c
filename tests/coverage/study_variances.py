"""Which variance may a comparison of rates take? False findings and power, by simulation.

    python tests/coverage/study_variances.py --draws 4000 --write docs/validation/comparisons.md

63 units against their mean, each by a test at the Bonferroni level of 5 % together: with the unit's
own variance, that of the common rate (score test), the larger of both, the exact binomial tails of
the common rate in the place of a variance, and the exact limits of all rates, recovered for the
difference as Zou and Donner do (what ``compare`` takes).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy import special, stats

from kbnn_analysis.stats.proportions import binomial_interval

UNITS, LEVEL = 63, 0.05
CRITICAL = -float(special.ndtri(LEVEL / (2 * UNITS)))
RATES, SIZES = (0.90, 0.97, 0.995), {"30 to 1,500": None, "80": 80, "300": 300, "1,500": 1500}
RULES = ("own", "common", "larger", "exact", "recovered")


def found(x: np.ndarray, n: np.ndarray) -> dict[str, np.ndarray]:
    """Return by rule which units are found to differ, of shape (draws, units)."""
    rate, common = x / n, (x.sum(axis=1) / n.sum())[:, None]
    own, pooled = rate * (1 - rate) / n, common * (1 - common) / n
    chosen = {"own": own, "common": pooled, "larger": np.maximum(own, pooled)}
    with np.errstate(divide="ignore", invalid="ignore"):
        told = {
            name: np.abs(rate - common) > CRITICAL * np.sqrt(variance)
            for name, variance in chosen.items()
        }
    tails = stats.binom.cdf(x, n, common), stats.binom.sf(x - 1, n, common)
    told["exact"] = np.minimum(*tails) < LEVEL / (2 * UNITS)
    low, high = recovered(x, n)
    told["recovered"] = (low > 0) | (high < 0)
    return told


def recovered(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ends of each unit's difference from the level of all, as `rate_contrasts` makes them.

    Written out here for many surveys at once; the tests hold both together.
    """
    rate, share = x / n, n / n.sum()
    difference = rate - (rate * share).sum(axis=1, keepdims=True)
    limits = binomial_interval(
        x, np.broadcast_to(n, x.shape), conf_level=1 - LEVEL / UNITS, method="clopper-pearson"
    )
    below, above = (rate - limits.low) ** 2, (limits.high - rate) ** 2

    def reach(own: np.ndarray, others: np.ndarray) -> np.ndarray:
        rest = (share**2 * others).sum(axis=1, keepdims=True) - share**2 * others
        return np.sqrt((1 - share) ** 2 * own + rest)

    return difference - reach(below, above), difference + reach(above, below)


def verdicts(p: float, size: int | None, draws: int) -> dict[str, tuple[float, float]]:
    """Return by rule the chance of any false finding, and of finding one unit that is worse."""
    rng = np.random.default_rng([20231, int(1000 * p), size or 0])
    n = np.full(UNITS, size) if size else rng.integers(30, 1501, UNITS)
    false = found(rng.binomial(n, p, (draws, UNITS)), n)
    truth = np.full(UNITS, p)
    truth[0] = max(p - 5 * np.sqrt(p * (1 - p) / n[0]), 0.5)
    power = found(rng.binomial(n, truth, (draws, UNITS)), n)
    return {
        rule: (float(false[rule].any(axis=1).mean()), float(power[rule][:, 0].mean()))
        for rule in RULES
    }


def table(draws: int) -> str:
    """Return the study as a Markdown table, in per cent: false findings / power."""
    lines = ["| answers | rate | " + " | ".join(RULES) + " |", "|" + " --- |" * (2 + len(RULES))]
    for label, size in SIZES.items():
        for p in RATES:
            seen = verdicts(p, size, draws)
            cells = [f"{100 * seen[r][0]:.1f} / {100 * seen[r][1]:.0f}" for r in RULES]
            lines.append("| " + " | ".join([label, f"{100 * p:g} %", *cells]) + " |")
    return "\n".join(lines)


def intervals(draws: int) -> str:
    """Return how often intervals of one unit's difference hold where the unit is worse."""
    lines = ["| answers | mean | unit | common | larger | exact |", "|" + " --- |" * 6]
    z = -float(special.ndtri(LEVEL / 2))
    for n in (30, 80, 300, 1500):
        for p, low in ((0.97, 0.90), (0.97, 0.95), (0.995, 0.97)):
            rng = np.random.default_rng([20231, n, int(1000 * p), int(1000 * low)])
            x = rng.binomial(n, low, draws)
            rate = x / n
            own, pooled = rate * (1 - rate) / n, p * (1 - p) / n
            errors = np.sqrt([np.full(draws, pooled), np.maximum(own, pooled)])
            held = list((np.abs(rate - low) <= z * errors).mean(axis=1))
            ends = binomial_interval(x, np.full(draws, n), method="clopper-pearson")
            held.append(float(((ends.low <= low) & (low <= ends.high)).mean()))
            cells = [f"{100 * each:.1f}" for each in held]
            lines.append(f"| {n} | {100 * p:g} % | {100 * low:g} % | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def two_units() -> str:
    """Return how often 95 % intervals of a difference of two units hold it, summed over counts."""
    lines = ["| answers | rates | symmetric | recovered |", "|" + " --- |" * 4]
    for n in ((30, 30), (80, 80), (30, 1500), (300, 300)):
        for p in ((0.97, 0.90), (0.995, 0.97), (0.98, 0.98), (0.995, 0.995)):
            cells = [f"{100 * each:.1f}" for each in held_by_two(n, p)]
            rates = " and ".join(f"{100 * each:g} %" for each in p)
            lines.append(f"| {n[0]} and {n[1]} | {rates} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def held_by_two(n: tuple[int, int], p: tuple[float, float]) -> tuple[float, float]:
    """Return the coverage of the symmetric interval with larger variances, and the recovered."""
    counts = [np.arange(size + 1.0) for size in n]
    ends = [
        binomial_interval(x, np.full(len(x), size), method="clopper-pearson")
        for x, size in zip(counts, n, strict=True)
    ]
    one, other = counts[0][:, None] / n[0], counts[1] / n[1]
    chance = stats.binom.pmf(counts[0], n[0], p[0])[:, None] * stats.binom.pmf(
        counts[1], n[1], p[1]
    )
    difference, common = one - other, (counts[0][:, None] + counts[1]) / sum(n)
    pooled = common * (1 - common)
    variance = np.maximum(one * (1 - one), pooled) / n[0]
    variance = variance + np.maximum(other * (1 - other), pooled) / n[1]
    half = -float(special.ndtri(0.025)) * np.sqrt(variance)
    down = np.hypot(one - ends[0].low[:, None], ends[1].high - other)
    up = np.hypot(ends[0].high[:, None] - one, other - ends[1].low)
    gap = p[0] - p[1]
    held = [
        (difference - low - 1e-12 <= gap) & (gap <= difference + high + 1e-12)
        for low, high in ((half, half), (down, up))
    ]
    return float((chance * held[0]).sum()), float((chance * held[1]).sum())


PAGE = """# Which variance may a comparison of rates take?

Written by `python tests/coverage/study_variances.py --draws {draws}`. 63 units against the level
of all their answers, each tested at the Bonferroni level of 5 % together, simple random samples.

## False findings and power

First figure: per cent of surveys of 63 equal units in which any is found to differ (allowed: 5).
Second: per cent of surveys in which one unit that is worse by five standard errors is found.

{tests}

- "own", the plain difference: of 63 equal units near 100 % some unit is all but sure to stand out.
- "common", a score test, still finds too much near 100 %, where few answers make a rate skew.
- "larger" of both never finds too much, and next to nothing of what is there.
- "exact", binomial tails of the common rate, finds more: the bands of `funnel` and
  `rank(method="exact")` are of this kind. It needs a level that is known.
- "recovered", which `compare` takes: Clopper and Pearson's limits of each rate, put together for
  the difference (Zou and Donner 2008). As valid and as powerful as "exact", and it fits any
  contrast, weights and offices; its interval is the next table's "exact" where the level is known.

## What the interval would be

Per cent of 95 % intervals of one unit's difference from a known level that hold it, where the unit
is truly below the level. Near 100 % a symmetric interval cannot do: with 30 to 80 answers it holds
too rarely, whatever the variance; limits that are exact for the unit's rate hold.

{held}

## The interval of two units

Per cent of 95 % intervals of the difference of two units that hold it, summed over all counts:
symmetric ones with the larger variances, and the recovered ones, which `compare` gives.

{pairs}
"""


def main() -> None:
    """Run the study and print or write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=4000)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    page = PAGE.format(
        draws=asked.draws,
        tests=table(asked.draws),
        held=intervals(10 * asked.draws),
        pairs=two_units(),
    )
    if asked.write:
        asked.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
