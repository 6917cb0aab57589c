"""Every sentence about drivers, scales and the data in every case: one, two, none, hidden, 0, 1.

``test_every_case.py`` does the same for units. The last test counts: no sentence is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kbnn_analysis.presentation.narrative as narrative
from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import narrative as tell
from kbnn_analysis.presentation.narrative import dominance as told_dominance
from kbnn_analysis.presentation.narrative import drivers as told_drivers
from kbnn_analysis.presentation.narrative import factors as told_factors
from kbnn_analysis.presentation.narrative import partial as told_partial
from kbnn_analysis.presentation.narrative import specifications as told_specifications
from kbnn_analysis.presentation.narrative import unit_intercepts as told_units
from kbnn_analysis.results import (
    Coefficients,
    Diagnosis,
    Dominance,
    Drivers,
    DriverTests,
    Estimates,
    FactorFit,
    Invariance,
    InvariantItems,
    MeasureInfo,
    MissingComparison,
    PenaltyReward,
    Priorities,
    Quadrants,
    Reliability,
    Result,
)
from kbnn_analysis.units import UnitContext

WORDS = [Label("Thái độ", "Staff"), Label("Thời gian", "Time"), Label("Trực tuyến", "Online")]
CODES = ["staff", "time", "online"]
NAMES = dict(zip(CODES, WORDS, strict=True))
LABELS = {
    "driver": NAMES, "scale": NAMES, "item": NAMES, "term": NAMES,
    "outcome": {"y": Label("Hài lòng chung", "Overall")},
    "group": {"06": Label("Bắc Kạn", "Bac Kan")},
    "parameter": {"intercept": Label("hệ số chặn", "intercept")},
    "flag": {"a": Label("Bỏ trống", "Missing"), "b": Label("Cùng mức", "Alike")},
    "treatment": {"available": Label("câu hiện có", "available"),
                  "listwise": Label("chỉ phiếu đủ câu", "complete forms")},
    "respondents": {"all": Label("mọi người trả lời", "all respondents")},
    "specification": {"main": Label("như báo cáo", "as reported"), "bare": Label("gọn", "bare")},
}  # fmt: skip
SATISFIED = MeasureInfo("m", "two_box", "1", "proportion", Label("Hài lòng", "Satisfied"))
VERY = Label("tỷ lệ rất hài lòng", "share very satisfied")
SIZES = {"one": 1, "two": 2, "many": 3, "hidden": 2, "zero": 2, "whole": 2, "none": 2}
"""``zero`` and ``whole``: every share is 0 or 100 %; ``none``: nothing stands out."""


def made(kind: type[Result], by: str, frame: dict[str, Any], case: str, **notes: Any) -> Result:
    """Return a disclosed result of a case; hidden ones rest on three answers."""
    size = len(next(value for value in frame.values() if isinstance(value, list)))
    n = [3 if case == "hidden" else 1000] * size
    shared: dict[str, Any] = {}
    if kind in (Drivers, Coefficients):
        shared["covariance"] = np.eye(size) * 1e-4
    if kind is MissingComparison:
        shared["measures"] = {"m": SATISFIED}
    result = kind(
        frame=pd.DataFrame({"period": "2023-1", **frame}).assign(n=n),
        by=tuple(by.split()),
        method="m",
        labels=LABELS,
        notes={"conf_level": 0.95, **notes},
        **shared,
    )
    return disclose(result, Rules())


def share(case: str, usual: float) -> float:
    return {"zero": 0.0, "whole": 1.0}.get(case, usual)


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


def missing(case: str) -> Result:
    change = {"none": 0.0, "many": -0.05}.get(case, 0.01)
    treatments = ["available"] if case == "one" else ["available", "listwise"]
    size, base = len(treatments), share(case, 0.9)
    frame = {
        "measure": "m", "treatment": treatments, "respondents": "all", "df": 800.0,
        "estimate": [base, base - change][:size], "std_error": 0.01, "conf_low": base - 0.02,
        "conf_high": base + 0.02, "difference": [0.0, change][:size], "fmi": np.nan,
    }  # fmt: skip
    return made(MissingComparison, "period measure treatment respondents", frame, case)


def signs(case: str) -> Result:
    flags = ["a"] if case == "one" else ["a", "b"]
    count = {"none": 0, "zero": 0, "whole": 1000, "hidden": 2, "one": 100}.get(case, 300)
    size = len(flags)
    frame = {"flag": flags, "count": [count] * size, "share": [count / 1000] * size}
    return made(Diagnosis, "period flag", frame, case, respondents=3 if case == "hidden" else 1000)


def gaps(case: str) -> Result:
    size = SIZES[case]
    frame = {"item": CODES[:size], "share_missing": [0.0 if case == "none" else share(case, 0.1)]}
    frame["share_missing"] = list(frame["share_missing"]) * size
    constant = ", ".join(CODES[:size]) if case == "whole" else ""
    people = 3 if case == "hidden" else 1000
    return made(Diagnosis, "period item", frame, case, respondents=people, constant_items=constant)


def by_question(case: str) -> Result:
    size = SIZES[case]
    spread = {"none": 0.01, "zero": 0.0, "whole": 0.0}.get(case, 0.2)
    value = [share(case, 0.4 + spread * at) for at in range(size)]
    names = [f"{code}_top_box" for code in CODES[:size]]
    info = {
        name: MeasureInfo(
            name, "top_box", "1", "proportion",
            Label(f"{NAMES[code].vi}: {VERY.vi}", f"{NAMES[code].en}: {VERY.en}"),
            (code,),
        )
        for name, code in zip(names, CODES[:size], strict=True)
    }  # fmt: skip
    made = Estimates(
        frame=pd.DataFrame(
            {"period": "2023-1", "measure": names, "n": 3.0 if case == "hidden" else 1000.0}
            | {"estimate": value, "std_error": 0.015, "conf_low": [max(0, x - 0.03) for x in value]}
            | {"conf_high": [min(1, x + 0.03) for x in value]}
        ),
        by=("period", "measure"),
        method="m",
        covariance=np.eye(size) * 2e-4,
        measures=info,
    )
    return disclose(made, Rules())


CONTEXT = UnitContext(pd.DataFrame({"PCI": [60.0]}, index=["01"]), {"PCI": "PCI 2022"})
Sentence = Callable[[str, Any], str]


def of(make: Callable[[str], Result], say: Callable[[Any, Any], str]) -> Sentence:
    return lambda case, language: say(make(case), language)


def points(case: str, language: Any) -> str:
    names = list(tell.summary.POINTS)[: 0 if case == "hidden" else SIZES[case]]
    return tell.describe_summary(dict.fromkeys(names, "A."), language)


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
    "factors": of(roots, told_factors.describe_factor_count),
    "factor fit": of(factor_fit, told_factors.describe_factor_fit),
    "inflation": of(inflation, told_factors.describe_collinearity),
    "reliability": of(reliable, tell.describe_reliability),
    "invariance": of(invariance, tell.describe_invariance),
    "alignment": of(alignment, tell.describe_alignment),
    "missing": of(missing, tell.describe_missing),
    "signs": of(signs, tell.describe_quality),
    "gaps": of(gaps, tell.describe_quality),
    "extremes": of(by_question, tell.describe_extremes),
    "kinds": lambda case, to: tell.describe_kinds(
        WORDS[: 0 if case == "none" else SIZES[case]], to
    ),
    "earlier": lambda case, to: tell.describe_earlier(
        ["2022-1", "2022-2", "2021-1"][: 0 if case == "none" else SIZES[case]], to
    ),
    "summary": points,
    "promise": lambda _, to: tell.describe_promise(to),
}
AS_MARKDOWN = {"summary"}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", SIZES)
@pytest.mark.parametrize("kind", sorted(set(TOLD) - AS_MARKDOWN))
def test_sentences_are_whole_and_of_one_language(kind, case, language, check_sentences) -> None:
    text = TOLD[kind](case, language)
    assert text
    check_sentences(text, language)


@pytest.mark.parametrize("case", SIZES)
@pytest.mark.parametrize("kind", TOLD)
def test_english_counts_agree_with_their_nouns(kind, case, check_counts) -> None:
    check_counts(TOLD[kind](case, "en"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", sorted(set(TOLD) - {"kinds", "earlier", "summary", "promise"}))
def test_what_is_hidden_names_nothing_and_claims_nothing(kind, language) -> None:
    text = TOLD[kind]("hidden", language)
    assert not any(name.text(language).lower() in text.lower() for name in WORDS), text
    assert not re.search(r"\d[.,]\d|[1-9]\d? ?%(?! of the respondents)", re.sub("10%", "", text))
    for claim in CLAIMS:
        assert claim not in text


CLAIMS = (
    "No driver is both", "clearly other", "Nothing unusual", "differs from its", "may be compared",
    "not shown to differ", "No question was", "dấu hiệu bất thường", "rõ ràng",
)  # fmt: skip
EXPECTED = {
    ("specifications", "one", "en"): "Only one specification is shown; in it the largest share",
    ("specifications", "two", "vi"): "Trong cả 2 cách phân tích, thái độ có tỷ trọng lớn nhất",
    ("alignment", "one", "en"): "change by 1 place at most",
    ("alignment", "one", "vi"): "Thang đo Thái độ ở 1 đơn vị",
    ("units", "one", "en"): "After the drivers, 1 unit ",
    ("tests", "many", "en"): "singly they do in staff, time and online, which may be chance",
    ("drivers", "none", "en"): "it may be “Staff” or “Time”",
    ("drivers", "one", "vi"): "“Thái độ” gắn chặt nhất với hài lòng chung",
    ("quadrants", "hidden", "en"): "No driver is shown.",
    ("priorities", "hidden", "vi"): "Không có nhân tố nào được hiển thị.",
    ("signs", "hidden", "en"): "Not shown (",
    ("signs", "none", "vi"): "hoặc chỉ ở quá ít phiếu để nêu số.",
    ("signs", "whole", "en"): "The sign “Missing” is seen in 99.1% or more of 1,000 answers.",
    ("missing", "hidden", "en"): "Not shown (fewer than 10 valid answers).",
    ("gaps", "whole", "en"): "Everybody gave the same answer to: “Staff” and “Time”.",
    ("extremes", "many", "en"): "The share very satisfied is highest for “Online”: 80.0%",
    ("extremes", "many", "vi"): "và thấp nhất ở “Thái độ”: 40,0% (khoảng tin cậy 95%: 37,0–43,0).",
    ("extremes", "none", "vi"): "nên thứ tự có thể chỉ do ngẫu nhiên.",
    ("extremes", "one", "en"): "The share very satisfied for “Staff”: 40.0% (95% confidence",
    ("summary", "one", "en"): "- **How satisfied.** A.",
}


@pytest.mark.parametrize(("kind", "case", "language"), EXPECTED)
def test_cases_that_are_easily_told_wrongly(kind, case, language) -> None:
    assert EXPECTED[kind, case, language] in TOLD[kind](case, language)


def test_no_sentence_is_left_out() -> None:
    folder = Path(str(narrative.__file__)).parent
    written = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    every = set(re.findall(r"^def (describe_\w+)", written, re.M))
    here = Path(__file__)
    tables = [here, here.with_name("test_every_case.py")]
    tried = set(
        re.findall(r"\.(describe_\w+)", "\n".join(each.read_text("utf-8") for each in tables))
    )
    inner = {"describe_pairs", "describe_equivalence", "describe_nothing"}  # parts of others
    assert len(every) > 35
    assert every - inner <= tried
