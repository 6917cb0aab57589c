"""Scales: polychorics, ordinal factor model and alignment beside psych and lavaan, in one run.

    python benchmarks/scales.py [rows] [--groups 63]

Both sides read the same simulated five-point answers from the same file; only the computation is
timed, ours the median of three. lavaan has no alignment: beside ours of 63 units stands its
configural model of the first groups (three and six, or as `--groups` says), which is only the first
step; its time grows faster than the number of groups.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kbnn_analysis.stats.alignment import AlignmentLoss, align
from kbnn_analysis.stats.alignment_tests import examine_alignment
from kbnn_analysis.stats.cfa import fit_cfa
from kbnn_analysis.stats.cfa_influences import weighted_moments
from kbnn_analysis.stats.cfa_model import one_group
from kbnn_analysis.stats.cfa_ordinal import fit_ordinal_cfa
from kbnn_analysis.stats.polychoric import polychoric
from kbnn_analysis.stats.polychoric_influences import polychoric_influences

ITEMS, UNITS = 25, 63
FACTOR_OF = [item // 5 for item in range(ITEMS)]
R_SCRIPT = """
suppressMessages({library(psych); library(lavaan)})
a <- commandArgs(TRUE); d <- read.csv(a[1]); x <- d[, -1]
said <- function(what, e) {
  t <- system.time(v <- e)[["elapsed"]]
  cat(what, t, format(v, digits = 10), "\\n", sep = "|")
}
said("psych::polychoric", polychoric(x, correct = 0)$rho[1, 2])
names <- split(names(x), rep(1:5, each = 5))
lines <- sapply(1:5, function(k) paste0("f", k, " =~ ", paste(names[[k]], collapse = " + ")))
said("lavaan::cfa WLSMV", fitMeasures(
  cfa(paste(lines, collapse = "\\n"), x, ordered = names(x), std.lv = TRUE), "chisq.scaled"))
for (g in as.integer(a[-1])) {
  own <- d[d$unit < g, ]
  said(paste("lavaan configural,", g, "groups"),
    fitMeasures(cfa(lines[1], own, group = "unit", std.lv = TRUE), "chisq"))
}
"""


def simulated(rows: int) -> np.ndarray:
    """Return unit, then 25 five-point answers to five correlated factors."""
    rng = np.random.default_rng(20231)
    unit = np.sort(rng.integers(0, UNITS, rows))
    shift = rng.normal(0, 0.15, UNITS)[unit]
    factors = 0.7 * rng.normal(size=(rows, 1)) + 0.7 * rng.normal(size=(rows, 5)) + shift[:, None]
    latent = 0.85 * factors[:, FACTOR_OF] + 0.5 * rng.normal(size=(rows, ITEMS))
    return np.column_stack([unit, np.digitize(latent, [-2.2, -1.6, -0.9, 0.3]) + 1])


def ordinal_model(answers: np.ndarray) -> float:
    found = polychoric(answers)
    influence = polychoric_influences(answers, found)
    n = len(answers)
    spread = influence.T @ influence / (n * (n - 1))
    return fit_ordinal_cfa(found.correlation, spread, n, FACTOR_OF).fit.chi2


def aligned(unit: np.ndarray, answers: np.ndarray) -> float:
    """Return the part of parameters that do not hold after alignment of 63 one-factor models."""
    items, wanted = (
        answers.shape[1],
        np.r_[0 : answers.shape[1], 2 * answers.shape[1] : 3 * answers.shape[1]],
    )
    fits = [
        fit_cfa([weighted_moments(answers[unit == code])], one_group([0] * items))
        for code in range(UNITS)
    ]
    spread = np.zeros((2 * items, UNITS, 2 * items, UNITS))
    for code, fit in enumerate(fits):
        spread[:, code, :, code] = fit.covariance[np.ix_(wanted, wanted)]
    loads = np.array([fit.groups[0].loadings for fit in fits])
    nu = np.array([fit.groups[0].intercepts for fit in fits])
    n = np.bincount(unit).astype(float)
    found = align(loads, nu, n, np.random.default_rng(1))
    tests = examine_alignment(
        AlignmentLoss(loads, nu, n), found, spread.reshape(2 * items * UNITS, -1)
    )
    return tests.share_broken


def timed(what: str, compute: Callable[[], float], times: int = 3) -> float:
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        value = compute()
        seconds.append(time.perf_counter() - begun)
    middle = float(np.median(seconds))
    print(f"ours, {what}: {middle:.2f} s; value {value:.10g}")
    return middle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=20_000)
    parser.add_argument("--groups", nargs="*", default=["3", "6"])
    asked = parser.parse_args()
    data = simulated(asked.rows)
    unit, answers = data[:, 0].astype(int), data[:, 1:].astype(float)
    ours = {
        "psych": timed("polychoric, 25 items", lambda: polychoric(answers).correlation[0, 1]),
        "WLSMV": timed("WLSMV, 25 items, 5 factors", lambda: ordinal_model(answers)),
        "groups": timed(
            "63 models of 5 items, aligned and tested", lambda: aligned(unit, answers[:, :5])
        ),
    }
    if shutil.which("Rscript") is None:
        print("psych, lavaan: Rscript is not installed here")
        return
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "d.csv", Path(folder) / "fit.R"
        header = ",".join(["unit", *(f"y{item + 1}" for item in range(ITEMS))])
        np.savetxt(table, data, delimiter=",", header=header, comments="", fmt="%d")
        script.write_text(R_SCRIPT)
        made = subprocess.run(
            ["Rscript", str(script), str(table), *asked.groups],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    for line in filter(None, made.stdout.splitlines()):
        what, seconds, value = line.strip("|").split("|")
        against = next(taken for name, taken in ours.items() if name in what)
        ratio = float(seconds) / against
        print(f"{what}: {float(seconds):.2f} s; value {value}; {ratio:.1f} times our time")


if __name__ == "__main__":
    main()
