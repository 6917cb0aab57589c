"""Parameters: strict, all problems at once, nothing hostile gets through (disclosure.md, 5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.many_params import load_many
from kbnn_analysis.runs.params import Params, Settings, load_params
from kbnn_analysis.runs.typed import check_values

PARAMS_FOLDER = Path(__file__).resolve().parents[2] / "params"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "x.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("path", sorted(PARAMS_FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_params_file_of_the_project_is_valid(path: Path) -> None:
    params = load_params(path)
    assert params.folder == path.stem
    assert params.min_n == 10


def test_a_file_becomes_typed_values(tmp_path: Path) -> None:
    params = load_params(
        written(
            tmp_path,
            "period: đợt I năm 2023\nselect: {year: 2016}\nmin_n: 12\nconf_level: 0.9\n"
            "unit_vintage: null\ndesign: {target: period, strata: office}\nlanguages: [en]\n",
        )
    )
    assert (params.period, params.min_n, params.conf_level) == ("2023-1", 12, 0.9)
    assert params.select == {"year": "2016"}
    assert params.unit_vintage is None
    assert params.design.strata == "office"
    assert params.languages == ("en",)


def test_values_stay_what_was_written(tmp_path: Path) -> None:
    path = written(
        tmp_path, 'period: "2023-1"\nselect: {a: 01, b: no, c: 12:30, d: 1.10, e: 2023-01-01}\n'
    )
    assert load_params(path).select == {
        "a": "01",
        "b": "no",
        "c": "12:30",
        "d": "1.10",
        "e": "2023-01-01",
    }


def test_data_of_the_command_line_takes_the_place_of_the_files(tmp_path: Path) -> None:
    path = written(tmp_path, 'period: "2023-1"\ndata: old.csv\n')
    assert load_params(path, data="new.csv").data == "new.csv"
    assert load_params(path).data == "old.csv"


def test_all_problems_are_told_at_once_with_line_and_nearest_name(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'perid: "2023-1"\nmin_n: 5\nseed: yes\nlanguages: [vi, fr]\naudience: explore\n'
        "design: {wieght: x}\n",
    )
    with pytest.raises(UsageError) as caught:
        load_params(path)
    told = str(caught.value)
    for words in (
        "7 problems",
        "unknown parameter `perid`; did you mean `period`?",
        "`period` is missing",
        "line 2: `min_n`: should be greater than or equal to 10; got '5'",
        "line 3: `seed`",
        "line 4: `languages.1`",
        "line 5: `audience`: should be 'restricted' or 'public'; got 'explore'",
        "unknown parameter `design.wieght`; did you mean `weight`?",
    ):
        assert words in told


@pytest.mark.parametrize("min_n", ["9", "0", "-1", "9.99", "10.5", "ten", "null", "nan", "inf"])
def test_the_minimum_is_never_lowered(tmp_path: Path, min_n: str) -> None:
    with pytest.raises(UsageError, match="min_n"):
        load_params(written(tmp_path, f'period: "2023-1"\nmin_n: {min_n}\n'))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('period: !!python/object/apply:os.system ["touch x"]\n', "tag"),
        ('period: !!python/name:os.system "2023-1"\n', "tag"),
        (BOMB + "period: *i\n", "aliases"),
        ('period: "2023-1"\nperiod: "2023-2"\n', "twice|duplicate"),
        ("- period\n", "name: value"),
        ("", "name: value"),
        ("period: [2023-1\n", "line"),
        ("period: 2023-1\n---\nperiod: 2023-2\n", "line|document"),
        (b"period: \xff\xfe\n", "UTF-8"),
        ("period: 2023-1\x00\n", "YAML"),
        ("period: " + "[" * 500 + "]" * 500 + "\n", "deep"),
    ],
    ids=["apply", "name", "bomb", "twice", "list", "empty", "open", "two", "bytes", "nul", "deep"],
)
def test_hostile_yaml_is_refused(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        load_params(written(tmp_path, text))
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "name",
    [
        "import os; os.system('x')",
        "__class__",
        "period = 1 #",
        "period\u202e",
        "{period}",
        "language",
        "model_config",
        "period\nimport os",
        "period; import os",
        "__import__('os').system('x')",
        "seed\x00",
        "../seed",
    ],
)
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="unknown parameter"):
        check_values(Params, {"period": "2023-1", name: "x"}, name="x.yaml")


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a\\b", "", ".", "..", "CON", "nul", "x" * 65, "{period}", "A", "a b",
     "/etc/x", "C:\\x", "com1", "a\n", "a\x00", "-a", "a.", "lpt9", "x;y", "__init__"],
)  # fmt: skip
def test_names_of_folders_and_notebooks_cannot_leave_their_place(name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        check_values(Params, {"period": "2023-1", "name": name}, name="x.yaml")
    with pytest.raises(UsageError, match="notebooks"):
        check_values(Params, {"period": "2023-1", "notebooks": [name]}, name="x.yaml")


@pytest.mark.parametrize(
    "text", ["a\nb", "a\x1b[0m", "a\u202eb", "\ufeffa", "a\u200bb", "", "\x7f"]
)
def test_invisible_characters_are_refused_in_values(text: str) -> None:
    with pytest.raises(UsageError, match="data"):
        check_values(Params, {"period": "2023-1", "data": text}, name="x.yaml")


def test_a_typed_value_is_not_guessed_in_a_notebook() -> None:
    with pytest.raises(UsageError, match=r"select\.year.*quotes"):
        check_values(Settings, {"period": "2023-1", "select": {"year": 2016}}, name="cell")
    with pytest.raises(UsageError, match="seed"):
        check_values(Settings, {"period": "2023-1", "seed": "5"}, name="cell")


INEXACT = [
    ("conf_level", np.float64(0.9)),
    ("conf_level", np.float32(0.9)),
    ("conf_level", Decimal("0.9")),
    ("seed", np.int64(5)),
    ("data", np.str_("a.csv")),
    ("data", Path("a.csv")),
    ("period", date(2023, 1, 1)),
    ("languages", ("vi", "en")),
    ("languages", {"vi", "en"}),
    ("notebooks", frozenset({"a"})),
    ("notebooks", iter(["a"])),
    ("select", {"year": np.str_("2016")}),
    ("design", {"target": "process", "psu": np.str_("office")}),
    ("sheets", np.bool_(True)),
]


@pytest.mark.parametrize(("name", "value"), INEXACT, ids=lambda each: type(each).__name__)
def test_what_yaml_and_notebooks_cannot_hold_exactly_is_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"`{name}.*cannot be kept exactly") as caught:
        check_values(Params, {"period": "2023-1", name: value}, name="cell")
    assert "\n" not in str(caught.value), "one problem is told once"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, -1, 2**32, True, 5.0])
def test_numbers_that_are_none_or_too_large_are_refused(value: object) -> None:
    with pytest.raises(UsageError, match="seed"):
        check_values(Params, {"period": "2023-1", "seed": value}, name="cell")
    with pytest.raises(UsageError, match="conf_level"):
        check_values(Params, {"period": "2023-1", "conf_level": value}, name="cell")


@pytest.mark.parametrize(
    "line",
    ["seed: 1_000", "seed: 010", "seed: 0o17", "seed: 0x1F", "seed: +5", "seed: 5.0", "seed: 1e3",
     "seed: 12:30", "seed: ' 5'", "seed: '５'", "seed: 1" + "0" * 400, "conf_level: 9e-1",
     "conf_level: .9", "conf_level: 0.9_5", "conf_level: .nan", "conf_level: .inf",
     "conf_level: 0.90000000000000000001", "sheets: no", "sheets: on", "sheets: y", "sheets: 1",
     "simulate: {scale: 1_0}"],
)  # fmt: skip
def test_what_yaml_1_1_and_1_2_read_differently_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match=line.partition(":")[0]):
        load_params(written(tmp_path, f'period: "2023-1"\n{line}\n'))


def test_what_both_read_alike_is_taken(tmp_path: Path) -> None:
    text = 'period: "2023-1"\nseed: 7\nconf_level: 0.90\nsheets: false\nsimulate: {scale: 1}\n'
    params = load_params(written(tmp_path, text))
    assert (params.seed, params.conf_level, params.sheets) == (7, 0.9, False)
    assert params.simulate.scale == 1.0


def test_parameters_of_a_notebook_are_plain_values() -> None:
    told = Params(period="2023-1", design={"target": "process"}).as_parameters("en")
    assert told["language"] == "en"
    assert told["design"] == {
        "target": "process",
        "weight": None,
        "strata": None,
        "psu": None,
        "fpc": None,
        "second_psu": None,
        "second_fpc": None,
        "lonely_psu": "adjust",
    }
    assert not {"notebooks", "languages", "name"} & set(told)
    assert Settings(**{k: v for k, v in told.items() if k != "language"}).period == "2023-1"


VALUES = st.dictionaries(
    st.text(max_size=12), st.one_of(st.text(max_size=12), st.integers(), st.none())
)


@given(VALUES)
def test_whatever_is_given_is_told_in_printable_words(values: dict[str, object]) -> None:
    with pytest.raises(UsageError) as caught:
        check_values(Params, {**values, "min_n": 9}, name="x.yaml")
    assert str(caught.value).replace("\n", "").isprintable()


def test_another_file_is_that_of_the_earlier_periods_it_held_too() -> None:
    path = Path(__file__).resolve().parents[2] / "params" / "examples" / "sfo-2016.yaml"
    for asked in (
        load_params(path, data="/there/own.csv"),
        *load_many([path], data="/there/own.csv"),
    ):
        assert {asked.data, *(each.data for each in asked.earlier)} == {"/there/own.csv"}
        assert asked.earlier
