"""A small project for the tests of runs: two notebooks, one params file."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pytest

PARAMETERS = """\
period: str = "2023-1"
data: str = "simulated"
codebook: str = "kbnn-assumed"
unit_vintage: str | None = "provinces-63"
select: dict = {}
design: dict = {"target": "process", "strata": "province", "psu": "office"}
headline: str | None = "overall_treasury"
conf_level: float = 0.95
seed: int = 20231
min_n: int = 10
audience: str = "public"
language: str = "vi"
simulate: dict = {"seed": 20231, "scale": 0.05}
"""
NAMES = [line.split(":")[0] for line in PARAMETERS.splitlines()]
SETUP = f"""\
from kbnn_analysis.disclosure import disclose
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import top_box
from kbnn_analysis.presentation.figures import plot_estimates
from kbnn_analysis.presentation.tables import table_estimates
from kbnn_analysis.runs import open_run
run = open_run({", ".join(f"{name}={name}" for name in NAMES)})
"""
SATISFACTION = (
    "overall = estimate(run.survey, [top_box('overall_treasury')], by=['unit'])\n"
    "shown = disclose(overall, run.rules)\n"
    "run.save('satisfaction', shown)",
    "run.table('satisfaction', shown, table_estimates(shown, language=run.language))",
    "run.figure('satisfaction', plot_estimates(shown, language=run.language), of=shown)",
)
REPORT = (
    "shown = run.load('satisfaction')",
    "run.table('report', shown, table_estimates(shown, language=run.language))",
    "run.identity()",
)
PARAMS = """\
period: "2023-1"
unit_vintage: provinces-63
design: {target: process, strata: province, psu: office}
headline: overall_treasury
seed: 20231
simulate: {seed: 20231, scale: 0.05}
notebooks: [20-satisfaction, 90-period-report]
"""


def make_notebook(
    cells: Sequence[str], *, parameters: str = PARAMETERS, setup: str = SETUP
) -> nbformat.NotebookNode:
    """Return a notebook in the project's shape with the given code cells."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    sources = [("parameters", parameters), ("setup", setup), *(("", cell) for cell in cells)]
    made.cells = [nbformat.v4.new_markdown_cell("# How satisfied are they?", id="title")]
    for number, (tag, source) in enumerate(sources):
        cell = nbformat.v4.new_code_cell(textwrap.dedent(source).strip(), id=f"cell-{number}")
        cell.metadata["tags"] = [tag] if tag else []
        made.cells.append(cell)
    for language, words in (("vi", "## Giới hạn"), ("en", "## Limits")):
        cell = nbformat.v4.new_markdown_cell(words, id=f"limits-{language}")
        cell.metadata["tags"] = [f"lang-{language}"]
        made.cells.append(cell)
    return made


@pytest.fixture(scope="session")
def write_notebook() -> Callable[..., Path]:
    """Return a function that writes a notebook of given cells."""

    def write(path: Path, cells: Sequence[str], **parts: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(make_notebook(cells, **parts), path)
        return path

    return write


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_notebook: Callable[..., Path]
) -> Path:
    """Return a project folder, which is also the current folder."""
    root = tmp_path / "dự án"
    write_notebook(root / "notebooks" / "20-satisfaction.ipynb", SATISFACTION)
    write_notebook(root / "notebooks" / "90-period-report.ipynb", REPORT)
    (root / "params").mkdir()
    (root / "params" / "2023-1.yaml").write_text(PARAMS, encoding="utf-8")
    monkeypatch.chdir(root)
    return root
