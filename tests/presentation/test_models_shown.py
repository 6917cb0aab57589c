"""Posterior ranks, funnels, spread, numbers needed: told for what they are, hidden if hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference.funnel import funnel
from kbnn_analysis.inference.heterogeneity import heterogeneity
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.inference.respondents_needed import respondents_to_settle
from kbnn_analysis.inference.shrinkage import shrink
from kbnn_analysis.presentation import figures, narrative, tables
from kbnn_analysis.presentation.tables.views import (
    FUNNEL,
    NEEDED,
    RELIABILITY,
    SHRINKAGE,
    lay_out,
)

STRONG = [0.60, 0.62, 0.58, 0.61, 0.59, 0.95]
ALIKE = [0.60, 0.61, 0.59, 0.60, 0.61, 0.60]


def hide(result, row):
    frame = result.to_frame()
    for name in frame.columns[len(result.by) :]:
        frame[name] = frame[name].astype(object if frame[name].dtype == object else float)
        frame.loc[row, name] = None if frame[name].dtype == object else np.nan
    frame["suppressed"] = [at == row for at in range(len(frame))]
    frame["suppressed_reason"] = [
        "fewer than 10 valid answers" if at == row else "" for at in range(len(frame))
    ]
    return replace(result, frame=frame)


@pytest.fixture
def strong(make_estimates):
    return make_estimates(STRONG, [200.0] * 6)


def test_posterior_ranks_have_their_own_name(strong) -> None:
    table = lay_out(shrink(strong), SHRINKAGE, language="vi")
    headings = [column.heading for column in table.columns]
    assert "Khoảng thứ hạng hậu nghiệm" in headings
    assert "Khoảng hậu nghiệm 95%" in headings
    assert "Khoảng thứ hạng" not in headings
    assert any("không thay cho khoảng thứ hạng tin cậy" in note for note in table.notes)


def test_posterior_is_not_told_as_the_interval_of_the_estimates(strong) -> None:
    notes = lay_out(shrink(strong), SHRINKAGE, language="en").notes
    assert any("beta-binomial" in note for note in notes)
    assert not any("Korn" in note for note in notes)


def test_the_bound_on_shrinking_is_told_where_there_is_one(strong) -> None:
    bounded = narrative.describe_method(shrink(strong), "vi")
    assert "quá 1 lần sai số chuẩn" in bounded
    assert "by more than 1.5 times" in narrative.describe_method(shrink(strong, limit=1.5), "en")
    assert "sai số chuẩn" not in narrative.describe_method(shrink(strong, limit=None), "vi")


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "is probably the best of 6 units"), ("vi", "nhiều khả năng đứng đầu 6 đơn vị")],
)
def test_a_likely_best_is_told_with_its_probability(strong, language, told) -> None:
    text = narrative.describe_shrinkage(shrink(strong, top=2), language)
    assert told in text
    assert "%" in text


def test_an_open_race_is_told_as_open(make_estimates) -> None:
    shrunken = shrink(make_estimates(ALIKE, [100.0] * 6), top=2)
    assert "none of 6 units is more likely than not" in narrative.describe_shrinkage(shrunken, "en")


def test_hidden_unit_is_named_as_hidden_only(strong) -> None:
    text = narrative.describe_shrinkage(hide(shrink(strong), 5), "vi")
    assert "Bà Rịa" not in text.split("bị ẩn")[0]
    assert "1 đơn vị bị ẩn (ít hơn 10 phiếu hợp lệ)" in text


def test_funnel_bands_are_words_and_the_estimate_stays(strong) -> None:
    table = lay_out(funnel(strong, adjust="none"), FUNNEL, language="vi")
    cells = {column.heading: column.cells for column in table.columns}
    assert cells["Khoảng"][5] == "tốt hơn mức kỳ vọng"
    assert cells["Ước lượng"][5] == "95,0%"


def test_funnel_names_who_stands_out(strong) -> None:
    text = narrative.describe_funnel(funnel(strong, adjust="none"), "en")
    assert "Better than expected: 1 unit (Bà Rịa – Vũng Tàu)" in text
    same = narrative.describe_funnel(funnel(strong), "en")
    assert "as expected" in same


def test_a_worse_unit_of_few_answers_is_counted_not_named(make_estimates) -> None:
    made = funnel(make_estimates([0.9, 0.91, 0.9, 0.1], [500.0, 500.0, 500.0, 20.0]), adjust="none")
    assert made.frame["band"].tolist()[3] == "worse than expected"
    text = narrative.describe_funnel(made, "vi")
    assert "Kém hơn mức kỳ vọng: 1 đơn vị." in text
    assert "Đắk Lắk" not in text


def test_spread_or_none(make_estimates) -> None:
    wide = heterogeneity(make_estimates(STRONG, [200.0] * 6))
    assert "differ beyond chance" in narrative.describe_heterogeneity(wide, "en")
    assert "percentage points" in narrative.describe_heterogeneity(wide, "en")
    narrow = heterogeneity(make_estimates(ALIKE, [100.0] * 6))
    assert "not seen to differ" in narrative.describe_heterogeneity(narrow, "en")


def test_how_many_would_settle_it(strong) -> None:
    needed = respondents_to_settle(strong)
    text = narrative.describe_respondents_needed(needed, "en")
    assert "To settle whether Bà Rịa – Vũng Tàu is better than" in text
    last = respondents_to_settle(strong, reference="02")
    assert "no unit with an estimate under" in narrative.describe_respondents_needed(last, "en")


def test_a_reference_that_is_not_shown_is_named_nowhere(make_counted) -> None:
    """Its value would follow from any difference beside the other unit's estimate."""
    made = make_counted([120, 154, 298, 160], [200, 220, 300, 250])
    needed = respondents_to_settle(made)
    name = needed.label("unit", needed.notes["reference"])
    shared = disclose(needed, Rules())
    assert shared.frame[["difference", "n_needed"]].isna().all(axis=None)
    for language in ("vi", "en"):
        told = narrative.describe_respondents_needed(shared, language)
        assert name.text(language) not in told
        assert "is not published" in told or "không được công bố" in told
        notes = lay_out(shared, NEEDED, language=language).notes
        assert not any(name.text(language) in note for note in notes)


