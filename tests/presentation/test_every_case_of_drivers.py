"""Every sentence about drivers in every case: one, two, many, none, hidden, 0 %, 100 %."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.presentation.narrative import dominance as told_dominance
from kbnn_analysis.presentation.narrative import drivers as told_drivers
from kbnn_analysis.presentation.narrative import partial as told_partial
from kbnn_analysis.presentation.narrative import specifications as told_specifications
from kbnn_analysis.presentation.narrative import unit_intercepts as told_units
from kbnn_analysis.results import (
    Coefficients,
    Dominance,
    Drivers,
    DriverTests,
    PenaltyReward,
    Priorities,
    Quadrants,
    Result,
)
from kbnn_analysis.units import UnitContext
from tests.presentation.model_cases import (
    CODES,
    SIZES,
    Sentence,
    check_claims_nothing,
    made,
    of,
    share,
)

CONTEXT = UnitContext(pd.DataFrame({"PCI": [60.0]}, index=["01"]), {"PCI": "PCI 2022"})


def drivers(case: str) -> Result:
    size = SIZES[case]
    able = [1] * size if case == "none" else list(range(1, size + 1))
    frame = {
        "outcome": "y", "driver": CODES[:size], "df": 90.0, "fit": share(case, 0.48),
        "estimate": 0.2, "std_error": 0.01, "conf_low": 0.1, "conf_high": 0.4,
        "share": [share(case, each) for each in (0.5, 0.3, 0.2)[:size]],
        "share_low": 0.0, "share_high": 1.0, "rank": [float(at + 1) for at in range(size)],
        "rank_low": able, "rank_high": [size] * size, "stated": 2.1, "stated_low": 2.0,
        "stated_high": 2.2, "stated_rank": [float(size - at) for at in range(size)],
    }  # fmt: skip
    used = {"respondents": 1000, "respondents_in_model": 1, "dropped_no_outcome": 1}
    used |= {"dropped_not_applicable": 0, "dropped_missing": 998, "fit_measure": "R²"}
    return made(Drivers, "period outcome driver", frame, case, **used)


def quadrants(case: str) -> Result:
    size = SIZES[case]
    frame = {
        "outcome": "y", "driver": CODES[:size], "performance": 4.5, "performance_low": 4.4,
        "performance_high": 4.6, "share": [share(case, 0.4)] * size, "share_low": 0.3,
        "share_high": 0.5, "quadrant": ["keep" if case == "none" else "concentrate"] * size,
        "prob_quadrant": [share(case, 0.97)] * size, "quadrant_other_cut": "keep",
    }  # fmt: skip
    return made(Quadrants, "period outcome driver", frame, case, cut="mean")


def contrasts(case: str) -> Result:
    codes = [code for code in CODES[: SIZES[case]] for _ in range(2)]
    types = {"none": "performance", "one": "excitement"}
    frame = {
        "outcome": "y", "driver": codes, "contrast": ["penalty", "reward"] * SIZES[case],
        "estimate": -0.4, "std_error": 0.05, "p_value": 0.001, "p_adjusted": 0.002,
        "conf_low": -0.6, "conf_high": -0.2, "factor_type": types.get(case, "basic"),
    }  # fmt: skip
    return made(PenaltyReward, "period outcome driver contrast", frame, case)


def priorities(case: str) -> Result:
    size = SIZES[case]
    low = -0.1 if case in {"none", "zero"} else 0.1
    frame = {
        "outcome": "y", "driver": CODES[:size], "performance": 4.5,
        "share_not_satisfied": [share(case, 0.02)] * size, "share": 0.4,
        "estimate": [share(case, 0.2)] * size, "std_error": 0.05, "conf_low": low,
        "conf_high": 1.0, "rank": [float(at + 1) for at in range(size)],
    }  # fmt: skip
    return made(Priorities, "period outcome driver", frame, case, moving=0.1)


def driver_tests(case: str, test: str = "equal drivers") -> Result:
    size = SIZES[case]
    p = {"none": 0.5, "zero": 0.0, "whole": 1.0}.get(case, 0.01)
    joint = 0.3 if case == "many" else p
    frame = {
        "outcome": "y", "driver": [*CODES[:size], "all"], "statistic": 1.0, "df": 40.0,
        "p_value": [p] * size + [joint], "p_adjusted": [p] * size + [np.nan],
    }  # fmt: skip
    return made(DriverTests, "period outcome driver", frame, case, test=test)


def odds(case: str) -> Result:
    return driver_tests(case, "proportional odds")


def specifications(case: str) -> Result:
    ways = ["main"] if case == "one" else ["main", "bare"]
    second = [0.2, 0.8] if case == "none" else [share(case, 0.7), 0.3]
    shares = [share(case, 0.6), 0.4, *second][: 2 * len(ways)]
    frame = {
        "outcome": "y", "specification": [way for way in ways for _ in range(2)],
        "driver": CODES[:2] * len(ways), "fit": 0.5, "estimate": 0.2, "std_error": 0.1,
        "share": shares, "share_low": 0.0, "share_high": 1.0, "rank": 1.0, "rank_low": 1.0,
        "rank_high": 2.0,
    }  # fmt: skip
    return made(Drivers, "period outcome specification driver", frame, case)


def unit_model(case: str) -> Result:
    low, high = (-0.2, 0.3) if case == "none" else (0.1, 0.3)
    size, sd = SIZES[case], 0.0 if case in {"zero", "none"} else 0.3
    frame = {
        "outcome": "y", "term": [*CODES[:size], "between_units"],
        "role": ["context"] * size + ["between"], "estimate": [0.2] * size + [sd],
        "std_error": 0.05, "df": 40.0, "statistic": 1.0, "p_value": 0.1,
        "conf_low": [low] * size + [0.0], "conf_high": [high] * size + [0.4],
        "units": 1 if case == "one" else 63,
    }  # fmt: skip
    return made(Coefficients, "period outcome term", frame, case, icc=share(case, 0.08))


def products(case: str) -> Result:
    model = unit_model(case)
    p = 0.4 if case == "none" else 0.01
    frame = model.frame.assign(p_adjusted=p, role=model.frame["role"].replace("context", "product"))
    return replace(model, frame=frame)


def partial(case: str) -> Result:
    size = SIZES[case]
    frame = {
        "outcome": "y", "term": [f"staff>{answer + 1}" for answer in range(size)] + ["time"],
        "role": "driver", "estimate": share(case, 0.4), "std_error": 0.1, "df": 40.0,
        "statistic": 1.0, "p_value": 0.01, "conf_low": 0.1, "conf_high": 2.0,
    }  # fmt: skip
    by = "period outcome term"
    return made(Coefficients, by, frame, case, free="staff", merged=case in {"one", "none"})


def dominance(case: str) -> Result:
    size = SIZES[case]
    parts = [share(case, each) for each in (0.3, 0.2, 0.1)[:size]]
    over = [", ".join(CODES[at + 1 : size]) for at in range(size)]
    frame = {
        "outcome": "y", "driver": CODES[:size], "fit": 0.6, "estimate": parts, "share": parts,
        "relative_weight": parts, "alone": parts, "vif": 1.4,
        "last": parts[::-1] if case == "many" else parts,
        "dominates": [""] * size if case == "none" else over,
    }  # fmt: skip
    return made(Dominance, "period outcome driver", frame, case)


TOLD: dict[str, Sentence] = {
    "drivers": of(drivers, told_drivers.describe_drivers),
    "first driver": of(drivers, told_drivers.describe_first_driver),
    "quadrants": of(quadrants, told_drivers.describe_quadrants),
    "penalty": of(contrasts, told_drivers.describe_penalty_reward),
    "priorities": of(priorities, told_drivers.describe_priorities),
    "tests": of(driver_tests, told_drivers.describe_driver_tests),
    "odds": of(odds, told_drivers.describe_driver_tests),
    "specifications": of(specifications, told_specifications.describe_specifications),
    "units": of(unit_model, told_units.describe_unit_intercepts),
    "products": lambda case, to: told_units.describe_products(products(case), CONTEXT, to),
    "dominance": of(dominance, told_dominance.describe_dominance),
    "partial": of(partial, told_partial.describe_partial),
}
EXPECTED = {
    ("specifications", "one", "en"): "Only one specification is shown; in it the largest share",
    ("specifications", "two", "vi"): "Trong cả 2 cách phân tích, thái độ có tỷ trọng lớn nhất",
    ("units", "one", "en"): "After the drivers, 1 unit ",
    ("tests", "many", "en"): "singly they do in staff, time and online, which may be chance",
    ("drivers", "none", "en"): "it may be “Staff” or “Time”",
    ("drivers", "one", "vi"): "“Thái độ” gắn chặt nhất với hài lòng chung",
    ("quadrants", "hidden", "en"): "No driver is shown.",
    ("priorities", "hidden", "vi"): "Không có nhân tố nào được hiển thị.",
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
