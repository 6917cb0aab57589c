"""What an outsider reads of a comparison, and that it goes where a level that it tells goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.released import Question, released_rows
from kbnn_analysis.language import Label
from kbnn_analysis.results import Comparison, MeasureInfo

BY = ("period", "measure", "unit", "other")
SHARE = MeasureInfo("m", "top_box", "1", "proportion", Label.same("m"))


def pairs() -> Comparison:
    frame = pd.DataFrame(
        {"period": "2023-1", "measure": "m", "unit": ["01", "01", "02"],
         "other": ["02", "04", "04"], "n": [60.0, 35, 35], "side": [20.0, 15, 15],
         "difference": 0.1, "std_error": 0.05,
         "statistic": 2.0, "df": np.inf, "p_value": 0.05, "p_adjusted": 0.1, "conf_low": 0.0,
         "conf_high": 0.2}
    )  # fmt: skip
    return Comparison(frame=frame, by=BY, method="x", measures={"m": SHARE})


def test_the_smaller_n_of_two_groups_is_no_base_of_a_crossed_group() -> None:
    asked = {"m": Question("q", {1: 0.0, 2: 1.0})}
    assert released_rows(disclose(pairs()).frame, BY, asked) == []


def test_other_treatments_of_missing_answers_are_no_parts_of_the_whole() -> None:
    asked = {"m": Question("q", {1: 0.0, 2: 1.0})}
    row = {"period": "2023-1", "measure": "m", "n": "350", "display": "54%"}
    frame = pd.DataFrame([{**row, "treatment": name} for name in ("available", "listwise")])
    assert released_rows(frame, ("period", "measure", "treatment"), asked) == []


def test_of_a_shrunken_level_the_direct_one_is_told() -> None:
    asked = {"m": Question("q", {1: 0.0, 2: 1.0})}
    row = {"period": "2023-1", "measure": "m", "unit": "91", "n": "35", "direct": "0.64"}
    shrunken = {**row, "display": "60%", "conf_low": "0.48", "conf_high": "0.72"}
    (told,) = released_rows(pd.DataFrame([shrunken]), BY[:3], asked)
    assert told.display == "64%"
    assert np.isnan(told.conf).all()


@pytest.mark.parametrize(
    ("unit", "hidden"),
    [("01", [True, True, False]), ("02", [True, False, True]), ("04", [False, True, True])],
)
def test_a_comparison_is_withheld_with_either_of_its_levels(unit: str, hidden: list[bool]) -> None:
    rules = replace(Rules(), withheld=frozenset({("2023-1", "m", f"unit={unit}")}))
    shown = disclose(pairs(), rules).frame
    assert shown["suppressed"].tolist() == hidden
    assert shown.loc[hidden, ["difference", "n", "conf_low", "p_value"]].isna().all(axis=None)
