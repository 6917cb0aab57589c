"""Rank sets and comparisons of 63 units: ours, beside emmeans in one run where R has it.

    python benchmarks/ranking.py [units]

csranks is timed too where R has it (one call with 10,000 draws of each kind); where it is not,
what it took elsewhere is printed as that: not measured here. The error of our
quasi-Monte Carlo critical value is printed beside that of 10,000 plain draws, which is
sqrt(alpha (1 - alpha) / draws) over the density of the largest error.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kbnn_analysis.stats.binomial_ranks import binomial_rank_sets
from kbnn_analysis.stats.contrasts import contrasts, pair_matrix
from kbnn_analysis.stats.joint_errors import joint_errors
from kbnn_analysis.stats.largest_error import plain_draws, standardized
from kbnn_analysis.stats.multiplicity import adjust_p, simultaneous
from kbnn_analysis.stats.rank_sets import rank_sets

ELSEWHERE = {"csranks, simultaneous": 3.0, "csranks, marginal": 7.6}  # 63 units, 10,000 draws
R_SCRIPT = """
d <- read.csv(commandArgs(TRUE)[1])
if (requireNamespace("emmeans", quietly = TRUE)) {
  e <- emmeans::emmobj(d$estimate, diag(d$variance), levels = list(unit = d$unit), df = Inf)
  t <- system.time(as.data.frame(emmeans::contrast(e, "pairwise", adjust = "holm")))[["elapsed"]]
  cat("emmeans, Holm=", t, "\\n", sep = "")
}
if (requireNamespace("csranks", quietly = TRUE)) for (kind in c(TRUE, FALSE)) {
  t <- system.time(csranks::csranks(d$estimate, diag(d$variance), simul = kind, R = 10000))
  cat("csranks, ", if (kind) "simultaneous" else "marginal", "=", t[["elapsed"]], "\\n", sep = "")
}
"""


def simulated(units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(20231)
    n = rng.integers(80, 401, units)
    count = rng.binomial(n, 1 / (1 + np.exp(-rng.normal(3.9, 0.6, units))))
    smoothed = (count + 0.5) / (n + 1)
    return count, n, smoothed * (1 - smoothed) / n


def timed(name: str, work: Callable[[], object], repeats: int = 7) -> float:
    work()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    print(f"ours, {name}: median {np.median(times):.4f} s, least {min(times):.4f} s")
    return float(np.median(times))


def precision(V: np.ndarray) -> None:
    K = pair_matrix(len(V))
    errors = standardized(K, np.sqrt(np.diag(K @ V @ K.T)), joint_errors(V))
    sets = rank_sets(np.zeros(len(V)), V)
    largest, c = plain_draws(errors), sets.critical[0]
    density = ((largest > c - 0.1).mean() - (largest > c + 0.1).mean()) / 0.2
    plain = np.sqrt(0.05 * 0.95 / 10_000) / density
    print(f"critical value {c:.4f}: standard error {sets.error:.4f}; of 10,000 draws {plain:.4f}")


def beside(mine: dict[str, float], told: str) -> None:
    """Print what R took and how many times ours that is; what it lacks is said."""
    took = dict(line.split("=") for line in told.splitlines() if "=" in line)
    for name, ours in mine.items():
        if name in took:
            seconds = float(took[name])
            print(f"R: {name}: {seconds:.3f} s, {seconds / ours:.0f} times ours")
        else:
            elsewhere = ELSEWHERE.get(name)
            known = f"; published {elsewhere} s, not measured here" if elsewhere else ""
            print(f"R: {name.split(',')[0]} is not installed here{known}")


def main() -> None:
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 63
    count, n, variance = simulated(units)
    rate, V = count / n, np.diag(variance)
    precision(V)
    mine = {}
    for kind in ("simultaneous", "marginal"):
        mine[f"csranks, {kind}"] = timed(
            f"{kind} sets, independent", lambda kind=kind: rank_sets(rate, V, kind=kind)
        )
        timed(f"{kind} sets, correlated", lambda kind=kind: rank_sets(rate, V + 1e-6, kind=kind), 3)
    timed("simultaneous sets, exact", lambda: binomial_rank_sets(count, n))
    found = contrasts(pair_matrix(units), rate, V)
    pairs = len(found.difference)
    mine["emmeans, Holm"] = timed(
        f"{pairs} pairs, Holm",
        lambda: adjust_p(contrasts(pair_matrix(units), rate, V).p_value, "holm"),
    )
    timed(f"{pairs} pairs, max-t", lambda: simultaneous(found, V, 0.95))
    if shutil.which("Rscript") is None:
        print("R is not installed here")
        return
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "d.csv", Path(folder) / "compare.R"
        rows = np.column_stack([np.arange(units), rate, variance])
        np.savetxt(table, rows, delimiter=",", header="unit,estimate,variance", comments="")
        script.write_text(R_SCRIPT)
        told = subprocess.run(
            ["Rscript", str(script), str(table)], capture_output=True, text=True, check=True
        )
    beside(mine, told.stdout)


if __name__ == "__main__":
    main()
