"""The store: exact round trips, no pickle, clear errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import RunError, UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo, Result
from kbnn_analysis.runs.encoding import Arrays, decode, encode
from kbnn_analysis.runs.store import Store


def estimates() -> Estimates:
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "measure": "m",
            "unit": ["19", "01", "=1"],
            "n": [250.0, np.nan, 0.1 + 0.2],
            "estimate": [0.9819, np.nan, 1 / 3],
            "std_error": [1e-300, np.inf, 5e-324],
            "conf_low": [0.1, 0.2, 0.3],
            "conf_high": [0.4, 0.5, -0.0],
            "suppressed": [False, True, False],
            "suppressed_reason": ["", "fewer than 10 – ít hơn", None],
        }
    )
    return Estimates(
        frame=frame,
        by=("period", "measure", "unit"),
        method="A sentence.",
        covariance=np.array([[1, np.nan, 1 / 7], [np.nan, 1, 0], [1 / 7, 0, 2.0]]),
        labels={"unit": {"19": Label("Thái Nguyên", "Thai Nguyen")}},
        notes={"disclosed": 10, "target": "process", "conf": np.float64(0.95), "none": None},
        measures={
            "m": MeasureInfo("m", "two_box", "1", "proportion", Label("a", "b"), ("q1", "q2"))
        },
        simulated=True,
        conf_level=0.9,
    )


def check_equal(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    for name in (each.name for each in fields(one)):
        left, right = getattr(one, name), getattr(other, name)
        if isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right, check_exact=True, check_column_type=True)
        elif isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, strict=True)
        else:
            assert left == right


def test_a_result_comes_back_exactly(tmp_path: Path) -> None:
    store, result = Store(tmp_path), estimates()
    store.save("ranking", result)
    found = store.load("ranking")
    check_equal(result, found)
    assert isinstance(found.label("unit", "19"), Label)
    assert np.signbit(found.frame["conf_high"].iloc[2])


def test_saving_again_replaces_and_gives_the_same_bytes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save("ranking", estimates())
    first = {path.name: path.read_bytes() for path in (tmp_path / "ranking").iterdir()}
    store.save("ranking", estimates())
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "ranking").iterdir()}
    assert store.names() == ("ranking",)
    assert [path.name for path in tmp_path.iterdir()] == ["ranking"]


@dataclass(frozen=True, kw_only=True)
class Nested(Result):
    """A type of its own, with another result inside."""

    inner: Estimates
    groups: pd.Series
    flags: tuple[bool, ...] = ()


def test_any_type_of_result_can_be_kept(tmp_path: Path) -> None:
    made = Nested(
        frame=pd.DataFrame({"unit": pd.Categorical(["a", "b"], ["b", "a", "c"], ordered=True)}),
        by=("unit",),
        method="x",
        inner=estimates(),
        groups=pd.Series(["x", None], dtype="str"),
        flags=(True, False),
    )
    Store(tmp_path).save("nested", made)
    found = Store(tmp_path).load("nested")
    assert isinstance(found, Nested)
    check_equal(found.inner, made.inner)
    pd.testing.assert_frame_equal(found.frame, made.frame)
    pd.testing.assert_series_equal(found.groups, made.groups)
    assert found.flags == (True, False)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=10,
)


@given(VALUES)
def test_values_survive_json(value: object) -> None:
    arrays: Arrays = {}
    text = json.dumps(encode(value, arrays), allow_nan=False)
    found = decode(json.loads(text), arrays)
    assert found == value
    assert repr(found) == repr(value)


@pytest.mark.parametrize("value", [{1, 2}, b"x", object(), pd.Series(pd.to_datetime(["2023"]))])
def test_what_cannot_be_kept_exactly_is_refused_when_it_is_written(value: object) -> None:
    with pytest.raises(UsageError, match="cannot hold"):
        encode(value, {})


def test_a_missing_result_names_the_notebook_that_makes_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(UsageError, match="run the notebook 30-provinces first"):
        store.load("ranking", lambda: {"ranking": "30-provinces"})
    with pytest.raises(UsageError, match="no notebook makes it; saved are: none"):
        store.load("ranking")


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A", "x.json", "à", "-x"])
def test_names_cannot_leave_the_store(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="lower-case"):
        Store(tmp_path).save(name, estimates())


def test_only_results_are_kept(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DataFrame"):
        Store(tmp_path).save("raw", pd.DataFrame())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"$record":"Popen","fields":{}}', '{"$array":"9"}', '{"$evil":1}', '"x"'],
)
def test_a_damaged_file_is_told_and_runs_nothing(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path)
    store.save("ranking", estimates())
    (tmp_path / "ranking" / "result.json").write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match="ranking"):
        store.load("ranking")


def test_pickled_arrays_are_never_loaded(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save("ranking", estimates())
    evil = np.array([object()], dtype=object)
    for path in (tmp_path / "ranking").glob("*.npy"):
        np.save(path, evil, allow_pickle=True)
    with pytest.raises(RunError, match="damaged"):
        store.load("ranking")
