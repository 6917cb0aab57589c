"""The plan: everything fits before the first kernel starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.notebooks import producers, read_notebook
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import make_plan

Write = Callable[..., Path]


def params(*notebooks: str, **more: object) -> Params:
    return Params.model_validate({"period": "2023-1", "notebooks": notebooks, **more})


def test_a_plan_goes_language_by_language(tmp_path: Path, write_notebook: Write) -> None:
    write_notebook(tmp_path / "a.ipynb", ["run.save('x', r)"])
    write_notebook(tmp_path / "b.ipynb", ["run.load('x')"], parameters='language: str = "vi"')
    plan = make_plan(params("a", "b"), tmp_path)
    assert [step.label for step in plan] == ["a (vi)", "b (vi)", "a (en)", "b (en)"]
    assert plan[3].parameters == {"language": "en"}
    assert plan[0].parameters["period"] == "2023-1"


def test_all_misfits_of_all_notebooks_are_told_at_once(
    tmp_path: Path, write_notebook: Write
) -> None:
    write_notebook(tmp_path / "a.ipynb", [], parameters="perid: str = ''\nseed: str = ''")
    write_notebook(
        tmp_path / "b.ipynb",
        ["run.load('x')", "run.save('y', r)"],
        parameters="min_n: int | None = 3",
    )
    with pytest.raises(UsageError) as caught:
        make_plan(params("a", "b"), tmp_path)
    told = str(caught.value)
    assert "a: there is no parameter `perid`; did you mean `period`?" in told
    assert "a: `seed` takes str; got 2023." in told
    assert "b loads 'x', which no notebook before it saves." in told


def test_a_result_must_be_saved_before_it_is_loaded(tmp_path: Path, write_notebook: Write) -> None:
    write_notebook(tmp_path / "a.ipynb", ["run.once('x', f)"])
    write_notebook(tmp_path / "b.ipynb", ["run.load('x')"])
    assert len(make_plan(params("a", "b"), tmp_path)) == 4
    with pytest.raises(UsageError, match="no notebook before it saves"):
        make_plan(params("b", "a"), tmp_path)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("seed = 3", "name: type = value"),
        ("seed: int = 3\nimport os", "line 2"),
        ("seed: int = (", "not valid Python"),
        ("seed: Path = 3", "annotate parameters"),
        ("seed: __import__('os') = 3", "annotate parameters"),
    ],
)
def test_a_parameters_cell_must_be_annotated(
    tmp_path: Path, write_notebook: Write, parameters: str, told: str
) -> None:
    path = write_notebook(tmp_path / "a.ipynb", [], parameters=parameters)
    with pytest.raises(UsageError, match=told):
        read_notebook(path)


def test_annotations_that_papermill_reads_are_understood(
    tmp_path: Path, write_notebook: Write
) -> None:
    path = write_notebook(
        tmp_path / "a.ipynb",
        [],
        parameters='"""A."""\na: list[str] = []\nb: dict[str, int] = {}\nc: "Optional[str]" = ""',
    )
    assert read_notebook(path).parameters == {
        "a": list[str],
        "b": dict[str, int],
        "c": str | None,
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [], "nbformat": 3}', "\x00"])
def test_what_is_no_notebook_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="not a Jupyter notebook"):
        make_plan(params("a"), tmp_path)
    assert producers(tmp_path) == {}


def test_a_missing_notebook_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no notebook 'a'"):
        make_plan(params("a"), tmp_path)


def test_who_makes_a_result_is_read_from_the_notebooks(
    tmp_path: Path, write_notebook: Write
) -> None:
    write_notebook(tmp_path / "30-provinces.ipynb", ['run.save("ranking", r)', "run.once('b', f)"])
    assert producers(tmp_path) == {"ranking": "30-provinces", "b": "30-provinces"}
