"""Sentences in both languages: singular, plural, none, hidden, 0 % and 100 %."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import narrative
from kbnn_analysis.results import Diagnosis


def test_estimate_plain(make_estimates) -> None:
    one = make_estimates([0.9819], n=[1323.0])
    assert narrative.describe_estimate(one, "vi") == (
        "Trong đợt I năm 2023, tỷ lệ hài lòng (hài lòng chung) của Thái Nguyên là 98,2% "
        "(khoảng tin cậy 95%: 95,2–99,7%; 1.323 phiếu hợp lệ)."
    )
    assert narrative.describe_estimate(one, "en") == (
        "In period I/2023, the share satisfied (overall satisfaction) of Thái Nguyên is 98.2% "
        "(95% confidence interval: 95.2–99.7%; 1,323 valid answers)."
    )


def test_estimate_of_one_answer_is_singular(make_estimates) -> None:
    assert "; 1 valid answer)." in narrative.describe_estimate(make_estimates([0.5], n=[1.0]), "en")


def test_everybody_satisfied_leaves_the_truth_open(make_estimates) -> None:
    one = make_estimates([1.0], n=[40.0])
    assert narrative.describe_estimate(one, "vi").endswith("tỷ lệ thực vẫn có thể thấp tới 97,0%.")
    assert narrative.describe_estimate(one, "en").endswith("may still be as low as 97.0%.")


def test_nobody_satisfied_leaves_the_truth_open(make_estimates) -> None:
    one = make_estimates([0.0], n=[40.0])
    assert narrative.describe_estimate(one, "vi").endswith("tỷ lệ thực vẫn có thể cao tới 1,5%.")
    assert " is 0.0% " in narrative.describe_estimate(one, "en")


def test_hidden_estimate_tells_no_number_but_the_reason(make_estimates) -> None:
    one = make_estimates([0.5], hidden=[0])
    text = narrative.describe_estimate(one, "vi")
    assert text.endswith("của Thái Nguyên không được hiển thị (ít hơn 10 phiếu hợp lệ).")
    assert "%" not in text
    assert narrative.describe_estimate(one, "en").endswith(
        "of Thái Nguyên is not shown (fewer than 10 valid answers)."
    )


def test_no_answers(make_estimates) -> None:
    one = make_estimates([float("nan")], n=[0.0])
    assert narrative.describe_estimate(one, "en").endswith("there are no valid answers.")


def test_published_rate_without_n_or_interval(make_estimates) -> None:
    made = make_estimates([0.98], n=[float("nan")])
    frame = made.to_frame().assign(conf_low=np.nan, conf_high=np.nan)
    text = narrative.describe_estimate(replace(made, frame=frame), "en")
    assert text.endswith("of Thái Nguyên is 98.0%.")


def test_too_many_rows_for_prose(make_estimates) -> None:
    with pytest.raises(UsageError, match="up to 6 rows, it got 7"):
        narrative.describe_estimate(make_estimates([0.9] * 7), "vi")


def test_first_that_is_not_really_first(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.97, 0.90], [(1, 2), (1, 2), (3, 3)])
    assert narrative.describe_ranking(ranking, "vi") == (
        "Thái Nguyên có ước lượng cao nhất (98,0%), nhưng không thể phân biệt với 1 đơn vị khác: "
        "thứ hạng thực có thể từ 1 đến 2 trong 3 đơn vị. "
        "Những đơn vị có thể đứng thứ nhất: Thái Nguyên và Hà Nội."
    )
    english = narrative.describe_ranking(ranking, "en")
    assert "cannot be told apart from 1 other unit: its true rank may be" in english


def test_first_that_is_really_first(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.90, 0.80], [(1, 1), (2, 3), (2, 3)])
    assert narrative.describe_ranking(ranking, "en") == (
        "Thái Nguyên has the highest result (98.0%) and is the only one of 3 units that the data "
        "allow to rank first."
    )


def test_no_unit_can_be_told_apart(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.97], [(1, 2), (1, 2)])
    assert "không phân biệt được 2 đơn vị" in narrative.describe_ranking(ranking, "vi")
    assert "league table" in narrative.describe_ranking(ranking, "en")


def test_the_highest_is_named_with_all_the_ranks_it_may_have(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.97], [(1, 2), (1, 2)])
    assert narrative.describe_ranking(ranking, "en").startswith(
        "Thái Nguyên has the highest estimate (98.0%), but the data cannot tell the 2 units apart"
    )


def test_the_highest_is_the_highest_published_where_units_are_not_seen(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.97, 0.5], [(1, 3), (1, 3), None])
    assert "has the highest published estimate" in narrative.describe_ranking(ranking, "en")
    assert "cao nhất trong số được công bố" in narrative.describe_ranking(ranking, "vi")


def test_tie_at_the_top(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.98, 0.5], [(1, 2), (1, 2), (3, 3)])
    assert narrative.describe_ranking(ranking, "en").startswith(
        "Thái Nguyên and Hà Nội share the highest estimate (98.0%)"
    )


def test_one_unit_and_none(make_ranking) -> None:
    alone = make_ranking([0.98, 0.97], [(1, 1), None])
    assert narrative.describe_ranking(alone, "en") == (
        "Only Thái Nguyên has enough answers (98.0%); a single unit has no rank. "
        "1 unit is not ranked for want of valid answers."
    )
    nobody = make_ranking([0.98, 0.97], [None, None])
    assert narrative.describe_ranking(nobody, "vi").startswith("Không có đơn vị nào đủ phiếu")


def test_units_compared_without_a_told_rank_are_not_called_unranked(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.97, 0.5], [(1, 3), (1, 3), None])
    assert narrative.describe_ranking(ranking, "en").endswith(
        "1 unit was compared, but no rank is told for fewer than 30 valid answers."
    )


def test_hidden_units_have_no_place_in_the_ranking(make_ranking) -> None:
    ranking = make_ranking([0.98, 0.99, 0.9], [(1, 1), (1, 1), (2, 2)], hidden=[1])
    text = narrative.describe_ranking(ranking, "vi")
    assert text.startswith("Thái Nguyên có kết quả cao nhất")
    assert text.endswith("1 đơn vị bị ẩn (ít hơn 10 phiếu hợp lệ): Hà Nội.")


def test_hidden_none_one_two(make_estimates) -> None:
    assert narrative.describe_hidden(make_estimates([0.9]), "en") == "Nothing is hidden."
    one = narrative.describe_hidden(make_estimates([0.9, 0.8], hidden=[1]), "en")
    assert one == "1 unit is hidden (fewer than 10 valid answers): Hà Nội."
    two = narrative.describe_hidden(make_estimates([0.9, 0.8, 0.7], hidden=[0, 2]), "en")
    assert two.startswith("2 units are hidden (")


def comparison(make_estimates, differences, p_values, hidden=()):
    made = make_estimates([0.9] * len(differences), hidden=list(hidden))
    frame = made.frame[["period", "measure", "unit"]].assign(
        difference=np.where(made.frame["suppressed"], np.nan, differences),
        p_adjusted=np.where(made.frame["suppressed"], np.nan, p_values),
        suppressed=made.frame["suppressed"],
        suppressed_reason=made.frame["suppressed_reason"],
    )
    return Diagnosis(
        frame=frame, by=made.by, method="Wald.", labels=made.labels, notes={"conf_level": 0.95}
    )


def test_comparison_higher_lower_and_open(make_estimates) -> None:
    result = comparison(make_estimates, [0.02, -0.03, -0.04, 0.0], [0.01, 0.02, 0.001, 0.9])
    assert narrative.describe_comparison(result, "en") == (
        "Thái Nguyên is above the reference. 2 units are below the reference: Hà Nội and "
        "Bắc Kạn. The other unit cannot be told apart from it."
    )
    told = narrative.describe_comparison(result, "vi")
    assert "Thái Nguyên cao hơn mức so sánh. 2 đơn vị thấp hơn mức so sánh" in told


def test_comparison_without_any_difference_does_not_claim_equality(make_estimates) -> None:
    text = narrative.describe_comparison(comparison(make_estimates, [0.1, 0.2], [0.5, 0.6]), "en")
    assert "does not mean that the levels are equal" in text


def test_hidden_comparisons_are_not_counted(make_estimates) -> None:
    result = comparison(make_estimates, [0.1], [0.01], hidden=[0])
    assert narrative.describe_comparison(result, "vi") == "Không có so sánh nào tính được."


def signs(counts):
    frame = pd.DataFrame(
        {"period": "2023-1", "flag": ["a", "b"], "n": [200, 200], "count": counts}
    ).assign(share=lambda f: f["count"] / f["n"])
    labels = {"flag": {"a": Label("Bỏ trống", "Missing"), "b": Label("Cùng mức", "Alike")}}
    return Diagnosis(frame=frame, by=("period", "flag"), method="Counts.", labels=labels)


def test_quality_signs() -> None:
    assert narrative.describe_quality(signs([0, 0]), "en") == "Nothing unusual was found."
    text = narrative.describe_quality(signs([3, 0]), "vi")
    assert text.startswith("Dấu hiệu “Bỏ trống” có ở 3 trong 200 phiếu (1,5%).")
    assert "Cùng mức" not in text


def test_quality_items() -> None:
    frame = pd.DataFrame(
        {"period": "2023-1", "item": ["a", "b"], "n": 1, "share_missing": [0.1, 0.0]}
    )
    made = Diagnosis(
        frame=frame,
        by=("period", "item"),
        method="Counts.",
        labels={"item": {"a": Label("câu A", "item A")}},
        notes={"respondents": 1, "constant_items": "a"},
    )
    assert narrative.describe_quality(made, "en") == (
        "There is 1 respondent. The question most often left unanswered is “item A” (10.0%). "
        "Everybody gave the same answer to: “item A”."
    )
    none = replace(made, frame=frame.assign(share_missing=0.0), notes={})
    assert narrative.describe_quality(none, "en") == "No question was left unanswered."


def test_method_names_target_interval_and_floor(make_estimates) -> None:
    text = narrative.describe_method(make_estimates([0.9]), "vi")
    for part in ("Korn–Graubard", "tự nguyện", "không gia quyền", "từ 10 phiếu"):
        assert part in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_promise_is_whole(language) -> None:
    assert narrative.PROMISE.text(language) in narrative.describe_promise(language)


def test_methods_of_several_results_say_each_sentence_once(make_estimates, make_ranking) -> None:
    made, ranking = make_estimates([0.98, 0.97]), make_ranking([0.98, 0.97], [(1, 2), (1, 2)])
    for language in ("vi", "en"):
        told = narrative.describe_methods([made, made, ranking], language)
        assert told.startswith(narrative.describe_method(made, language))
        assert told.count(narrative.describe_method(made, language)) == 1


def test_degrees_of_freedom_are_told(make_estimates) -> None:
    made = make_estimates([0.98, 0.97])
    frame = made.to_frame().assign(df=[12.0, 240.0], deff=[2.0, 2.0])
    told = narrative.describe_precision(replace(made, frame=frame), "en")
    assert told == (
        "The intervals of 2 estimates rest on 12 to 240 degrees of freedom of the design; the "
        "median design effect is 2.00: an answer tells as much as 0.50 of one in a simple random "
        "sample."
    )
    assert narrative.describe_precision(made, "en") == ""


def test_shares_and_means_have_their_own_intervals(make_estimates) -> None:
    made = make_estimates([0.9])
    both = replace(made, notes={**made.notes, "interval_of_means": "scaled beta"})
    assert narrative.describe_method(both, "en").startswith(
        "95% confidence intervals: Korn–Graubard (shares), a beta distribution on the scale "
        "(means), adjusted for the sample design."
    )


def test_the_period_is_told_once(make_estimates) -> None:
    text = narrative.describe_estimate(make_estimates([0.9, 0.8]), "vi")
    assert text.count("đợt I năm 2023") == 1
    assert " Tỷ lệ hài lòng (hài lòng chung) của Hà Nội là 80,0%" in text
