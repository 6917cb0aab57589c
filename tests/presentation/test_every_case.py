"""Every sentence about units in every case: one, two, many, none, hidden, 0 %, 100 %, low is best.

Real verbs make the results and the disclosure rules clear them. What no verb makes (a comparison
of one unit) is refused with a sentence, and is not told at all. Sentences about drivers, scales
and answers stand in ``test_every_case_of_*.py``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from kbnn_analysis import inference as ask
from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import narrative as tell
from kbnn_analysis.results import Estimates, MeasureInfo, Result, Totals

NAMES = ["Thái Nguyên", "Hà Nội", "Bắc Kạn", "Đắk Lắk", "Thừa Thiên Huế"]
LABEL = Label("Hài lòng chung: tỷ lệ rất hài lòng", "Overall satisfaction: share very satisfied")
INFO = MeasureInfo("overall_top_box", "top_box", "1", "proportion", LABEL, ("overall_treasury",))
CASES: dict[str, tuple[list[int], list[int]]] = {
    "one": ([180], [300]),
    "two": ([180, 240], [300, 300]),
    "many": ([60, 120, 180, 240, 270], [300] * 5),
    "alike": ([180, 181, 182, 183, 184], [300] * 5),
    "none": ([0] * 5, [0] * 5),
    "hidden": ([3, 2, 4, 1, 5], [5, 6, 7, 8, 9]),
    "one hidden": ([60, 120, 180, 240, 5], [300] * 4 + [8]),
    "nobody": ([0] * 5, [300] * 5),
    "everybody": ([300] * 5, [300] * 5),
}
Verb = Callable[[Estimates], Result]
Sentence = Callable[..., str]


def estimates(case: str, best: str = "high") -> Estimates:
    count, n = CASES[case]
    codes = [f"{at:02d}" for at in range(len(n))]
    labels = {
        "unit": {code: Label.same(NAMES[at]) for at, code in enumerate(codes)},
        "column": {"unit": Label("Tỉnh, thành phố", "Province")},
    }
    frame = pd.DataFrame({"unit": codes, "count": count, "n": n})
    info = replace(INFO, best=best)
    return estimates_from_counts(frame, info, period="2023-1", labels=labels)


def since(made: Estimates) -> Estimates:
    """Return the same units with an earlier period in which all stood at a half."""
    n = made.frame["n"].to_numpy()
    frame = pd.DataFrame({"unit": made.frame["unit"], "count": n // 2, "n": n})
    labels = {"unit": made.labels["unit"]}
    (info,) = made.measures.values()
    before = estimates_from_counts(frame, info, period="2022-2", labels=labels)
    return ask.join_periods([before, made])


def with_df(made: Estimates) -> Estimates:
    return replace(made, frame=made.frame.assign(df=made.frame["n"] - 1, deff=2.0))


def totals_of(made: Estimates) -> Totals:
    """Return how many of twice as many people as answered the shares stand for."""
    frame = made.frame.assign(estimate=2 * made.frame["n"] * made.frame["estimate"])
    for name, to in (("conf_low", 0.9), ("conf_high", 1.1)):
        frame[name] = to * frame["estimate"]
    return Totals(
        frame=frame.assign(std_error=5.0, df=100.0, weight_sum=2 * made.frame["n"]),
        by=made.by,
        method="Sums.",
        labels=made.labels,
        covariance=made.covariance,
        measures=made.measures,
    )


def itself(made: Estimates) -> Estimates:
    return made


TOLD: dict[str, tuple[Verb | tuple[Verb, ...], Sentence]] = {
    "estimate": (itself, tell.describe_estimate),
    "headline": (lambda made: made.take([0]), tell.describe_headline),
    "hidden": (itself, tell.describe_hidden),
    "method": (itself, tell.describe_method),
    "respondents": ((itself, itself), tell.describe_respondents),
    "ranking": (ask.rank, tell.describe_ranking),
    "leader": (ask.rank, tell.describe_leader),
    "tiers": (ask.rank, tell.describe_tiers),
    "mean": (ask.compare, tell.describe_comparison),
    "pairs": (lambda made: ask.compare(made, "all_pairs"), tell.describe_comparison),
    "letters": (ask.letter_groups, tell.describe_letters),
    "best": (ask.best_set, tell.describe_best_units),
    "last": (lambda made: ask.best_set(made, best="low"), tell.describe_best_units),
    "spread": (ask.heterogeneity, tell.describe_heterogeneity),
    "funnel": (ask.funnel, tell.describe_funnel),
    "shrinkage": (ask.shrink, tell.describe_shrinkage),
    "probably": (ask.shrink, tell.describe_probably_best),
    "needed": (ask.respondents_to_settle, tell.describe_respondents_needed),
    "reliability": (ask.shrink, tell.describe_unit_reliability),
    "candidate": ((ask.rank, ask.shrink), tell.describe_candidate),
    "precision": (itself, lambda made, to: tell.describe_precision(with_df(made), to)),
    "totals": (totals_of, tell.describe_totals),
    "change": (lambda made: ask.change(since(made)), tell.describe_change),
    "breaks": (lambda made: ask.change(since(made)), tell.describe_breaks),
    "moved": (lambda made: ask.rank_change(since(made)), tell.describe_rank_change),
    "methods": (ask.rank, lambda made, to: tell.describe_methods([made, made], to)),
}


@functools.cache
def made(verb: Verb, case: str, best: str) -> Result | None:
    """Return the disclosed result, or nothing where the verb refuses such units with a reason."""
    try:
        found = verb(estimates(case, best))
    except UsageError as refused:
        reason = str(refused)
    else:
        return disclose(found, Rules())
    assert len(reason) > 20
    return None


def told(kind: str, case: str, language: str, best: str = "high") -> str:
    verbs, sentence = TOLD[kind]
    several = verbs if isinstance(verbs, tuple) else (verbs,)
    results = [made(verb, case, best) for verb in several]
    return sentence(*results, language) if None not in results else ""


@pytest.mark.parametrize("best", ["high", "low"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", TOLD)
def test_sentences_are_whole_and_of_one_language(
    kind, case, language, best, check_sentences
) -> None:
    check_sentences(told(kind, case, language, best), language)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", TOLD)
def test_english_counts_agree_with_their_nouns(kind, case, check_counts) -> None:
    text = told(kind, case, "en")
    check_counts(text)
    if case == "one":
        assert " each" not in text
    if case == "two":
        assert "of the 1 pair" not in text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", TOLD)
def test_what_is_hidden_tells_no_share_of_its_own(kind, language) -> None:
    text = told(kind, "hidden", language)
    without = re.sub(r"95 ?%|99,?.?8 ?%", "", text)
    assert "%" not in without
    alone = told(kind, "one hidden", language)
    assert not re.search(r"62[.,]5|63 ?%", alone)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", ["nobody", "everybody"])
@pytest.mark.parametrize("kind", sorted(set(TOLD) - {"method"}))
def test_nobody_and_everybody_are_told_as_bounds(kind, case, language) -> None:
    text = told(kind, case, language)
    assert "No unit has enough answers" not in text  # each has 300
    assert "Không có đơn vị nào đủ phiếu" not in text
    bound = {"nobody": "≤ 3%", "everybody": "≥ 97%"}[case]
    if kind in {"estimate", "headline"}:
        assert bound in text
    if kind == "needed":
        assert not any(name in text for name in NAMES)


EXPECTED = {
    ("needed", "two", "en"): "they have 300 and 300, which is enough.",
    ("pairs", "two", "vi"): "Hà Nội cao hơn Thái Nguyên.",
    ("pairs", "many", "vi"): "Phân biệt được mọi đơn vị với nhau, trong cả 10 cặp.",
    ("pairs", "many", "en"): "All 10 pairs can be told apart.",
    ("pairs", "alike", "en"): "None of the 10 pairs can be told apart",
    ("spread", "many", "en"): "Not shown (fewer than 10 degrees of freedom).",
    ("spread", "many", "vi"): "Không hiển thị (ít hơn 10 bậc tự do).",
    ("respondents", "hidden", "vi"): "Không hiển thị (ít hơn 10 phiếu hợp lệ).",
    ("respondents", "one", "en"): "Of 1 unit, 1 has figures to show, of 300 valid answers.",
    ("probably", "many", "vi"): "Thừa Thiên Huế nhiều khả năng đứng đầu 5 đơn vị (xác suất trên",
    ("probably", "many", "en"): "Thừa Thiên Huế is probably the best of 5 units (probability more",
    ("best", "everybody", "en"): "Nothing to compare: so close to 100% or 0%",
    ("letters", "nobody", "vi"): "Không so sánh được: quá gần 100% hoặc 0%",
    ("ranking", "one", "vi"): "một đơn vị thì không có thứ hạng",
    ("ranking", "alike", "vi"): "không nên đọc bảng này như một bảng xếp hạng",
    ("hidden", "one hidden", "vi"): "1 đơn vị bị ẩn (ít hơn 10 phiếu hợp lệ): Thừa Thiên Huế.",
    ("hidden", "hidden", "en"): "5 units are hidden (fewer than 10 valid answers): ",
}


@pytest.mark.parametrize(("kind", "case", "language"), EXPECTED)
def test_cases_that_are_easily_told_wrongly(kind, case, language) -> None:
    assert EXPECTED[kind, case, language] in told(kind, case, language)


@pytest.mark.parametrize(("language", "most"), [("vi", "tốt nhất, tức thấp nhất,"), ("en", "best")])
def test_where_low_is_best_the_lowest_leads(language, most) -> None:
    for kind in ("ranking", "leader", "best", "probably"):
        assert "Thái Nguyên" in told(kind, "many", language, "low").split("(")[0]
        assert "Thừa Thiên Huế" not in told(kind, "many", language, "low")
    assert most in told("leader", "many", language, "low")
