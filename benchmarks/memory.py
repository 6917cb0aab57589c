"""Memory of estimation and of the random-intercept logit: is it linear in the respondents?

Run: python benchmarks/memory.py [--respondents 500000 1000000 2000000 4000000]
Each size runs in a process of its own, which reads the same answers from files. The figure is how
far the peak of its resident memory rose while it worked, beyond what it held before, the answers
themselves included. A line through the sizes is fitted: its slope is the bytes that
a respondent costs, and the largest distance from it says how straight it is.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from estimation import OFFICES, PROVINCES, draw

from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.domains import ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.random_intercept import fit_random_intercept

WORKS = ("covariance, offices as strata", "covariance, offices as PSUs", "random-intercept logit")


def peak() -> float:
    """Return the peak of the resident memory so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def work(name: str, data: dict[str, np.ndarray]) -> None:
    y, w = data["y"][:, None], data["w"]
    if name == WORKS[2]:
        X = np.column_stack([np.ones(len(y)), data["office"] % 3])
        fit_random_intercept(data["province"], X, data["y"])
        return
    design = design_arrays(w, **{"strata" if name == WORKS[0] else "psu": data["office"]})
    ratios = ratio_by_domain(y, np.ones_like(y), w, data["province"], PROVINCES)
    influence_covariance(ratios.influences, design)


def child(folder: Path, name: str) -> None:
    data = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    before = peak()
    work(name, data)
    print(peak() - before)


def alone(*given: str) -> str:
    """Run this file in a process of its own.

    A process inherits the peak of the one that started it, so that this one must hold no answers.
    """
    call = [sys.executable, __file__, *given]
    return subprocess.run(call, capture_output=True, text=True, check=True).stdout


def keep(folder: Path, respondents: int) -> None:
    for key, values in draw(respondents).items():
        np.save(folder / f"{key}.npy", values)


def measured(name: str, respondents: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        alone("--keep", folder, str(respondents))
        return float(alone("--child", folder, name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--respondents", type=int, nargs="+")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--keep", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(Path(options.child[0]), options.child[1])
        return
    if options.keep:
        keep(Path(options.keep[0]), int(options.keep[1]))
        return
    sizes = options.respondents or [500_000, 1_000_000, 2_000_000, 4_000_000]
    print(f"{OFFICES} offices, {PROVINCES} provinces; megabytes beyond the answers themselves")
    for name in WORKS:
        rose = np.array([measured(name, size) for size in sizes])
        slope, start = np.polyfit(sizes, rose, 1)
        off = np.abs(rose / (start + slope * np.array(sizes)) - 1).max()
        told = ", ".join(f"{n}: {b / 1e6:.0f}" for n, b in zip(sizes, rose, strict=True))
        print(f"{name}: {told}; {slope:.0f} bytes a respondent, off the line by {off:.1%} at most")


if __name__ == "__main__":
    main()
