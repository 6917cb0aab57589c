"""Random-intercept logit on 100,000 answers: ours beside lme4::glmer, in one run.

    python benchmarks/random_intercept.py [rows]

Both read the same simulated answers (63 units, three background questions) from the same file;
only the fit is timed, and ours includes the reduction of rows to cells.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kbnn_analysis.stats.random_intercept import fit_random_intercept

R_SCRIPT = """
suppressMessages(library(lme4)); d <- read.csv(commandArgs(TRUE)[1])
for (q in c(1, 9)) {
  t <- system.time(f <- glmer(y ~ a + b2 + b3 + c + (1 | unit), d, binomial, nAGQ = q))[["elapsed"]]
  cat(q, t, logLik(f), sqrt(unlist(VarCorr(f))), fixef(f), "\\n")
}
"""


def simulated(rows: int, units: int = 63) -> np.ndarray:
    rng = np.random.default_rng(20231)
    unit = rng.integers(0, units, rows)
    a, b, c = rng.integers(0, 2, rows), rng.integers(0, 3, rows), rng.integers(1, 6, rows)
    eta = 3.0 + 0.6 * rng.normal(size=units)[unit] + 0.3 * a - 0.2 * (b == 2) - 0.1 * c
    y = rng.random(rows) < 1 / (1 + np.exp(-eta))
    return np.column_stack([unit, y, a, b == 1, b == 2, c]).astype(float)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    data = simulated(rows)
    X = np.column_stack([np.ones(rows), data[:, 2:]])
    mine = {}
    for nodes in (1, 9):
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            fit = fit_random_intercept(data[:, 0].astype(int), X, data[:, 1], nodes=nodes)
            times.append(time.perf_counter() - begun)
        mine[str(nodes)] = float(np.median(times))
        told = f"median {np.median(times):.3f} s, {fit.cells} cells, sd {fit.sd:.6f}"
        print(f"ours  nodes={nodes}: {told}")
        print("      coefficients", fit.coefficients.round(6))
    if shutil.which("Rscript") is None:
        print("glmer: Rscript is not installed here")
        return
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder) / "d.csv", Path(folder) / "fit.R"
        np.savetxt(table, data, delimiter=",", header="unit,y,a,b2,b3,c", comments="", fmt="%g")
        script.write_text(R_SCRIPT)
        told = subprocess.run(
            ["Rscript", str(script), str(table)], capture_output=True, text=True, check=True
        )
    for line in told.stdout.splitlines():
        nodes, seconds, *rest = line.split()
        ratio = float(seconds) / mine[nodes]
        print(f"glmer nodes={nodes}: {seconds} s, {ratio:.0f} times ours;", end=" ")
        print(f"log-likelihood, sd, coefficients {rest}")


if __name__ == "__main__":
    main()
