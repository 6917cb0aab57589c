"""Which of several measures is highest and lowest, and whose intervals meet theirs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.narrative import describe_extremes
from kbnn_analysis.results import Estimates, MeasureInfo


def told(rates: list[float], language: Language) -> str:
    names = [f"q{at}_top_box" for at in range(len(rates))]
    very = Label("tỷ lệ rất hài lòng", "share very satisfied")
    info = {
        name: MeasureInfo(
            name, "top_box", "1", "proportion",
            Label(f"Q{at}: {very.vi}", f"Q{at}: {very.en}"), (f"q{at}",),
        )
        for at, name in enumerate(names)
    }  # fmt: skip
    value = np.array(rates)
    made = Estimates(
        frame=pd.DataFrame(
            {"period": "2023-1", "measure": names, "n": 1000.0, "estimate": value}
            | {"std_error": 0.015, "conf_low": value - 0.03, "conf_high": value + 0.03}
        ),
        by=("period", "measure"),
        method="m",
        covariance=np.eye(len(rates)) * 2e-4,
        measures=info,
    )
    return describe_extremes(disclose(made, Rules()), language)


@pytest.mark.parametrize(
    ("rates", "language", "expected"),
    [
        (
            [0.4, 0.42, 0.78, 0.8],
            "en",
            "The intervals of 1 other measure overlap that of the highest, those of 1 other "
            "measure that of the lowest.",
        ),
        (
            [0.4, 0.79, 0.78, 0.8],
            "en",
            "The intervals of 2 other measures overlap that of the highest, no other overlaps "
            "that of the lowest.",
        ),
        (
            [0.4, 0.41, 0.42, 0.8],
            "vi",
            "Khoảng tin cậy của 2 chỉ tiêu khác chồng lên khoảng của mức thấp nhất, không khoảng "
            "nào khác chồng lên khoảng của mức cao nhất.",
        ),
    ],
)
def test_only_intervals_that_meet_an_end_are_told(
    rates: list[float], language: Language, expected: str
) -> None:
    assert told(rates, language).endswith(expected)


def test_nothing_is_said_of_intervals_that_meet_neither_end() -> None:
    assert "overlap" not in told([0.4, 0.6, 0.8], "en")
