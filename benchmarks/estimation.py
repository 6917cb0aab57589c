"""Full covariance of 63 provinces from many respondents in 693 offices, beside R's svyby.

Run: python benchmarks/estimation.py [--respondents 1000000] [--repeats 5]
Both sides get the same numbers in the same run; R takes part where Rscript and its survey package
are installed. Times are medians of the repeats, in seconds, on this machine. The largest relative
difference of the covariances stands beside them, so that only equal answers are compared.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
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


def theirs(data: dict[str, np.ndarray], repeats: int) -> dict[str, Any] | None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, values in data.items():
            values.astype(float).tofile(Path(folder) / name)
        script = Path(folder) / "peer.R"
        script.write_text(R_SCRIPT, encoding="utf-8")
        command = [rscript, str(script), folder, str(len(data["y"])), str(repeats)]
        if subprocess.run(command, check=False).returncode:
            return None
        return json.loads((Path(folder) / "r.json").read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--respondents", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    data = draw(options.respondents)
    mine = {kind: ours(data, kind, options.repeats) for kind in ("strata", "psu")}
    peer = theirs(data, options.repeats)
    print(f"{options.respondents} respondents, {OFFICES} offices, {PROVINCES} provinces, seconds")
    print(f"peer: {peer['version'] if peer else 'Rscript with survey is not installed'}")
    for kind, name in (("strata", "offices as strata"), ("psu", "offices as PSUs")):
        print(f"  {name}: ours design {mine[kind]['design']:.3f}", end="")
        print(f" covariance {mine[kind]['covariance']:.3f}", end="")
        if peer:
            values = np.array(peer[kind]["values"])
            gap = np.abs(mine[kind]["values"] - values).max() / values.max()
            ratio = peer[kind]["covariance"] / mine[kind]["covariance"]
            print(f"; R {peer[kind]['design']:.2f} and {peer[kind]['covariance']:.2f}", end="")
            print(f"; {ratio:.0f} times faster; largest difference {gap:.0e}", end="")
        print()


if __name__ == "__main__":
    main()
