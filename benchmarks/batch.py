"""Twenty notebooks with their web pages: seconds of `kbnn run` beside loops of papermill.

Run: python benchmarks/batch.py [--notebooks 20] [--ways loop pool fork kbnn] [--repeat 1]
Each way is a process of its own, timed from its start to its end, imports and all; ways take
turns, so that what else the machine does falls on all. The notebook describes 63 x 150 simulated
answers (DỮ LIỆU MÔ PHỎNG / SIMULATED DATA), draws two figures, fits two models and makes 63 tests.

loop   for each notebook papermill.execute_notebook, then nbconvert's HTMLExporter
pool   the same in a ProcessPoolExecutor of two
fork   the loop with papermill's engine_name="kbnn-fork"
kbnn   `kbnn run` of one params file, which also checks data and writes PDF, Word and Excel
again  `kbnn run` once more, with nothing changed
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

PARAMETERS = 'period: str = "2023-1"\nseed: int = 1\nlanguage: str = "vi"'
CELLS = (
    "import matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns\n"
    "import statsmodels.formula.api as smf\nfrom scipy import stats",
    "rng = np.random.default_rng([seed, NUMBER])\nunit = np.repeat(np.arange(63), 150)\n"
    "level = rng.normal(0, 0.2, 63)\ndata = pd.DataFrame({'unit': unit})\n"
    "data['speed'] = rng.integers(1, 6, len(data))\n"
    "data['y'] = 3 + level[unit] + 0.3 * data['speed'] + rng.normal(0, 1, len(data))",
    "data.describe().round(3)",
    "means = data.groupby('unit')['y'].agg(['mean', 'sem'])\nmeans.round(3)",
    "figure, axes = plt.subplots(figsize=(6, 10))\n"
    "axes.errorbar(means['mean'], means.index, xerr=1.96 * means['sem'], fmt='o');",
    "fit = smf.ols('y ~ speed', data).fit(cov_type='cluster', cov_kwds={'groups': unit})\n"
    "fit.params.round(4)",
    "mixed = smf.mixedlm('y ~ speed', data, groups=data['unit']).fit()\nmixed.params.round(4)",
    "figure, axes = plt.subplots()\n"
    "sns.heatmap(pd.crosstab(data['unit'] % 9, data['speed']), ax=axes);",
    "middle = data['y'].mean()\n"
    "p = [stats.ttest_1samp(part['y'], middle).pvalue for _, part in data.groupby('unit')]",
    "int((stats.false_discovery_control(p) < 0.05).sum())",
)
WAYS = ("loop", "pool", "fork", "kbnn", "again")
WANTED = {"loop": 6, "pool": 3}  # how many times faster `kbnn run` is to be, on two cores
BARE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def write_project(folder: Path, notebooks: int) -> None:
    import nbformat

    names = [f"bench-{number:02d}" for number in range(1, notebooks + 1)]
    title = nbformat.v4.new_markdown_cell("# A period", id="title")
    made = nbformat.v4.new_notebook(cells=[title])
    made.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    for number, source in enumerate((PARAMETERS, *CELLS)):
        cell = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        cell.metadata["tags"] = [] if number else ["parameters"]
        made.cells.append(cell)
    (folder / "notebooks").mkdir(parents=True)
    for number, name in enumerate(names):  # each differs: equal ones would be executed once
        text = nbformat.writes(made).replace("NUMBER", str(number))
        (folder / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    told = 'period: "2023-1"\nlanguages: [vi]\nsheets: false\nsimulate: {scale: 0.15}\n'
    (folder / "params.yaml").write_text(f"{told}notebooks: {json.dumps(names)}\n", encoding="utf-8")


def one(path: Path, engine: str | None = None) -> None:
    """Execute a notebook and write its web page, as people do in a loop."""
    import nbformat
    import papermill
    from nbconvert import HTMLExporter

    target = path.parent.parent / "made" / path.name
    papermill.execute_notebook(
        str(path), str(target), parameters={"seed": 7}, kernel_name="python3",
        engine_name=engine, progress_bar=False,
    )  # fmt: skip
    page, _ = HTMLExporter().from_notebook_node(nbformat.read(target, as_version=4))
    target.with_suffix(".html").write_text(page, encoding="utf-8")


def loop(folder: Path, engine: str | None = None) -> None:
    (folder / "made").mkdir()
    for path in sorted((folder / "notebooks").glob("*.ipynb")):
        one(path, engine)


def fork(folder: Path) -> None:
    loop(folder, "kbnn-fork")


def pool(folder: Path) -> None:
    (folder / "made").mkdir()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        list(executor.map(one, sorted((folder / "notebooks").glob("*.ipynb"))))


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Return the seconds of the clock and of the processors that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **BARE}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(ways: list[str], notebooks: int) -> dict[str, tuple[float, float]]:
    found = {}
    with tempfile.TemporaryDirectory() as place:
        for way in ways:
            folder = Path(place) / ("kbnn" if way == "again" else way)
            if way != "again":
                write_project(folder, notebooks)
            itself = [sys.executable, str(Path(__file__).resolve()), "--only", way]
            command = [sys.executable, "-m", "kbnn_analysis", "run", "params.yaml"]
            found[way] = timed(command if way in {"kbnn", "again"} else itself, folder)
            pages = [*folder.glob("made/*.html"), *folder.glob("outputs/2023-1/**/*.html")]
            if len(pages) != notebooks:
                raise SystemExit(f"{way} made {len(pages)} web pages of {notebooks} notebooks")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--ways", nargs="+", default=[*WAYS], choices=WAYS)
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only:
        functions: dict[str, Callable[[Path], Any]] = {"loop": loop, "pool": pool, "fork": fork}
        functions[asked.only](Path.cwd())
        return
    rounds = [measure(asked.ways, asked.notebooks) for _ in range(asked.repeat)]
    middle = {way: [statistics.median(each[way][i] for each in rounds) for i in (0, 1)]
              for way in asked.ways}  # fmt: skip
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{asked.notebooks} notebooks with web pages, median of {asked.repeat}, load {load:.1f}")
    print(f"{'way':<8}{'seconds':>9}{'CPU':>9}{'kbnn is faster by':>20}")
    for way, (seconds, processor) in middle.items():
        ratio = f"{seconds / middle['kbnn'][0]:19.1f}x" if "kbnn" in middle else ""
        wanted = f"  (wanted: {WANTED[way]}x)" if ratio and way in WANTED else ""
        print(f"{way:<8}{seconds:9.1f}{processor:9.1f}{ratio}{wanted}")


if __name__ == "__main__":
    main()
