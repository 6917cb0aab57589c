"""Numbers about units reach a run from the params, and are held to the vintage at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbnn_analysis.errors import DataError, UsageError
from kbnn_analysis.runs.content_key import differences, run_parts, shared_parts
from kbnn_analysis.runs.params import load_params
from kbnn_analysis.runs.placing import place_input
from kbnn_analysis.runs.provenance import own_files
from kbnn_analysis.runs.source import load_run_context, settings_of

PARAMS = """\
period: "2023-2"
context: {context}
unit_vintage: {vintage}
simulate: {{seed: 1, scale: 0.02}}
earlier:
  - period: "2023-1"
"""
TABLE = "unit,measure,value,source\nHà Nội,PCI,66.93,PCI 2022\n79,PCI,65.86,PCI 2022\n"


def params(folder: Path, context: str = "own.csv", vintage: str = "provinces-63"):
    path = folder / "params.yaml"
    path.write_text(PARAMS.format(context=context, vintage=vintage), encoding="utf-8")
    return load_params(path)


def test_it_is_placed_counted_and_read(tmp_path) -> None:
    (tmp_path / "own.csv").write_text(TABLE, encoding="utf-8")
    asked = params(tmp_path)
    placed = place_input(asked, tmp_path / "input", [tmp_path])
    assert placed.context == "own.csv"
    assert set(own_files(placed, tmp_path / "input")) == {"context", "earlier 2023-1 data"}
    context = load_run_context(placed, tmp_path / "input")
    assert context is not None
    assert context.numbers["PCI"].to_dict() == {"01": 66.93, "79": 65.86}
    assert settings_of(asked, asked.earlier[0]).context is None  # of this period only


def test_its_bytes_count(tmp_path) -> None:
    (tmp_path / "own.csv").write_text(TABLE, encoding="utf-8")
    first = shared_parts(params(tmp_path), tmp_path, [tmp_path])
    (tmp_path / "own.csv").write_text(TABLE.replace("66.93", "66.94"), encoding="utf-8")
    second = shared_parts(params(tmp_path), tmp_path, [tmp_path])
    assert {name for name in first if first[name] != second[name]} == {"own files"}


def test_the_bytes_of_earlier_answers_count_and_their_folder_does_not(tmp_path) -> None:
    answers = tmp_path / "a" / "old.csv"
    answers.parent.mkdir()
    (tmp_path / "new.csv").write_text("id,q\n1,5\n", encoding="utf-8")
    text = 'period: "2023-2"\ndata: new.csv\nearlier: [{{period: "2023-1", data: {}/old.csv}}]\n'

    def parts(folder: str, content: str) -> dict[str, str]:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "old.csv").write_text(content, encoding="utf-8")
        path = tmp_path / "params.yaml"
        path.write_text(text.format(folder), encoding="utf-8")
        asked = load_params(path)
        return run_parts(asked, (), shared_parts(asked, tmp_path, [tmp_path]))

    first = parts("a", "id,q\n1,5\n")
    assert parts("b", "id,q\n1,5\n") == first
    assert differences(parts("a", "id,q\n1,4\n"), first) == ["earlier periods"]


def test_what_does_not_fit_is_refused_before_anything_runs(tmp_path) -> None:
    (tmp_path / "own.csv").write_text(TABLE + "Hà Tây,PCI,x,\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        place_input(params(tmp_path), tmp_path / "input", [tmp_path])
    told = [(p.row, p.column) for p in caught.value.problems]
    assert told == [(4, "unit"), (4, "source"), (4, "value")]
    with pytest.raises(UsageError, match="needs `unit_vintage`"):
        place_input(params(tmp_path, vintage="null"), tmp_path / "input", [tmp_path])
    with pytest.raises(UsageError, match="there is no file"):
        place_input(params(tmp_path, "other.csv"), tmp_path / "input", [tmp_path])
    with pytest.raises(UsageError, match=r"ends in \.csv"):
        params(tmp_path, "own.xlsx")


def test_two_files_of_one_name_are_refused(tmp_path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match=r"`unit_vintage` and `context` are both called own\.csv"):
        place_input(params(tmp_path, "there/own.csv", "own.csv"), tmp_path / "input", [tmp_path])
