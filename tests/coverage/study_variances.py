"""Which variance may a comparison of rates take? False findings and power, by simulation.

    python tests/coverage/study_variances.py --draws 4000 --write docs/validation/comparisons.md

63 units against their mean, each by a normal test at the Bonferroni level of 5 % together, with
four variances: the unit's own, that of the common rate (score test), the larger of both (what
``compare`` takes), and the exact binomial tails of the common rate in the place of a variance.
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
RULES = ("own", "common", "larger", "exact")


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
    return told


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


PAGE = """# Which variance may a comparison of rates take?

Written by `python tests/coverage/study_variances.py --draws {draws}`. 63 units against the level
of all their answers, each tested at the Bonferroni level of 5 % together, simple random samples.

## False findings and power

First figure: per cent of surveys of 63 equal units in which any is found to differ (allowed: 5).
Second: per cent of surveys in which one unit that is worse by five standard errors is found.

{tests}

- "own", the plain difference: of 63 equal units near 100 % some unit is all but sure to stand out.
- "common", a score test, still finds too much near 100 %, where few answers make a rate skew.
- "larger" of both, which `compare` takes, never finds too much, and is conservative.
- "exact", binomial tails of the common rate: valid too, and finds more. The bands of `funnel` and
  `rank(method="exact")` are of this kind.

## What the interval would be

Per cent of 95 % intervals of one unit's difference from a known level that hold it, where the unit
is truly below the level. Near 100 % a symmetric interval cannot do: with 30 to 80 answers it holds
too rarely, whatever the variance; limits that are exact for the unit's rate hold.

{held}
"""


def main() -> None:
    """Run the study and print or write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=4000)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    page = PAGE.format(
        draws=asked.draws, tests=table(asked.draws), held=intervals(10 * asked.draws)
    )
    if asked.write:
        asked.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
