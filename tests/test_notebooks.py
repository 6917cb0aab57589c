"""The shape of a notebook: a question, sentences first, one to six lines a cell."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from kbnn_analysis.runs.notebooks import read_notebook
from kbnn_analysis.runs.params import NOTEBOOKS, Settings, load_params
from kbnn_analysis.runs.typed import check_values

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "notebooks").glob("*.ipynb"))
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
LOOKED_UP = ("## Làm lại", "## How to reproduce", "## Phụ lục", "## Annex")
LIMITS = {"vi": "## Hạn chế", "en": "## Limits"}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def cells(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in found]


def tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def code_of(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell["cell_type"] == "code"]


def thinking(cells: list[dict[str, Any]]) -> list[str]:
    """Return the sources between setup and end: where results are made and shown."""
    return [c["source"] for c in code_of(cells) if not {"parameters", "setup"} & set(tags(c))]


def test_the_notebooks_of_a_default_run_are_there() -> None:
    assert {path.stem for path in FILES} >= set(NOTEBOOKS)


def test_it_opens_with_a_question_in_both_languages(cells: list[dict[str, Any]]) -> None:
    for language in ("vi", "en"):
        heads = [
            cell["source"]
            for cell in cells
            if cell["cell_type"] == "markdown"
            and tags(cell) == [f"lang-{language}"]
            and re.search(r"^# ", cell["source"], re.MULTILINE)
        ]
        assert len(heads) == 1
        assert heads[0].splitlines()[0].startswith("# ")
        assert heads[0].splitlines()[0].endswith("?")
    assert [cell["cell_type"] for cell in cells[:2]] == ["markdown", "markdown"]


def test_parameters_then_setup_then_the_rest(path: Path, cells: list[dict[str, Any]]) -> None:
    marked = [tags(cell) for cell in code_of(cells)]
    assert marked[:2] == [["parameters"], ["setup"]]
    assert not [each for each in marked[2:] if each]
    names = set(read_notebook(path).parameters)
    assert names <= {*Settings.model_fields, "language"}


def test_its_defaults_are_the_default_period(cells: list[dict[str, Any]]) -> None:
    """Run All in JupyterLab studies what `make report` reports."""
    values = {
        line.target.id: ast.literal_eval(line.value)
        for line in ast.parse(code_of(cells)[0]["source"]).body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value
    }
    assert values.pop("language") == "vi"
    asked = load_params(ROOT / "params" / "2023-1.yaml")
    told = check_values(Settings, values, name="parameters")
    assert told.as_parameters("vi") == asked.as_parameters("vi")


def test_what_needs_thought_stands_in_the_package(cells: list[dict[str, Any]]) -> None:
    for source in thinking(cells):
        assert len(source.splitlines()) <= 6, source
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.While | ast.Import), (
                source
            )
            assert not isinstance(node, ast.ImportFrom), source
            assert not (isinstance(node, ast.Attribute) and node.attr == "groupby"), source
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC)), source
            if isinstance(node, ast.Constant):
                assert isinstance(node.value, str | bool | None), f"a typed-in number: {source}"


def test_imports_come_from_public_names_of_the_package(cells: list[dict[str, Any]]) -> None:
    for node in ast.walk(ast.parse(code_of(cells)[1]["source"])):
        assert not isinstance(node, ast.Import)
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").startswith("kbnn_analysis.")
            assert not any(alias.name.startswith("_") for alias in node.names)


def test_prose_comes_in_pairs_and_holds_no_results(cells: list[dict[str, Any]]) -> None:
    prose = [cell for cell in cells if cell["cell_type"] == "markdown"]
    languages = [tags(cell) for cell in prose]
    assert languages == [["lang-vi"], ["lang-en"]] * (len(prose) // 2)
    for vi, en in zip(prose[::2], prose[1::2], strict=True):
        assert re.findall(r"^#+", vi["source"], re.M) == re.findall(r"^#+", en["source"], re.M)
    for cell in prose:
        assert not re.search(r"\d[.,]\d|n\s*=\s*\d", cell["source"]), cell["source"]


def test_it_ends_with_limits_and_the_identity_of_the_run(cells: list[dict[str, Any]]) -> None:
    prose = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    at = next(place for place, text in enumerate(prose) if text.startswith(LIMITS["vi"]))
    assert prose[at + 1].startswith(LIMITS["en"])
    # only what one looks up may follow
    assert all(text.startswith(LOOKED_UP) for text in prose[at + 2 :])
    assert cells[-1]["source"] == "run.identity()"


def test_it_is_kept_without_outputs_and_with_fixed_ids(path: Path) -> None:
    found = json.loads(path.read_text(encoding="utf-8"))
    assert set(found["metadata"]) == {"kernelspec", "language_info"}
    assert found["metadata"]["kernelspec"]["name"] == "python3"
    assert found["metadata"]["language_info"] == {"name": "python"}
    ids = [cell["id"] for cell in found["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in found["cells"]:
        assert re.fullmatch(r"[a-z][a-z0-9-]*", cell["id"])
        assert not re.fullmatch(r"[0-9a-f]{8}", cell["id"]), "a random id"
        assert set(cell["metadata"]) <= {"tags"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
