"""Every sentence about answers and the report in every case; the last test counts them all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kbnn_analysis.presentation.narrative as narrative
from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import narrative as tell
from kbnn_analysis.results import Diagnosis, Estimates, MeasureInfo, MissingComparison, Result
from tests.presentation.model_cases import (
    CODES,
    NAMES,
    SIZES,
    VERY,
    WORDS,
    Sentence,
    check_claims_nothing,
    made,
    of,
    share,
)


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


def points(case: str, language: Any) -> str:
    names = list(tell.summary.POINTS)[: 0 if case == "hidden" else SIZES[case]]
    return tell.describe_summary(dict.fromkeys(names, "A."), language)


TOLD: dict[str, Sentence] = {
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
EXPECTED = {
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


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", SIZES)
@pytest.mark.parametrize("kind", sorted(set(TOLD) - {"summary"}))
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
    check_claims_nothing(TOLD[kind]("hidden", language), language)


@pytest.mark.parametrize(("kind", "case", "language"), EXPECTED)
def test_cases_that_are_easily_told_wrongly(kind, case, language) -> None:
    assert EXPECTED[kind, case, language] in TOLD[kind](case, language)


def test_no_sentence_is_left_out() -> None:
    folder = Path(str(narrative.__file__)).parent
    written = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    every = set(re.findall(r"^def (describe_\w+)", written, re.M))
    tables = sorted(Path(__file__).parent.glob("test_every_case*.py"))
    assert len(tables) == 4
    tried = set(
        re.findall(r"\.(describe_\w+)", "\n".join(each.read_text("utf-8") for each in tables))
    )
    inner = {"describe_pairs", "describe_equivalence", "describe_nothing"}  # parts of others
    assert len(every) > 35
    assert every - inner <= tried
