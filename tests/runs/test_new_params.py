"""`kbnn new`: a commented file that loads, moves on with the period, and marks what is open."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kbnn_analysis.cli import main
from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.strict_yaml import parse_yaml
from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.described import descriptions
from kbnn_analysis.runs.following import Mark, following
from kbnn_analysis.runs.new_params import draft_params, write_params
from kbnn_analysis.runs.params import DesignParams, Params, SimulateParams, load_params
from kbnn_analysis.runs.typed import check_values
from kbnn_analysis.runs.yaml_text import block, scalar

PARAMS = Path(__file__).resolve().parents[2] / "params"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the params of a copy of the project; the project is the current folder."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(PARAMS, tmp_path / "params")


@pytest.fixture
def old(folder: Path) -> Callable[[str], Path]:
    """Return a function that writes the params of 2024-2 with more lines."""

    def write(lines: str) -> Path:
        path = folder / "2024-2.yaml"
        path.write_text(f'period: "2024-2"\n{lines}', encoding="utf-8")
        return path

    return write


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["new", *words])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("model", [Params, DesignParams, SimulateParams])
def test_every_parameter_is_described_in_its_model(model: type[Params]) -> None:
    told = descriptions(model)
    assert list(told) == list(model.model_fields)
    assert all(text.endswith(".") and len(text) > 8 for text in told.values())


def test_a_new_period_has_the_values_of_the_old_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("2025-1", "--like", "2025-2") == 0
    told = capsys.readouterr().out
    assert told.startswith("params/2025-1.yaml has the values of params/2025-2.yaml.\n")
    assert "data: KIỂM TRA / CHECK: the answers are simulated" in told
    new, old = load_params(folder / "2025-1.yaml"), load_params(folder / "2025-2.yaml")
    same = {"period": "2025-1", "unit_vintage": "provinces-63", "earlier": ()}
    assert new == old.model_copy(update=same)


def test_a_period_that_cannot_be_simulated_needs_its_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("2026-1", "--like", "2025-2") == 0
    assert "data: ĐIỀN VÀO / FILL IN: the file of answers; this period" in capsys.readouterr().out
    with pytest.raises(UsageError, match=r"line \d+: `data` is empty; fill it in"):
        load_params(folder / "2026-1.yaml")
    new = load_params(folder / "2026-1.yaml", data="x.csv")
    old = load_params(folder / "2025-2.yaml")
    assert new == old.model_copy(update={"period": "2026-1", "data": "x.csv", "earlier": ()})


def test_the_file_explains_each_parameter_with_its_default(folder: Path) -> None:
    draft = draft_params("2026-1", folder=folder)
    words = " ".join(draft.text.replace("# ", "").split())
    for model in (Params, DesignParams, SimulateParams):
        for meaning in descriptions(model).values():
            assert meaning.replace("None", "null") in words
    everything = re.sub(r"^#(?=(  )?[a-z_]+:)", "", draft.text, flags=re.MULTILINE)
    names = parse_yaml(everything).data
    assert isinstance(names, dict)
    assert set(names) == set(Params.model_fields)
    assert isinstance(names["design"], dict)
    assert set(names["design"]) == set(DesignParams.model_fields)
    document = parse_yaml(everything)
    filled = check_values(Params, {**names, "data": "x"}, name="x", document=document)
    assert filled == load_params(folder / "2025-2.yaml").model_copy(
        update={"period": "2026-1", "data": "x", "earlier": ()}
    )
    assert max(map(len, draft.text.splitlines())) <= 116


def test_without_like_the_newest_earlier_period_of_the_same_length_is_taken(folder: Path) -> None:
    (folder / "2024.yaml").write_text('period: "2024"\n', encoding="utf-8")
    for period, like in (("2026-1", "2025-2"), ("2025-1", "2024-2"), ("2025", "2024")):
        draft = draft_params(period, folder=folder)
        assert draft.like == folder / f"{like}.yaml"
    assert draft_params("đợt I năm 2026", folder=folder).path.name == "2026-1.yaml"
    first = draft_params("2019-1", folder=folder)
    assert first.like is None
    assert "The values are defaults." in first.text
    assert [mark.name for mark in first.marks] == ["data"]


def test_what_is_missing_stops_a_run_until_it_is_filled_in(
    folder: Path, old: Callable[[str], Path]
) -> None:
    old("data: bảng trả lời.xlsx\n")
    draft = draft_params("2025-1", folder=folder)
    write_params(draft)
    assert (
        f'{Mark.FILL}: the file of answers; that of 2024-2 was "bảng trả lời.xlsx".' in draft.text
    )
    with pytest.raises(UsageError, match=r"line \d+: `data` is empty; fill it in"):
        load_params(draft.path)
    assert load_params(draft.path, data="new.csv").period == "2025-1"


def test_values_that_name_the_old_period_move_on(folder: Path) -> None:
    examples = folder / "examples"
    draft = draft_params("2017", folder=folder, like=str(examples / "sfo-2016.yaml"))
    assert draft.path == examples / "sfo-2017.yaml"
    write_params(draft)
    new = load_params(draft.path, data="x.csv")
    assert (new.name, new.select) == ("sfo-2017", {"year": "2017"})
    assert "select" in [mark.name for mark in draft.marks]
    (folder / "hai.yaml").write_text('period: "2024-1"\nname: hai\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"No name follows from 'hai'.*--name"):
        draft_params("2026-1", folder=folder, like=str(folder / "hai.yaml"))
    assert draft_params("2016", folder=folder, like=str(examples / "sfo-2016.yaml"), name="b")


@pytest.mark.parametrize(
    ("lines", "period", "told"),
    [
        ("unit_vintage: provinces-63\n", "2025-2", "2024-2 had provinces-63; in 2025-2 this one"),
        ("unit_vintage: provinces-63\n", "2025", "lies across 2025-07-01"),
        ("unit_vintage: treasury-regions-385\n", "2024-1", "was not in force throughout 2024-1"),
        ("unit_vintage: own.csv\n", "2025-1", "are these the units of 2025-1?"),
        ("unit_vintage: provinces-63\n", "2025-1", ""),
        ("", "2025-2", ""),
    ],
)
def test_units_follow_their_vintage(
    old: Callable[[str], Path], lines: str, period: str, told: str
) -> None:
    values, marks = following(load_params(old(lines)), parse_period(period))
    found = [mark.why for mark in marks if mark.name == "unit_vintage"]
    assert len(found) == bool(told)
    assert told in "".join(found)
    if period == "2025-2" and lines:
        assert values["unit_vintage"] == "provinces-34"


def test_quotations_approved_for_one_period_do_not_leave_with_another(
    folder: Path, old: Callable[[str], Path]
) -> None:
    path = old('quotations: {approved_by: Lan Anh, texts: ["Anh […] làm rất nhanh."]}\n')
    draft = draft_params("2025-1", folder=folder)
    assert load_params(path).quotations
    assert "nhanh" not in draft.text
    assert "quotations" in [mark.name for mark in draft.marks]
    write_params(draft)
    assert load_params(draft.path).quotations is None


def test_earlier_periods_are_named_anew(folder: Path, old: Callable[[str], Path]) -> None:
    path = old('data: simulated\nearlier: [{period: "2023-2"}, {period: "2024-1"}]\n')
    values, marks = following(load_params(path), parse_period("2025-1"))
    assert "earlier" not in values
    (told,) = [mark.why for mark in marks if mark.name == "earlier"]
    assert told.endswith("2023-2, 2024-1, 2024-2.")


def test_a_grid_is_kept(folder: Path, old: Callable[[str], Path]) -> None:
    old('grid: {seed: ["1", "2"], province: all}\n')
    text = draft_params("2025-1", folder=folder).text
    assert parse_yaml(text).data["grid"] == {"seed": ["1", "2"], "province": ["all"]}  # type: ignore[index, call-overload]


def test_nothing_that_is_there_is_replaced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "2024-1.yaml").read_bytes()
    assert run("2024-1", "--like", "2023-2") == 2
    assert "is there already" in capsys.readouterr().err
    assert (folder / "2024-1.yaml").read_bytes() == before
    (folder / "2026-2.yaml").symlink_to(folder / "gone.yaml")
    assert run("2026-2", "--like", "2025-2") == 2
    assert not (folder / "gone.yaml").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["../../etc/x"], "is not a period"),
        (["2026-3"], "is not a period"),
        (["2026-1", "--like", "../secret"], "is not a period"),
        (["2026-1", "--like", "2019-1"], "There is no"),
        (["2026-1", "--like", "gone.yaml"], "cannot be read"),
        (["2026-1", "--like", "2025-2", "--name", "../x"], "`name`: must be lower-case"),
        (["2026-1", "--like", "2025-2", "--name", "con"], "`name`: must be lower-case"),
        (["2025-2", "--like", "2025-2"], "that of 2025-2 itself"),
        (["2026-1", "--like", "bad.yaml"], "did you mean `period`"),
        (["2026-1", "--folder", "gone"], "Cannot write"),
    ],
)
def test_a_mistake_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    Path("bad.yaml").write_text("perid: 2023-1\n", encoding="utf-8")
    before = sorted(folder.parent.rglob("*"))
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert sorted(folder.parent.rglob("*")) == before


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")))


@given(TEXTS)
def test_a_text_means_the_same_to_every_reader_of_yaml(text: str) -> None:
    line = f"key: {scalar(text)}\n"
    for version in ((1, 1), (1, 2)):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(line) == {"key": text}
    assert parse_yaml(line).data == {"key": text}


VALID = st.fixed_dictionaries(
    {"select": st.dictionaries(TEXTS.filter(bool), TEXTS.filter(bool), min_size=1, max_size=3)},
    optional={
        "conf_level": st.floats(0.5, 1, exclude_min=True, exclude_max=True),
        "seed": st.integers(0, 2**32 - 1),
        "sheets": st.booleans(),
        "headline": st.none() | TEXTS.filter(bool),
        "simulate": st.fixed_dictionaries(
            {}, optional={"scale": st.floats(1e-9, 10), "seed": st.integers(0, 9)}
        ),
        "languages": st.sampled_from([["vi"], ["en", "vi"]]),
    },
)


@given(VALID)
def test_whatever_is_valid_comes_through_exactly(values: dict[str, object]) -> None:
    given_ = check_values(Params, {"period": "2024-2", **values}, name="x")
    told, _ = following(given_, parse_period("2024-2"), "other")
    text = "\n".join(line for name, value in told.items() for line in block(name, value))
    document = parse_yaml(text)
    assert isinstance(document.data, dict)
    again = check_values(Params, document.data, name="x", document=document)
    assert again == given_.model_copy(update={"name": "other"})
