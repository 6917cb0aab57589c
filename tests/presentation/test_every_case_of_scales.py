"""Every sentence about scales and factors in every case: one, two, many, none, hidden, 0, 1."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbnn_analysis.language import Label
from kbnn_analysis.presentation import narrative as tell
from kbnn_analysis.presentation.narrative import factors as told_factors
from kbnn_analysis.results import (
    Diagnosis,
    FactorFit,
    Invariance,
    InvariantItems,
    Reliability,
    Result,
)
from tests.presentation.model_cases import (
    CODES,
    LABELS,
    SIZES,
    Sentence,
    check_claims_nothing,
    made,
    of,
    share,
)


def roots(case: str) -> Result:
    values = {"one": [3.0], "zero": [1.0, 1.0], "whole": [2.0, 0.0]}.get(case, [6.0, 1.1, 0.9])
    frame = {
        "factor": [str(at + 1) for at in range(len(values))], "eigenvalue": values,
        "eigenvalue_noise": 1.2,
    }  # fmt: skip
    count = {"none": 0, "zero": 0}.get(case, 1)
    return made(Diagnosis, "period factor", frame, case, factors=count)


def factor_fit(case: str) -> Result:
    frame = {
        "model": ["ordinal"], "statistic": 30.0, "df": 20.0, "p_value": 0.07,
        "cfi": share(case, 0.98), "tli": 0.97, "rmsea": 0.5 if case == "none" else 0.04,
        "rmsea_low": 0.0, "rmsea_high": 0.6, "srmr": 0.03,
    }  # fmt: skip
    result = made(FactorFit, "period model", frame, case)
    named = {"model": {"ordinal": Label("2 nhóm tiêu chí", "2 factors")}}
    return replace(result, labels={**LABELS, **named})


def inflation(case: str) -> Result:
    size = SIZES[case]
    vif = {"many": 8.0, "whole": 5.0}.get(case, 1.0)
    frame = {"item": CODES[:size], "r_squared": share(case, 0.4), "vif": [vif] * size}
    return made(Diagnosis, "period item", frame, case)


def reliable(case: str) -> Result:
    size = SIZES[case]
    alpha = {"zero": 0.0, "whole": 1.0, "none": 0.6}.get(case, 0.99)
    scales = [code for code in CODES[:size] for _ in range(2)]
    frame = {
        "scale": scales, "coefficient": ["alpha", "alpha_without_straight_lines"] * size,
        "estimate": [alpha, share(case, 0.5)] * size, "std_error": 0.01, "conf_low": 0.0,
        "conf_high": 1.0, "share": share(case, 0.5),
    }  # fmt: skip
    flagged = ", ".join(CODES[:size])
    by = "period scale coefficient"
    return made(Reliability, by, frame, case, straight_lining=flagged)


def invariance(case: str) -> Result:
    size = SIZES[case]
    frame = {
        "scale": CODES[:size], "level": "scalar", "units": 2, "cfi": share(case, 0.99),
        "rmsea": 0.02, "srmr": 0.01, "difference": 0.0, "statistic": 1.0, "df": 30.0,
        "p_value": 0.8,
    }  # fmt: skip
    level = {"none": "none", "zero": "configural", "two": "metric"}.get(case, "scalar")
    notes = {level: ", ".join(CODES[:size]), "left_out": "06" if case == "one" else ""}
    return made(Invariance, "period scale level", frame, case, **notes)


def alignment(case: str) -> Result:
    size, broken = SIZES[case], 0.0 if case == "none" else share(case, 0.3)
    frame = {
        "scale": "staff", "item": CODES[:size], "parameter": "intercept",
        "units": 1 if case == "one" else 63, "estimate": 4.4, "share": broken, "r_squared": 0.9,
    }  # fmt: skip
    notes = {"comparable": broken < 0.25, "share_broken": broken, "rank_correlation": 0.97}
    notes |= {"largest_rank_change": 1.0 if case == "one" else 7.0, "left_out": ""}
    return made(InvariantItems, "period scale item parameter", frame, case, **notes)


TOLD: dict[str, Sentence] = {
    "factors": of(roots, told_factors.describe_factor_count),
    "factor fit": of(factor_fit, told_factors.describe_factor_fit),
    "inflation": of(inflation, told_factors.describe_collinearity),
    "reliability": of(reliable, tell.describe_reliability),
    "invariance": of(invariance, tell.describe_invariance),
    "alignment": of(alignment, tell.describe_alignment),
}
EXPECTED = {
    ("alignment", "one", "en"): "change by 1 place at most",
    ("alignment", "one", "vi"): "Thang đo Thái độ ở 1 đơn vị",
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", SIZES)
@pytest.mark.parametrize("kind", TOLD)
def test_sentences_are_whole_and_of_one_language(kind, case, language, check_sentences) -> None:
    text = TOLD[kind](case, language)
    assert text
    check_sentences(text, language)


@pytest.mark.parametrize("case", SIZES)
@pytest.mark.parametrize("kind", TOLD)
def test_english_counts_agree_with_their_nouns(kind, case, check_counts) -> None:
    check_counts(TOLD[kind](case, "en"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", TOLD)
def test_what_is_hidden_names_nothing_and_claims_nothing(kind, language) -> None:
    check_claims_nothing(TOLD[kind]("hidden", language), language)


@pytest.mark.parametrize(("kind", "case", "language"), EXPECTED)
def test_cases_that_are_easily_told_wrongly(kind, case, language) -> None:
    assert EXPECTED[kind, case, language] in TOLD[kind](case, language)
