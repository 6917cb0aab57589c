"""Driver analysis side by side with its peers: ``python benchmarks/drivers.py``.

Each line is the best wall time of three runs; agreement is the largest absolute difference from
the peer's numbers. Peers that are not installed are named and left out; pingouin may live in an
environment of its own, whose interpreter ``--peer`` names.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kbnn_analysis.stats.coalitions import shapley_plan
from kbnn_analysis.stats.cumulative import fit_cumulative
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.dominance import dominance
from kbnn_analysis.stats.game_fit import pseudo_importance
from kbnn_analysis.stats.importance import lmg
from kbnn_analysis.stats.ordinal import fit_ordinal
from kbnn_analysis.stats.share_bootstrap import bootstrap_lmg
from kbnn_analysis.stats.subset_fit import subset_r_squared

Floats = np.ndarray


def best(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    """Return the shortest of some wall times, and the result."""
    times, made = [], None
    for _ in range(runs):
        start = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - start)
    return min(times), made


def line(what: str, seconds: float, note: str = "") -> None:
    print(f"{what:<62}{seconds:>10.3f} s  {note}")


def answers(n: int, p: int, seed: int = 1) -> tuple[Floats, Floats]:
    """Return p correlated answers 1..5 near the ceiling and a score that follows them."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    x = 1.0 + np.searchsorted([-3.5, -3.0, -2.0, 0.0], latent.ravel()).reshape(n, p)
    return x, x @ np.linspace(0.1, 1.0, p) + rng.normal(0, 3, n)


def every_subset(x: Floats, y: Floats) -> Floats:
    """Return LMG the plain way: one least-squares solution for each of the 2**p subsets."""
    p, covariance = x.shape[1], np.cov(np.column_stack([x, y]).T)
    fits = np.zeros(1 << p)
    for mask in range(1, 1 << p):
        members = np.flatnonzero((mask >> np.arange(p)) & 1)
        cross = covariance[members, -1]
        slopes = np.linalg.solve(covariance[np.ix_(members, members)], cross)
        fits[mask] = cross @ slopes / covariance[-1, -1]
    return dominance(fits).shapley


def importance(n: int, p: int, peer: str) -> dict[str, float]:
    """Time LMG and its peers; return the peers' seconds."""
    x, y = answers(n, p)
    peers: dict[str, float] = {}
    taken, ours = best(lambda: lmg(x, y, np.ones(n)))
    line(f"LMG, {n:,} x {p}, with influences for standard errors", taken)

    def shares() -> Any:
        covariance = np.cov(np.column_stack([x, y]).T)
        return dominance(subset_r_squared(covariance).r_squared)

    seconds, _ = best(shares)
    line("  what peers give: values and dominance alone", seconds)
    taken, plain = best(lambda: every_subset(x, y), runs=1)
    gap = np.abs(ours.shares * ours.r_squared - plain).max()
    line("  plain numpy, one fit a subset", taken, f"{taken / seconds:.0f}x; agreement {gap:.1e}")
    theirs = pingouin(peer, x, y)
    if theirs is None:
        print("  pingouin: not installed; name an interpreter that has it with --peer")
    else:
        gap = np.abs(ours.shares * ours.r_squared - theirs["value"]).max()
        taken, name = theirs["seconds"], f"pingouin {theirs['version']}"
        peers[name] = taken
        line(f"  {name}", taken, f"{taken / seconds:.0f}x; agreement {gap:.1e}")
    if r_has("relaimpo"):
        taken = r_seconds(
            "library(relaimpo); f <- lm(y ~ ., d)",
            'calc.relimp(f, type = "lmg")',
            pd.DataFrame(x).add_prefix("x").assign(y=y),
        )
        peers["relaimpo"] = taken
        line("  relaimpo", taken, f"{taken / seconds:.0f}x")
    else:
        print("  relaimpo: not installed")
    return peers


def twenty(n: int) -> None:
    x, y = answers(n, 20)
    seconds, _ = best(lambda: lmg(x, y, np.ones(n)), runs=1)
    line(f"LMG, {n:,} x 20, all {1 << 20:,} subsets", seconds)


def bootstrap(n: int, p: int, replicates: int, once: dict[str, float]) -> None:
    """Time the bootstrap; `once` are peers' seconds for one fit, of which it takes as many."""
    x, y = answers(n, p)
    design = design_arrays(np.ones(n), psu=np.arange(n) % 700)
    record, keep = np.column_stack([x, y]), np.ones(n, dtype=bool)
    rng = np.random.default_rng(1)
    seconds, _ = best(lambda: bootstrap_lmg(record, keep, design, 0, replicates, rng), runs=1)
    line(f"bootstrap of LMG over 700 PSUs, {replicates:,} x {p} drivers", seconds)
    for name, each in once.items():
        taken = replicates * each
        line(f"  {name}, {replicates:,} times its one fit", taken, f"{taken / seconds:.0f}x")


