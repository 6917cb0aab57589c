"""Counts are added up between vintages, shares never; tables of two vintages are not joined."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.results.vocabulary import VOCABULARY
from kbnn_analysis.units import check_same_vintage, crosswalk, join_units, load_vintage, recount

OLD = load_vintage("provinces-63").codes
NEW = load_vintage("provinces-34").codes


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"unit": OLD, **columns})


@given(st.lists(st.integers(0, 5000), min_size=63, max_size=63), st.sampled_from(["34", "385"]))
def test_as_by_hand(counts: list[int], goal: str) -> None:
    target = {"34": "provinces-34", "385": "treasury-regions-385"}[goal]
    by_hand = dict.fromkeys(load_vintage(target).codes, 0)
    for code, count in zip(OLD, counts, strict=True):
        by_hand[crosswalk("provinces-63", target)[code]] += count
    frame = table(n=counts).sample(frac=1, random_state=1)
    found = recount(frame, source="provinces-63", target=target, counts=["n"])
    assert dict(zip(found["unit"], found["n"], strict=True)) == by_hand
    assert tuple(found["unit"]) == load_vintage(target).codes


def test_groups_stay_apart_and_in_order() -> None:
    frame = pd.concat([table(period="2024-1", n=2), table(period="2023-2", n=1)])
    found = recount(
        frame, source="provinces-63", target="provinces-34", counts=["n"], by=["period"]
    )
    assert list(found.columns) == ["period", "unit", "n"]
    assert list(found["period"].unique()) == ["2024-1", "2023-2"]
    assert list(found["unit"]) == [*NEW, *NEW]
    assert found.groupby("period")["n"].sum().to_dict() == {"2023-2": 63, "2024-1": 126}


def test_a_sum_with_a_missing_part_is_missing() -> None:
    counts = [np.nan if code == "15" else 10.0 for code in OLD]
    found = recount(table(n=counts), source="provinces-63", target="provinces-34", counts=["n"])
    sums = found.set_index("unit")["n"]
    assert sums.isna().sum() == 1
    assert pd.isna(sums["15"])
    assert sums["79"] == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", 97),
        ("tỷ_lệ", 97),
        ("hài_lòng_%", 97),
        ("two_box_pct", 97),
        ("mean_score", 4),
        ("x", 0.97),
        ("x", -1),
        ("x", "97"),
        ("x", True),
        ("rank_low", 1),
        ("x", np.inf),
    ],
)
def test_what_is_no_count_is_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError, match="Only counts add up"):
        recount(table(**{name: value}), source="provinces-63", target="provinces-34", counts=[name])


@pytest.mark.parametrize(
    "name", [name for name, column in VOCABULARY.items() if column.kind == "share"]
)
def test_shares_of_the_vocabulary_are_refused_even_when_whole(name: str) -> None:
    """A new share column needs its word in `recounting`."""
    with pytest.raises(UsageError, match="by its name"):
        recount(table(**{name: 1}), source="provinces-63", target="provinces-34", counts=[name])


@pytest.mark.parametrize("name", ["estimate", "rank", "rank_low", "std_error", "n_eff", "deff"])
def test_other_results_are_refused_even_when_whole(name: str) -> None:
    with pytest.raises(UsageError, match="by its name"):
        recount(table(**{name: 1}), source="provinces-63", target="provinces-34", counts=[name])


def test_rows_must_be_all_units_once() -> None:
    kinds = {"source": "provinces-63", "target": "provinces-34", "counts": ["n"]}
    frame = table(n=1)
    with pytest.raises(UsageError, match=r"without a row: 01\. Add them with 0"):
        recount(frame[1:], **kinds)
    with pytest.raises(UsageError, match="'01' has several rows"):
        recount(pd.concat([frame, frame]), **kinds)
    with pytest.raises(UsageError, match="'03'"):
        recount(frame.replace("02", "03"), **kinds)
    with pytest.raises(UsageError, match="text with their leading"):
        recount(frame.assign(unit=range(63)), **kinds)
    with pytest.raises(UsageError, match="no column count"):
        recount(frame, source="provinces-63", target="provinces-34")
    with pytest.raises(UsageError, match="different columns"):
        recount(frame, **kinds, by=["unit"])


def test_categories_of_units_are_accepted() -> None:
    frame = table(n=1).astype({"unit": pd.CategoricalDtype(list(OLD))})
    found = recount(frame, source="provinces-63", target="provinces-34", counts=["n"])
    assert found["n"].sum() == 63


def test_no_way_back() -> None:
    frame = pd.DataFrame({"unit": NEW, "n": 1})
    with pytest.raises(UsageError, match="cannot be split"):
        recount(frame, source="provinces-34", target="provinces-63", counts=["n"])


def test_joining_needs_one_vintage() -> None:
    left, right = table(n=1), table(offices=2)
    with pytest.raises(UsageError, match="15, 24, 44, 52, 80, 82, 91"):
        join_units(left, right, left_vintage="provinces-63", right_vintage="provinces-34")
    with pytest.raises(UsageError, match="15, 24, 44, 52, 80, 82, 91"):
        join_units(left, right, left_vintage="provinces-63", right_vintage=None)
    joined = join_units(left, right, left_vintage="provinces-63", right_vintage="provinces-63")
    assert joined.equals(table(n=1, offices=2))


def test_joining_refuses_what_would_multiply_or_hide_rows() -> None:
    both = {"left_vintage": "provinces-63", "right_vintage": "provinces-63"}
    left, right = table(n=1), table(offices=2)
    with pytest.raises(UsageError, match="several rows"):
        join_units(left, pd.concat([right, right]), **both)
    with pytest.raises(UsageError, match="Both tables have n"):
        join_units(left, left, **both)
    with pytest.raises(UsageError, match="does not have: '03'"):
        join_units(left.replace("02", "03"), right, **both)
    with pytest.raises(UsageError, match="need the column 'unit'"):
        join_units(left, right.rename(columns={"unit": "code"}), **both)


def test_a_list_seen_on_another_day_is_the_same_list() -> None:
    old = load_vintage("provinces-63")
    assert old.valid_to is not None
    assert check_same_vintage(old.on(old.valid_to), "provinces-63").name == "provinces-63"


def test_units_and_periods_start_without_heavy_imports() -> None:
    code = (
        "import sys, kbnn_analysis.units, kbnn_analysis.periods; "
        "print([m for m in ('pandas', 'numpy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