def test_the_likeliest_best_is_that_of_the_units_seen(make_counted) -> None:
    made = make_counted([120, 154, 298, 160], [200, 220, 300, 250])
    told = narrative.describe_shrinkage(disclose(shrink(made), Rules()), "en")
    assert "of the 3 units whose probability is published" in told
    assert "may be ahead" in told
    assert "probability under 5%" in told


def test_the_likeliest_best_is_asked_for_by_name(strong, make_estimates) -> None:
    told = narrative.describe_candidate(rank(strong), shrink(strong), "en")
    assert told.startswith("Is Bà Rịa – Vũng Tàu (the likeliest best under the model) really first")
    assert told.endswith("Yes: of 6 units it is the only one that the data allow to rank first.")
    alike = make_estimates(ALIKE, [100.0] * 6)
    told = narrative.describe_candidate(rank(alike), shrink(alike), "vi")
    assert "Chưa thể khẳng định: dữ liệu cho phép mọi thứ hạng từ 1 đến 6" in told


def test_reliability_is_told_without_names(strong) -> None:
    made = shrink(strong)
    assert "weight that the model gives" in narrative.describe_unit_reliability(made, "en")
    table = lay_out(made, RELIABILITY, language="vi")
    assert any("Độ tin cậy là phần trọng số" in note for note in table.notes)


def test_answers_there_are_and_answers_needed_are_drawn_for_each_unit(strong) -> None:
    needed = respondents_to_settle(strong)
    ax = figures.plot_respondents_needed(needed, language="en")
    offsets = [np.asarray(each.get_offsets()) for each in ax.collections[1:]]
    at = {tuple(np.round(point, 6)) for each in offsets for point in each}
    frame = needed.frame[needed.frame["n_needed"].notna()].reset_index(drop=True)
    for row, (n, wanted) in enumerate(zip(frame["n"], frame["n_needed"], strict=True)):
        assert (n, row) in at
        assert (min(wanted, 1e6), row) in at


@pytest.mark.parametrize("make", ["shrink", "funnel"])
def test_figures_leave_hidden_units_out(strong, make) -> None:
    result = hide({"shrink": shrink, "funnel": funnel}[make](strong), 5)
    draw = {"shrink": figures.plot_shrinkage, "funnel": figures.plot_funnel}[make]
    drawn = draw(result, language="vi")
    ax = drawn[0] if isinstance(drawn, tuple) else drawn
    offsets = [np.asarray(each.get_offsets()) for each in ax.collections]
    marks = np.concatenate([each for each in offsets if len(each)])
    assert not np.isclose(marks[:, [0, 1]], 0.95, atol=0.03).any()
    written = " ".join(text.get_text() for text in ax.figure.findobj() if hasattr(text, "get_text"))
    assert "Không hiển thị (ít hơn 10 phiếu hợp lệ): Bà Rịa" in written


@pytest.mark.parametrize("language", ["vi", "en"])
def test_tables_of_all_kinds(strong, language) -> None:
    made = (
        (shrink(strong), tables.table_shrinkage),
        (funnel(strong), tables.table_funnel),
        (heterogeneity(strong), tables.table_heterogeneity),
        (respondents_to_settle(strong), tables.table_respondents_needed),
    )
    for result, show in made:
        html = show(result, language=language).as_raw_html()
        assert "<table" in html
        assert "nan" not in html
    assert isinstance(made[0][0].frame, pd.DataFrame)
