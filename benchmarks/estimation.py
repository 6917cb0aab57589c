"""Full covariance of 63 provinces from many respondents in 693 offices, beside R's svyby and svy.

Run: python benchmarks/estimation.py [--respondents 1000000] [--repeats 5] [--svy-python PYTHON]
All sides get the same numbers in the same run; R takes part where Rscript and its survey package
are installed, the Python package svy where PYTHON (by default this one) has it: it needs another
polars than ours, so that it may stand in an environment of its own. Times are medians of the
repeats, in seconds, on this machine. The largest difference of the covariances, relative to the
largest variance, stands beside them, so that only equal answers are compared.
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

from kbnn_analysis.stats.design import DesignArrays, design_arrays
from kbnn_analysis.stats.domains import ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance

PROVINCES, OFFICES = 63, 693

R_SCRIPT = """
suppressPackageStartupMessages({library(survey); library(jsonlite)})
arguments <- commandArgs(TRUE); n <- as.integer(arguments[2]); repeats <- as.integer(arguments[3])
raw <- function(name) readBin(file.path(arguments[1], name), "double", n)
d <- data.frame(office = as.integer(raw("office")), province = as.integer(raw("province")),
                y = raw("y"), w = raw("w"))
run <- function(...) {
  make <- numeric(); work <- numeric()
  for (i in seq_len(repeats)) {
    make <- c(make, system.time(design <- svydesign(..., weights = ~w, data = d))[["elapsed"]])
    work <- c(work, system.time(by <- svyby(~y, ~province, design, svymean, covmat = TRUE)
                                )[["elapsed"]])
  }
  list(design = median(make), covariance = median(work), values = unname(vcov(by)))
}
out <- list(strata = run(~1, strata = ~office), psu = run(~office),
            version = paste("survey", packageVersion("survey"), "on R", getRversion()))
write_json(out, file.path(arguments[1], "r.json"), digits = NA, auto_unbox = TRUE)
"""


SVY_SCRIPT = """
import json, sys, time
from pathlib import Path
import numpy as np, polars as pl, svy
folder, repeats = Path(sys.argv[1]), int(sys.argv[2])
names = ("office", "province", "y", "w")
data = pl.DataFrame({name: np.fromfile(folder / name) for name in names})
data = data.with_columns(pl.col("office", "province").cast(pl.Int64))
def run(**design):
    make, work = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        sample = svy.Sample(data, svy.Design(wgt="w", **design))
        middle = time.perf_counter()
        found = sample.estimation.mean("y", by="province")
        work.append(time.perf_counter() - middle)
        make.append(middle - start)
    order = np.argsort([row["province"] for row in found.to_polars().iter_rows(named=True)])
    values = found.covariance[np.ix_(order, order)].tolist()
    return {"design": np.median(make), "covariance": np.median(work), "values": values}
out = {"strata": run(stratum="office"), "psu": run(psu="office")}
out["version"] = "svy " + svy.__version__
(folder / "svy.json").write_text(json.dumps(out))
"""


def draw(respondents: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(693)
    office = rng.integers(0, OFFICES, respondents)
    rate = rng.beta(97 / 5, 3 / 5, OFFICES)[office]
    return {
        "office": office,
        "province": office // (OFFICES // PROVINCES),
        "y": (rng.random(respondents) < rate).astype(float),
        "w": rng.uniform(0.5, 2.0, respondents),
    }


def median_time(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return float(np.median(times)), result


def ours(data: dict[str, np.ndarray], kind: str, repeats: int) -> dict[str, Any]:
    y, w = data["y"][:, None], data["w"]

    def make() -> DesignArrays:
        return design_arrays(w, **{kind: data["office"]})

    def work() -> np.ndarray:
        ratios = ratio_by_domain(y, np.ones_like(y), w, data["province"], PROVINCES)
        return influence_covariance(ratios.influences, design)

    make_time, design = median_time(make, repeats)
    work_time, values = median_time(work, repeats)
    return {"design": make_time, "covariance": work_time, "values": values}


def peers(data: dict[str, np.ndarray], repeats: int, svy_python: str) -> dict[str, Any]:
    """Return what each peer that is installed took and found."""
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, values in data.items():
            values.astype(float).tofile(Path(folder) / name)
        for name, suffix, script, command in (
            ("r", "R", R_SCRIPT, [shutil.which("Rscript"), folder, str(len(data["y"]))]),
            ("svy", "py", SVY_SCRIPT, [svy_python, folder]),
        ):
            path = Path(folder) / f"peer.{suffix}"
            path.write_text(script, encoding="utf-8")
            program, *given = command
            if program is None:
                continue
            call = [program, str(path), *given, str(repeats)]
            if subprocess.run(call, check=False, capture_output=True).returncode == 0:
                answers[name] = json.loads((Path(folder) / f"{name}.json").read_text("utf-8"))
    return answers


def beside(mine: dict[str, Any], peer: dict[str, Any], kind: str) -> str:
    """Return what a peer took, how much longer that is, and how far its answer is from ours."""
    values = np.array(peer[kind]["values"])
    gap = np.abs(mine[kind]["values"] - values).max() / values.max()
    ratio = peer[kind]["covariance"] / mine[kind]["covariance"]
    return (
        f"    {peer['version']}: design {peer[kind]['design']:.2f}, covariance "
        f"{peer[kind]['covariance']:.2f}: {ratio:.1f} times ours; largest difference {gap:.0e}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--respondents", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--svy-python", default=sys.executable)
    options = parser.parse_args()
    data = draw(options.respondents)
    mine = {kind: ours(data, kind, options.repeats) for kind in ("strata", "psu")}
    found = peers(data, options.repeats, options.svy_python)
    print(f"{options.respondents} respondents, {OFFICES} offices, {PROVINCES} provinces, seconds")
    for name, what in (("r", "Rscript with survey"), ("svy", "the Python package svy")):
        if name not in found:
            print(f"{what} is not installed here: it takes no part")
    for kind, name in (("strata", "offices as strata"), ("psu", "offices as PSUs")):
        took = f"design {mine[kind]['design']:.3f}, covariance {mine[kind]['covariance']:.3f}"
        print(f"  {name}: ours {took}")
        for peer in found.values():
            print(beside(mine, peer, kind))


if __name__ == "__main__":
    main()