def pseudo(n: int, p: int) -> None:
    x, y = answers(n, p)
    level = np.searchsorted(np.quantile(y, [0.01, 0.03, 0.45]), y)
    seconds, _ = best(lambda: pseudo_importance(x, level, np.ones(n), shapley_plan(p)), runs=1)
    line(f"McFadden importance, {2**p:,} ordinal fits, {n:,} x {p}", seconds)


def ordinal(n: int, p: int) -> None:
    x, y = answers(n, p)
    level = np.searchsorted(np.quantile(y, [0.01, 0.03, 0.1, 0.45]), y)
    seconds, ours = best(lambda: fit_ordinal(x, level))
    line(f"proportional odds, {n:,} x {p}, fit_ordinal", seconds)

    def engine() -> Any:
        data = cumulative_data(level, np.ones(n))
        return fit_cumulative(data, x[data.order])

    quick, fast = best(engine)
    gap = np.abs(fast.slopes - ours.coefficients).max()
    line(
        "  the cumulative engine of drivers", quick, f"{seconds / quick:.1f}x; agreement {gap:.1e}"
    )
    frame = pd.DataFrame(x).add_prefix("x").assign(y=level)
    if r_has("ordinal"):
        names = " + ".join(f"x{j}" for j in range(p))
        taken = r_seconds(
            "suppressMessages(library(ordinal)); d$y <- factor(d$y)",
            f"clm(y ~ {names}, data = d)",
            frame,
        )
        line("  ordinal::clm", taken, f"{taken / quick:.1f}x the engine's time")
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    def peer() -> Any:
        return OrderedModel(level, x, distr="logit").fit(method="bfgs", disp=False, maxiter=500)

    taken, theirs = best(peer, runs=1)
    gap = np.abs(theirs.params[:p] - ours.coefficients).max()
    line("  statsmodels OrderedModel (bfgs)", taken, f"{taken / quick:.0f}x; agreement {gap:.1e}")


PINGOUIN = """
import json, sys, time
import numpy as np, pandas as pd, pingouin
d = np.load(sys.argv[1])
x, y = pd.DataFrame(d[:, :-1]), d[:, -1]
pingouin.linear_regression(x.iloc[:, :3], y, relimp=True)  # imports done before the clock starts
times = []
for _ in range(3):
    start = time.perf_counter()
    found = pingouin.linear_regression(x, y, relimp=True)
    times.append(time.perf_counter() - start)
value = found["relimp"].to_numpy()[1:].tolist()
print(json.dumps({"seconds": min(times), "value": value, "version": pingouin.__version__}))
"""


def pingouin(python: str, x: Floats, y: Floats) -> dict[str, Any] | None:
    """Return seconds and values of pingouin in an interpreter; None where it is not installed."""
    if subprocess.run([python, "-c", "import pingouin"], capture_output=True).returncode:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npy"
        np.save(path, np.column_stack([x, y]))
        made = subprocess.run(
            [python, "-c", PINGOUIN, str(path)], capture_output=True, text=True, check=True
        )
    found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return found


def r_has(package: str) -> bool:
    """Return whether R and one of its packages are installed."""
    if not shutil.which("Rscript"):
        return False
    told = f'cat(requireNamespace("{package}", quietly = TRUE))'
    return (
        "TRUE"
        in subprocess.run(
            ["Rscript", "-e", told], capture_output=True, text=True, check=True
        ).stdout
    )


def r_seconds(prepare: str, work: str, data: pd.DataFrame) -> float:
    """Return R's own wall time of an expression, reading of the data not counted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        data.to_csv(path, index=False)
        code = (
            f'd <- read.csv("{path}"); {prepare}; '
            f'cat("\\n", min(replicate(2, system.time({work})["elapsed"])))'
        )
        made = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    return float(made.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the sizes, to try it out")
    parser.add_argument("--peer", default=sys.executable, help="a Python that has pingouin")
    asked = parser.parse_args()
    small = asked.small
    cut = 10 if small else 1
    peers = importance(20_000 // cut, 10 if small else 15, asked.peer)
    if not small:
        twenty(20_000)
    bootstrap(20_000 // cut, 10 if small else 15, 1_000 // cut, peers)
    pseudo(20_000 // cut, 5 if small else 7)
    ordinal(100_000 // cut, 20)


if __name__ == "__main__":
    main()
