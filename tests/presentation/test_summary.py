"""The summary: whole sentences in both languages for singular, none, hidden, 0 % and 100 %."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbnn_analysis.presentation import narrative
from kbnn_analysis.presentation.narrative.summary import POINTS


def headline(make_estimates, values, language, **given):
    made = make_estimates(values, **given)
    return narrative.describe_headline(made, language)


def test_one_sentence_for_value_interval_and_base(make_estimates) -> None:
    assert headline(make_estimates, [0.9819], "vi", n=[1323.0]) == (
        "Trong đợt I năm 2023, về hài lòng chung, tỷ lệ hài lòng là 98,2% (95,2–99,7%). "
        "Số liệu dựa trên 1.323 phiếu hợp lệ; trong ngoặc là khoảng tin cậy 95%."
    )
    assert headline(make_estimates, [0.9819], "en", n=[1.0]).endswith(
        "the share satisfied was 98.2% (95.2–99.7%). This rests on 1 valid answer; in brackets is "
        "the 95% confidence interval."
    )


@pytest.mark.parametrize(("value", "told"), [(0.0, "0,0% (0,0–1,5%)"), (1.0, "100,0% (97,0–100")])
def test_nobody_and_everybody_keep_their_intervals(make_estimates, value, told) -> None:
    assert told in headline(make_estimates, [value], "vi", n=[40.0])


def test_what_is_hidden_or_missing_gives_no_number(make_estimates) -> None:
    hidden = headline(make_estimates, [0.5], "vi", hidden=[0])
    assert hidden == (
        "Trong đợt I năm 2023, về hài lòng chung, tỷ lệ hài lòng không hiển thị "
        "(ít hơn 10 phiếu hợp lệ)."
    )
    empty = headline(make_estimates, [float("nan")], "en", n=[0.0])
    assert empty.endswith("the share satisfied had no valid answers.")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_points_keep_their_order_and_empty_ones_are_left_out(language) -> None:
    told = narrative.describe_summary({"best": "B.", "rate": "A.", "change": ""}, language)
    assert told.splitlines() == [
        f"- **{POINTS['rate'].text(language)}.** A.",
        f"- **{POINTS['best'].text(language)}.** B.",
    ]


def test_tiers_are_told_where_there_are_several(make_ranking) -> None:
    made = make_ranking([0.9, 0.8, 0.7], [(1, 2), (1, 2), (3, 3)])
    assert narrative.describe_tiers(made, "vi") == ""
    frame = made.to_frame()
    frame["tier"] = ["A", "A", "A"]
    assert narrative.describe_tiers(replace(made, frame=frame), "vi") == ""
    frame["tier"] = ["A", "A", "B"]
    several = replace(made, frame=frame)
    assert narrative.describe_tiers(several, "vi") == (
        "Dữ liệu xếp được các đơn vị vào 2 nhóm: nhóm A có 2 đơn vị và nhóm B có 1 đơn vị."
    )
    assert narrative.describe_tiers(several, "en") == (
        "The data put the units into 2 tiers: 2 units in tier A and 1 unit in tier B."
    )


def test_tiers_say_which_units_they_leave_out(make_ranking) -> None:
    made = make_ranking([0.9, 0.8, 0.7, 0.6], [(1, 2), (2, 3), (3, 4), None])
    frame = made.to_frame()
    frame["tier"] = ["A", "B", "B", None]
    told = narrative.describe_tiers(replace(made, frame=frame), "en")
    assert told.endswith(
        "Tiers hold only the 3 units whose rank is published; ranks are counted among all 4 units "
        "with enough answers, those told as a bound or hidden included."
    )


def test_the_leader_is_told_as_the_ranking_begins(make_ranking) -> None:
    made = make_ranking([0.9, 0.8], [(1, 2), (1, 2)])
    for language in ("vi", "en"):
        leader = narrative.describe_leader(made, language)
        assert narrative.describe_ranking(made, language).startswith(leader)
    nobody = make_ranking([0.9], [None], hidden=[0])
    assert narrative.describe_leader(nobody, "en") == "No unit has enough answers to be ranked."
