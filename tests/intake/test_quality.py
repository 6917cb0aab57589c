"""Quality flags inform: what they count is checked against slow, plain versions."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.intake import Codebook, flag_summary, item_quality, respondent_flags
from kbnn_analysis.intake.quality import constant_items, longest_runs, suspected_reverse

from .conftest import Check

ANSWERS = st.lists(
    st.lists(st.sampled_from([1.0, 4.0, 5.0, np.nan]), min_size=7, max_size=7),
    min_size=1,
    max_size=6,
)


@given(ANSWERS)
def test_longest_runs_by_hand(rows: list[list[float]]) -> None:
    expected = []
    for row in rows:
        answered = [code for code in row if not np.isnan(code)]
        runs = [len(list(group)) for _, group in itertools.groupby(answered)]
        expected.append(max(runs, default=0))
    assert longest_runs(np.array(rows)).tolist() == expected


def test_flags_describe_and_drop_nobody(check: Check) -> None:
    survey = check(
        "id,province,q1,q2,q3,q_all,seconds\n"
        "1,Huế,5,5,5,5,3\n"  # a straight line on paper, q3 being reverse-coded
        "2,Huế,4,,6,5,300\n"
        "3,Huế,,,,,\n"
        "4,Huế,6,6,6,6,10\n"
    )
    flags = respondent_flags(survey)
    assert flags["answered"].tolist() == [4, 2, 0, 0]
    np.testing.assert_allclose(flags["share_missing"], [0, 1 / 3, 1, 0])
    assert flags["longest_run"].tolist() == [4, 1, 0, 0]
    assert flags["nothing_answered"].tolist() == [False, False, True, True]
    assert flags["too_fast"].tolist() == [True, False, False, False]
    assert not flags["straight_line"].any()  # four answers are too few to tell
    assert len(flags) == len(survey)


def test_straight_lines_need_six_equal_answers(assumed: Codebook, kbnn: Check) -> None:
    names = [item.name for item in assumed.items]
    priority = [item.scale == "priority3" for item in assumed.items]
    rows = {
        "all": ["3" if p else "5" for p in priority],
        "one": ["3" if p else ("4" if i == 3 else "5") for i, p in enumerate(priority)],
        "few": ["" if p or i >= 5 else "5" for i, p in enumerate(priority)],
        "six": ["" if p or i >= 6 else "5" for i, p in enumerate(priority)],
    }
    text = f"respondent_id,province,{','.join(names)}\n"
    text += "".join(f"{k},Huế,{','.join(cells)}\n" for k, cells in rows.items())
    flags = respondent_flags(kbnn(text))
    assert flags["straight_line"].tolist() == [True, False, False, True]
    assert "seconds" not in flags


def test_item_quality_keeps_missing_and_not_applicable_apart(check: Check) -> None:
    survey = check("id,province,q1,q2,q_all\n1,Huế,5,6,5\n2,Huế,0,6,5\n3,Huế,9,4,5\n4,Huế,,4,5\n")
    found = item_quality(survey)
    frame = found.frame.set_index("item")
    assert frame["n"].to_dict() == {"q1": 1, "q2": 2, "q3": 0, "q_all": 4}
    assert frame.loc["q1", "share_missing"] == 0.75
    assert frame.loc["q2", "share_not_applicable"] == 0.5
    assert frame.loc["q2", "share_missing"] == 0
    assert found.by == ("period", "item")
    assert found.notes["constant_items"] == "q2, q_all"
    assert found.label("item", "q1").en == "One"


def test_flag_summary_counts_flags(check: Check) -> None:
    survey = check("id,province,q1,q2,q_all,seconds\n1,Huế,5,5,5,2\n2,Huế,,,,90\n3,Huế,5,,,\n")
    frame = flag_summary(survey).frame.set_index("flag")
    assert frame.loc["too_fast", ["n", "count", "share"]].tolist() == [2, 1, 0.5]
    assert frame.loc["nothing_answered", ["n", "count"]].tolist() == [3, 1]
    assert frame.loc["mostly_missing", "count"] == 1


def test_an_undeclared_reverse_item_is_suspected(check: Check) -> None:
    rng = np.random.default_rng(5)
    satisfied = rng.integers(1, 6, 60)
    rows = "".join(
        f"{i},Huế,{score},{6 - score},{6 - score},{score}\n" for i, score in enumerate(satisfied)
    )
    survey = check(f"id,province,q1,q2,q3,q_all\n{rows}")
    assert "q2" in suspected_reverse(survey)  # q3 is declared, q2 is not
    assert "q3" not in suspected_reverse(survey)


def test_sound_items_are_not_suspected(check: Check) -> None:
    rng = np.random.default_rng(5)
    satisfied = rng.integers(1, 6, 60)
    rows = "".join(f"{i},Huế,{s},{s},{6 - s},{s}\n" for i, s in enumerate(satisfied))
    survey = check(f"id,province,q1,q2,q3,q_all\n{rows}")
    assert suspected_reverse(survey) == ()
    assert constant_items(survey) == ()
