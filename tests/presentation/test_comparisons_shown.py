"""Differences, pairs, letters, best sets and spread as figures, tables, sentences and alt texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference import best_set, compare, heterogeneity, letter_groups
from kbnn_analysis.presentation import figures, narrative, rows, style, tables
from kbnn_analysis.presentation.tables.views import BEST, COMPARISON, LETTERS, lay_out

SPREAD = [0.60, 0.62, 0.90, 0.61]  # one unit stands out
ALIKE = [0.60, 0.61, 0.59, 0.60]
SIX = [0.1, 0.25, 0.4, 0.6, 0.8, 0.95]


@pytest.fixture
def spread(make_estimates):
    return make_estimates(SPREAD, [300.0] * 4)


@pytest.fixture
def alike(make_estimates):
    return make_estimates(ALIKE, [300.0] * 4)


def marks(ax, color: str) -> np.ndarray:
    """Return the positions of the marks of one edge colour."""
    drawn = [each for each in ax.collections if isinstance(each, PathCollection)]
    found = [
        np.asarray(each.get_offsets())
        for each in drawn
        if len(each.get_offsets()) and to_hex(each.get_edgecolor()[0]) == color.lower()
    ]
    return np.concatenate(found) if found else np.empty((0, 2))


def written(ax) -> str:
    return " ".join(text.get_text() for text in ax.figure.findobj() if hasattr(text, "get_text"))


def test_differences_found_are_triangles_the_others_open_dots(spread) -> None:
    found = compare(spread)
    ax = figures.plot_comparison(found, language="en")
    supported = rows.found_different(found).to_numpy()
    up = marks(ax, style.BLUE)
    assert up[:, 1].tolist() == [2.0]
    np.testing.assert_allclose(up[:, 0], found.frame["difference"][up[:, 1].astype(int)])
    assert len(up) + len(marks(ax, style.ORANGE)) == supported.sum()
    assert "percentage points" in ax.get_xlabel()


def test_nothing_found_is_drawn_as_nothing_found(alike) -> None:
    ax = figures.plot_comparison(compare(alike), language="vi")
    assert not len(marks(ax, style.BLUE))
    assert len(marks(ax, style.MUTED)) == 4


def test_the_margin_is_drawn_and_told(make_estimates) -> None:
    many = make_estimates(ALIKE, [50_000.0] * 4)
    found = compare(many, adjust="none", margin=0.05)
    ax = figures.plot_comparison(found, language="en")
    assert "Grey band: differences stated to be negligible (±5 percentage points)" in written(ax)
    text = narrative.describe_comparison(found, "en")
    assert "Of 4 differences, 4 are surely within 5 percentage points" in text
    few = compare(make_estimates(ALIKE, [50.0] * 4), margin=0.01)
    assert "none may be called equivalent" in narrative.describe_comparison(few, "en")
    assert "chưa thể coi là tương đương" in narrative.describe_comparison(few, "vi")


def test_pairs_stand_on_both_sides_of_the_square(spread) -> None:
    found = compare(spread, "all_pairs")
    ax = figures.plot_pairs(found, language="en")
    up, down = marks(ax, style.BLUE), marks(ax, style.ORANGE)
    supported = int(rows.found_different(found).sum())
    assert supported == 3
    assert {tuple(each) for each in up} == {(0, 2), (1, 2), (3, 2)}  # the row is the third unit
    assert {tuple(each) for each in down} == {(2, 0), (2, 1), (2, 3)}
    assert "does not mean that they are equal" in " ".join(written(ax).split())


def test_pairs_are_counted_and_few_are_named(spread, alike) -> None:
    text = narrative.describe_comparison(compare(spread, "all_pairs"), "en")
    assert text.startswith("3 of the 6 pairs can be told apart; 4 units differ from at least one")
    assert "Bắc Kạn is above Thái Nguyên" in text
    assert "Phân biệt được 3 trong 6 cặp" in narrative.describe_comparison(
        compare(spread, "all_pairs"), "vi"
    )
    none = narrative.describe_comparison(compare(alike, "all_pairs"), "en")
    assert none.startswith("None of the 6 pairs can be told apart")


def test_many_pairs_are_not_named(make_estimates) -> None:
    text = narrative.describe_comparison(
        compare(make_estimates(SIX, [300.0] * 6), "all_pairs"), "en"
    )
    assert text == "All 15 pairs can be told apart."


def test_one_comparison_is_named_after_its_unit(make_estimates) -> None:
    two = make_estimates([0.9, 0.5], [300.0] * 2)
    against = compare(two, {"unit": "01"})
    assert narrative.describe_comparison(against, "en") == "Thái Nguyên is above Hà Nội."
    pair = narrative.describe_comparison(compare(two, "all_pairs"), "en")
    assert "Thái Nguyên is above Hà Nội" in pair


def test_letters_after_z_stay_whole() -> None:
    assert rows.letters_of("aza1b12") == ["a", "z", "a1", "b12"]


def test_letters_are_columns_of_marks(spread) -> None:
    made = letter_groups(spread)
    left, right = figures.plot_letters(made, language="vi")
    own = [rows.letters_of(text) for text in made.frame["letters"]]
    drawn = np.asarray(right.collections[0].get_offsets())
    assert len(drawn) == sum(map(len, own))
    assert [label.get_text() for label in right.get_xticklabels()] == ["a", "b"]
    assert "không có nghĩa là bằng nhau" in " ".join(written(left).split())


def test_letters_are_told(spread, alike) -> None:
    text = narrative.describe_letters(letter_groups(spread), "en")
    assert text.startswith("4 units carry 2 letters; units that share no letter with another: 1.")
    same = narrative.describe_letters(letter_groups(alike), "vi")
    assert same.startswith("Cả 4 đơn vị cùng mang một chữ cái")


def test_best_set_is_a_set(spread) -> None:
    best = best_set(spread, 2)
    ax = figures.plot_best_units(best, language="en")
    inside = (best.frame["included"] > 0).to_numpy()
    assert len(marks(ax, style.ORANGE)) == inside.sum()
    assert "stand in no order" in " ".join(written(ax).split())
    text = narrative.describe_best_units(best, "en")
    assert text == "The data rule out none of the 4 units from the best 2."


def test_a_clear_best_is_named_and_the_last_are_counted_only(make_estimates) -> None:
    made = make_estimates(SIX, [400.0] * 6)
    text = narrative.describe_best_units(best_set(made, 2), "en")
    assert text.startswith("With 95% confidence, the 2 best of 6 units:")
    assert "Bà Rịa – Vũng Tàu" in text
    last = narrative.describe_best_units(best_set(made, 2, best="low"), "en")
    assert last.startswith("With 95% confidence, 2 of 6 units may be among the last 2")
    assert "Thái Nguyên" not in last
    ax = figures.plot_best_units(best_set(made, 2, best="low"), language="en")
    assert "May be among the last" in written(ax)


def test_a_set_of_which_units_are_not_shown_is_not_told_as_whole(make_counted) -> None:
    made = make_counted([299, 280, 270, 240, 5], [300, 300, 300, 300, 8])
    told = narrative.describe_best_units(disclose(best_set(made), Rules()), "en")
    assert told.startswith("Of 3 units shown, 0 may be the best (confidence 95%); so may units")
    whole = narrative.describe_best_units(best_set(made), "en")
    assert whole == "With 95% confidence, Thái Nguyên is the best of 4 units."


def test_spread_of_several_measures_is_told_by_name(spread) -> None:
    two = heterogeneity(spread).frame
    frame = pd.concat([two, two.assign(measure="other_share")], ignore_index=True)
    text = narrative.describe_heterogeneity(replace(heterogeneity(spread), frame=frame), "en")
    assert "On “Overall satisfaction: share satisfied”: units differ beyond chance" in text
    assert "On “other_share”: " in text


def test_spread_is_drawn_from_its_numbers(spread) -> None:
    found = heterogeneity(spread)
    left, right = figures.plot_heterogeneity(found, language="vi")
    row = found.frame.iloc[0]
    assert np.asarray(left.collections[1].get_offsets())[0, 0] == pytest.approx(row["estimate"])
    segment = left.collections[2].get_segments()[0]
    assert segment[1, 0] - segment[0, 0] == pytest.approx(2 * row["tau"])
    assert np.asarray(right.collections[1].get_offsets())[0, 0] == pytest.approx(row["i_squared"])


MADE = {
    "mean": lambda made: compare(made),
    "reference": lambda made: compare(made, {"unit": "00"}, "holm", margin=0.02),
    "pairs": lambda made: compare(made, "all_pairs"),
    "letters": letter_groups,
    "best": best_set,
    "last": lambda made: best_set(made, best="low"),
    "spread": heterogeneity,
}  # fmt: skip
SHOWN = {
    "mean": (figures.plot_comparison, tables.table_comparison, narrative.describe_comparison),
    "reference": (figures.plot_comparison, tables.table_comparison, narrative.describe_comparison),
    "pairs": (figures.plot_pairs, tables.table_comparison, narrative.describe_comparison),
    "letters": (figures.plot_letters, tables.table_letters, narrative.describe_letters),
    "best": (figures.plot_best_units, tables.table_best_units, narrative.describe_best_units),
    "last": (figures.plot_best_units, tables.table_best_units, narrative.describe_best_units),
    "spread": (
        figures.plot_heterogeneity,
        tables.table_heterogeneity,
        narrative.describe_heterogeneity,
    ),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", MADE)
def test_every_kind_has_all_its_forms(make_counted, kind, language) -> None:
    made = make_counted([120, 154, 270, 160, 5], [200, 220, 300, 250, 8])
    result = disclose(MADE[kind](made), Rules())
    draw, table, describe = SHOWN[kind]
    svg = style.to_svg(draw(result, language=language))
    assert svg.count(style.SIMULATED) == 1
    html = table(result, language=language).as_raw_html()
    assert "nan" not in html
    assert style.SIMULATED.split(" / ")[0] in html
    text = describe(result, language)
    assert text
    assert text in figures.alt_text(result, language)
    assert figures.caption_of(result, language)
    assert "{" not in svg.split("</style>")[-1]
    assert "{" not in text


@pytest.mark.parametrize("kind", ["mean", "letters", "best"])
def test_a_unit_of_few_answers_has_no_mark(make_counted, kind) -> None:
    made = make_counted([120, 154, 270, 160, 1], [200, 220, 300, 250, 8])
    result = disclose(MADE[kind](made), Rules())
    drawn = SHOWN[kind][0](result, language="en")
    ax = drawn[0] if isinstance(drawn, tuple) else drawn
    assert len(ax.get_yticklabels()) == 4
    assert "Thừa Thiên Huế" in written(ax)  # named below, without a position
    assert "12.5" not in SHOWN[kind][1](result, language="en").as_raw_html()


def test_tables_hold_letters_and_sets_in_words(spread) -> None:
    cells = {c.heading: c.cells for c in lay_out(best_set(spread), BEST, language="vi").columns}
    assert set(cells["Thuộc nhóm"]) == {"có", "không"}
    cells = {
        c.heading: c.cells for c in lay_out(letter_groups(spread), LETTERS, language="en").columns
    }
    assert set(cells["Letters"]) == {"a", "b"}
    found = compare(spread, margin=0.5)
    headings = [c.heading for c in lay_out(found, COMPARISON, language="en").columns]
    assert "p-value (equivalence)" in headings
    assert isinstance(found.frame, pd.DataFrame)
