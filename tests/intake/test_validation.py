"""Validation finds every problem, says where, and never guesses or drops."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kbnn_analysis.errors import DataError, Problem, UsageError
from kbnn_analysis.intake import Codebook, Design, problems_frame, write_problems
from kbnn_analysis.intake.problems import MOST_PER_COLUMN, safe_cell
from kbnn_analysis.language import Label

from .conftest import Check

HEAD = "id,province,q1,q2,q3,q_all"
Told = Callable[..., list[tuple[str, int | None, str, str]]]


def test_a_sound_file_becomes_a_survey(check: Check) -> None:
    survey = check(
        "ID,Tỉnh,Câu 1,q2,q3,q_all,channel,comment\n"
        "1,KBNN Thái Nguyên,5 - Rất hài lòng,Hài lòng,1,6,01,Tốt\n"
        "2,Hoà Bình,0,,5,very satisfied,Counter,\n"
    )
    assert survey.period == "2023-1"
    assert survey.unit_vintage == "provinces-63"
    np.testing.assert_array_equal(survey.scores["q1"], [5, np.nan])
    np.testing.assert_array_equal(survey.scores["q2"], [4, np.nan])
    np.testing.assert_array_equal(survey.scores["q3"], [5, 1])  # turned
    np.testing.assert_array_equal(survey.scores["q_all"], [np.nan, 5])
    assert survey.not_applicable["q_all"].tolist() == [True, False]
    assert not survey.not_applicable["q1"].any()
    unit = survey.attribute("unit")
    assert unit.tolist() == ["19", "17"]
    assert len(unit.cat.categories) == 63
    assert survey.attribute("province").tolist() == ["19", "17"]
    assert survey.unit_labels["19"] == Label("Thái Nguyên", "Thai Nguyen")
    assert survey.attribute("channel").tolist() == ["01", "02"]
    assert survey.comments is not None
    assert survey.comments.isna().tolist() == [False, True]
    assert "comment" not in survey.attributes
    assert survey.rows is not None
    assert survey.rows.tolist() == [2, 3]


@pytest.mark.parametrize("answer", ["99", "-1", '"4,5"', "4.5", "7", "tốt", "5 - Hài lòng", "NaN"])
def test_answers_outside_the_scale_are_problems(problems_of: Told, answer: str) -> None:
    told = problems_of(f"{HEAD}\n1,Huế,{answer},4,4,4\n2,Hà Nội,5,4,4,4\n", vintage=None)
    assert told == [("answer", 2, "q1", answer.strip('"'))]


def test_all_problems_are_told_at_once(problems_of: Told) -> None:
    told = problems_of(
        "id,province,q1,q_al,channel,weight,day\n"
        "1,Ha Noi,99,5,01,1,31/02/2023\n"
        "1,Hà Nội,5,5,03,1,31/01/2023\n"
        "3,Hà Nam Ninh,5,5,01,abc,31/01/2023\n"
        "4,,5,5,01,-1,31/01/2023\n",
        design=Design(weight="weight"),
    )
    assert {(rule, row, column) for rule, row, column, _ in told} == {
        ("missing-column", None, "q2"),
        ("missing-column", None, "q_all"),
        ("respondent", 3, "id"),
        ("answer", 2, "q1"),
        ("unit", 4, "province"),
        ("unit", 5, "province"),
        ("level", 3, "channel"),
        ("number", 4, "weight"),
        ("weight", 5, "weight"),
        ("date", 2, "day"),
    }


def test_suggestions_name_what_is_near(check: Check) -> None:
    with pytest.raises(DataError) as caught:
        check(
            "id,province,q1,q2,q_al,channel\n"
            "1,Thái Nguyen,5,Rất hài lòn,5,Onlin\n"
            "2,Hà Lội,5,4,5,01\n"
        )
    told = {problem.column: problem.suggestion for problem in caught.value.problems}
    assert "'q_al'" in told["q_all"]
    assert "rất hài lòng" in told["q2"]
    assert "online" in told["channel"]
    assert "Thái Nguyên (19)" in told["province"] or "Hà Nội (01)" in told["province"]
    assert "more problems" in str(caught.value)


def test_unknown_columns_are_announced_and_kept_out(check: Check) -> None:
    survey = check(f"{HEAD},favourite_colour\n1,Huế,5,4,4,4,red\n")
    assert any("favourite_colour" in said for said in survey.announced)
    assert "favourite_colour" not in survey.attributes


def test_slips_in_optional_names_and_reserved_names_are_problems(problems_of: Told) -> None:
    told = problems_of(f"{HEAD},chanel,unit,period\n1,Huế,5,4,4,4,01,x,y\n")
    assert {(rule, column) for rule, _, column, _ in told} == {
        ("unknown-column", "chanel"),
        ("reserved-column", "unit"),
        ("reserved-column", "period"),
    }


def test_two_columns_for_one_item_are_a_problem(problems_of: Told) -> None:
    told = problems_of(f"{HEAD},Câu 1\n1,Huế,5,4,4,4,3\n")
    assert [(rule, column) for rule, _, column, _ in told] == [("repeated-column", "Câu 1")]


def test_optional_items_may_be_absent_and_that_is_said(check: Check) -> None:
    survey = check("id,province,q1,q2,q_all\n1,Huế,5,4,4\n")
    assert survey.scores["q3"].isna().all()
    assert any("q3" in said for said in survey.announced)


def test_equal_copies_are_kept_once(check: Check) -> None:
    survey = check(f"{HEAD},no\n1,Huế,5,4,4,4,1\n1,Huế ,5,4,4,4,2\n2,Huế,5,4,4,4,3\n")
    assert survey.attribute("id").tolist() == ["1", "2"]
    assert survey.rows is not None
    assert survey.rows.tolist() == [2, 4]
    assert any("1 equal copies" in said for said in survey.announced)


def test_conflicting_copies_stop(problems_of: Told) -> None:
    rows = "1,Huế,5,4,4,4\n1,Huế,5,4,4,4\n1,Huế,5,4,4,3\n2,Huế,5,4,4,4\n"
    assert problems_of(f"{HEAD}\n{rows}") == [("respondent", 4, "id", "1")]


def test_respondents_without_number_are_problems(problems_of: Told) -> None:
    assert problems_of(f"{HEAD}\n,Huế,5,4,4,4\n") == [("respondent", 2, "id", "")]


def test_rows_without_any_answer_stay_and_are_announced(check: Check) -> None:
    survey = check(f"{HEAD}\n1,Huế,,0,9,\n2,Huế,5,4,4,4\n")
    assert len(survey) == 2
    assert any("1 rows answer no item: 2." in said for said in survey.announced)


def test_a_file_without_any_answer_is_refused(problems_of: Told) -> None:
    assert problems_of(f"{HEAD}\n1,Huế,,0,9,\n")[0][0] == "all-missing"


@pytest.mark.parametrize("weight", ["-1", "inf", "abc", "1e999", "nan", ""])
def test_impossible_weights_are_problems(problems_of: Told, weight: str) -> None:
    told = problems_of(
        f"{HEAD},weight\n1,Huế,5,4,4,4,{weight}\n2,Huế,5,4,4,4,1\n", design=Design(weight="weight")
    )
    assert [(row, column, value) for _, row, column, value in told] == [(2, "weight", weight)]


def weights(first: str, others: int = 20) -> str:
    rows = "".join(f"{i},Huế,5,4,4,4,1\n" for i in range(2, others + 2))
    return f"{HEAD},weight\n1,Huế,5,4,4,4,{first}\n{rows}"


def test_zero_weights_are_allowed_and_announced(check: Check) -> None:
    survey = check(weights("0"), design=Design(weight="weight"))
    assert survey.weights()[0] == 0
    assert any("weight 0" in said for said in survey.announced)


def test_a_weight_that_holds_most_of_all_is_a_problem(problems_of: Told) -> None:
    told = problems_of(weights("1000000"), design=Design(weight="weight"))
    assert told == [("weight", 2, "weight", "1000000")]


def test_a_large_weight_is_announced(check: Check) -> None:
    survey = check(weights("150", others=200), design=Design(weight="weight"))
    assert any("150 times the median" in said for said in survey.announced)


def test_weights_that_are_all_zero_are_a_problem(problems_of: Told) -> None:
    text = f"{HEAD},weight\n1,Huế,5,4,4,4,0\n"
    assert problems_of(text, design=Design(weight="weight"))[0][0] == "weight"


def test_vietnamese_decimal_commas_in_weights(check: Check) -> None:
    text = (HEAD + ",weight\n1,Huế,5,4,4,4,98,19\n2,Huế,5,4,4,4,1.234,56\n").replace(
        "98,19", '"98,19"'
    )
    survey = check(text.replace("1.234,56", '"1.234,56"'), design=Design(weight="weight"))
    assert survey.weights().tolist() == [98.19, 1234.56]
    assert any("comma is the decimal mark" in said for said in survey.announced)


def test_numbers_that_could_mean_two_things_are_a_problem(problems_of: Told) -> None:
    text = f'{HEAD},weight\n1,Huế,5,4,4,4,"98,1"\n2,Huế,5,4,4,4,98.1\n'
    assert problems_of(text, design=Design(weight="weight"))[0][0] == "decimal-mark"


def test_missing_strata_are_problems(problems_of: Told) -> None:
    text = f"{HEAD},stratum\n1,Huế,5,4,4,4,A\n2,Huế,5,4,4,4,\n"
    assert problems_of(text, design=Design(strata="stratum")) == [("strata", 3, "stratum", "")]
    told = problems_of(f"{HEAD}\n1,Huế,5,4,4,4\n", design=Design(strata="stratum"))
    assert told == [("missing-column", None, "stratum", "")]


@pytest.mark.parametrize(
    ("design", "told"),
    [
        (Design(weight="wait"), "did you mean 'weight'"),
        (Design(weight="stratum"), "is a text"),
        (Design(psu="weight"), "is a number"),
    ],
)
def test_a_wrong_design_is_a_usage_error(check: Check, design: Design, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        check(f"{HEAD}\n1,Huế,5,4,4,4\n", design=design)


def test_days_are_read_and_those_outside_the_period_announced(check: Check) -> None:
    survey = check(
        f"{HEAD},day\n1,Huế,5,4,4,4,31/05/2023\n2,Huế,5,4,4,4,45077\n3,Huế,5,4,4,4,2023-07-01\n"
    )
    assert survey.attribute("day").dt.strftime("%d/%m/%Y").tolist() == [
        "31/05/2023", "31/05/2023", "01/07/2023",
    ]  # fmt: skip
    assert any("serial" in said for said in survey.announced)
    assert any("1 days of day lie outside 2023-1" in said for said in survey.announced)


def test_days_far_away_are_days_all_the_same(check: Check) -> None:
    survey = check(f"{HEAD},day\n1,Huế,5,4,4,4,01/01/9999\n2,Huế,5,4,4,4,0001-01-01\n")
    assert survey.attribute("day").dt.year.tolist() == [9999, 1]
    assert any("2 days of day lie outside" in said for said in survey.announced)


def test_units_without_vintage_are_the_texts(check: Check) -> None:
    survey = check(f"{HEAD}\n1,10,5,4,4,4\n2,9,5,4,4,4\n3,B,5,4,4,4\n4,b,5,4,4,4\n", vintage=None)
    assert list(survey.attribute("unit").cat.categories) == ["9", "10", "B", "b"]
    assert survey.unit_vintage is None
    assert survey.unit_labels["B"] == Label("B", "B")
    assert any("B / b" in said for said in survey.announced)


@pytest.mark.parametrize("unit", ["=1+1", "<script>alert(1)</script>", "{{7*7}}", "$x_1$", "**b**"])
def test_hostile_unit_names_are_kept_as_text(check: Check, unit: str) -> None:
    survey = check(f"{HEAD}\n1,{unit},5,4,4,4\n", vintage=None)
    assert survey.attribute("unit").tolist() == [unit]


def test_a_vintage_out_of_force_is_announced(check: Check) -> None:
    survey = check(f"{HEAD}\n1,Huế,5,4,4,4\n", period="2025-2")
    assert any("not in force" in said for said in survey.announced)


def test_select_picks_rows_on_text(check: Check) -> None:
    text = f"{HEAD},year\n1,Huế,5,4,4,4,2016\n1,Hà Nội,99,4,4,4,2015\n2,Huế,5,4,4,4,2016\n"
    survey = check(text, select={"year": "2016"}, vintage=None)
    assert len(survey) == 2
    assert list(survey.attribute("unit").cat.categories) == ["Huế"]
    assert survey.rows is not None
    assert survey.rows.tolist() == [2, 4]


def test_a_unit_is_selected_in_all_its_writings(check: Check) -> None:
    units = ["Huế", "Thừa Thiên Huế", "TP. Huế", "46", "Hà Nội"]
    text = "\n".join([HEAD, *(f"{n},{unit},5,4,4,4" for n, unit in enumerate(units))]) + "\n"
    for asked in units[:4]:
        survey = check(text, select={"province": asked})
        assert survey.attribute("unit").tolist() == ["46"] * 4
    assert len(check(text, select={"province": "Huế"}, vintage=None)) == 1
    with pytest.raises(DataError, match="no row has 'Lào Cai'"):
        check(text, select={"province": "Lào Cai"})


def test_select_tells_what_there_is(check: Check) -> None:
    text = f"{HEAD},year\n1,Huế,5,4,4,4,2016\n"
    with pytest.raises(DataError, match="It has: 2016"):
        check(text, select={"year": "2017"})
    with pytest.raises(UsageError, match="did you mean 'year'"):
        check(text, select={"yeer": "2016"})
    with pytest.raises(UsageError, match="quote it"):
        check(text, select={"year": 2016})  # type: ignore[dict-item]


def test_the_period_is_read_in_its_writings(check: Check) -> None:
    assert check(f"{HEAD}\n1,Huế,5,4,4,4\n", period="đợt I năm 2023").period == "2023-1"
    with pytest.raises(UsageError):
        check(f"{HEAD}\n1,Huế,5,4,4,4\n", period="spring")


def test_thousands_of_wrong_cells_are_counted_not_listed(check: Check) -> None:
    rows = "".join(f"{i},Huế,99,4,4,4\n" for i in range(MOST_PER_COLUMN + 7))
    with pytest.raises(DataError) as caught:
        check(f"{HEAD}\n{rows}")
    assert len(caught.value.problems) == MOST_PER_COLUMN + 1
    assert caught.value.problems[-1].message.startswith("7 more")


def test_problems_are_offered_as_a_safe_table(tmp_path: Path) -> None:
    problems = [
        Problem("answer", "no answer.", "a.csv", 7, "q1", "=HYPERLINK(1)", "Use 1 to 5."),
        Problem("missing-column", "missing.", "a.csv", None, "q2"),
    ]
    assert problems_frame(problems)["row"].tolist()[0] == 7
    path = write_problems(problems, tmp_path / "problems.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["value"] == "'=HYPERLINK(1)"
    assert rows[1]["row"] == ""
    assert [file.name for file in tmp_path.iterdir()] == ["problems.csv"]
    with pytest.raises(UsageError, match="cannot be written"):
        write_problems(problems, tmp_path / "none" / "problems.csv")


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x", " =1"]
)
def test_formula_cells_are_disarmed(text: str) -> None:
    assert safe_cell(text) == "'" + text


def test_a_simulated_file_makes_a_simulated_survey(check: Check) -> None:
    text = f"DỮ LIỆU MÔ PHỎNG / SIMULATED DATA\n{HEAD}\n1,Huế,5,4,4,99\n"
    with pytest.raises(DataError) as caught:
        check(text)
    assert caught.value.problems[0].row == 3
    assert check(text.replace("99", "4")).simulated


def test_messages_fit_in_two_lines(check: Check, small: Codebook) -> None:
    with pytest.raises(DataError) as caught:
        check(f"{HEAD}\n{'x' * 500},{'y' * 500},{'z' * 500},4,4,4\n")
    assert all(len(str(problem)) < 250 for problem in caught.value.problems)
