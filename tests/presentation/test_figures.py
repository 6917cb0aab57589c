"""Figures draw what a result holds, hide what is hidden, and give the same bytes."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake import load_codebook
from kbnn_analysis.presentation import figures, fonts, style
from kbnn_analysis.presentation.figures.question_rows import question_rows
from kbnn_analysis.results import Diagnosis, Estimates, MeasureInfo, Ranking


def many(make_ranking, *, simulated: bool = False):
    values = list(np.linspace(0.99, 0.9, 63))
    sets = [(max(1, at - 5), min(61, at + 6)) for at in range(63)]
    return make_ranking(values, sets, hidden=[3, 40], simulated=simulated)


def test_ranking_of_63_shows_61_and_names_two_apart(make_ranking) -> None:
    left, right = figures.plot_ranking(many(make_ranking, simulated=True), language="vi")
    names = [label.get_text() for label in left.get_yticklabels()]
    assert len(names) == 61
    assert "Đắk Lắk" not in names
    svg = style.to_svg(left)
    assert "Không hiển thị (ít hơn 10 phiếu hợp lệ): Đắk Lắk, Tỉnh 41." in svg
    assert svg.count(style.SIMULATED) == 1
    assert right.get_xlabel() == "Khoảng thứ hạng"


def test_text_stays_text_in_the_shipped_font_and_bytes_stay_the_same(make_ranking) -> None:
    drawn = [figures.plot_ranking(many(make_ranking), language="vi")[0] for _ in range(2)]
    first, second = (style.to_svg(axes) for axes in drawn)
    assert first == second
    assert style.to_png(drawn[0], dpi=40) == style.to_png(drawn[1], dpi=40)
    assert fonts.FAMILY in first
    assert ">Thái Nguyên</text>" in first
    assert "<dc:date>" not in first


def test_style_leaves_the_settings_of_others_alone(make_estimates) -> None:
    before = dict(mpl.rcParams)
    figures.plot_estimates(make_estimates([0.9, 0.8]), language="en")
    assert dict(mpl.rcParams) == before


def test_use_style_sets_our_font_after_seaborn() -> None:
    with mpl.rc_context():
        style.use_style()
        assert mpl.rcParams["font.family"][0] == fonts.FAMILY


def test_units_keep_their_order_for_a_league_table_needs_rank_intervals(make_estimates) -> None:
    _, (ax,) = style.new_figure(3)
    returned = figures.plot_estimates(make_estimates([0.8, 0.9, 0.7]), language="en", ax=ax)
    assert returned is ax
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["Thái Nguyên", "Hà Nội", "Bắc Kạn"]


def test_measures_are_sorted_by_estimate() -> None:
    made = item_estimates({"two_box": 0.7, "top_box": 0.9}, ["time_waiting"])
    ax = figures.plot_estimates(made, language="en")
    assert list(ax.collections[1].get_offsets()[:, 0]) == [0.9, 0.7]


def item_estimates(rules: dict[str, float], items: list[str]) -> Estimates:
    rows, infos = [], {}
    for item in items:
        for rule, value in rules.items():
            name = f"{item}:{rule}"
            infos[name] = MeasureInfo(
                name=name,
                rule=rule,
                version="1",
                kind="proportion",
                label=load_codebook("kbnn-assumed").item(item).label.label,
                items=(item,),
            )
            rows.append((("2023-1"), name, 100.0, value, 0.01, value - 0.01, value + 0.01))
    columns = ["period", "measure", "n", "estimate", "std_error", "conf_low", "conf_high"]
    return Estimates(
        frame=pd.DataFrame(rows, columns=columns),
        by=("period", "measure"),
        method="Q.",
        covariance=np.eye(len(rows)),
        measures=infos,
    )


def test_items_stand_under_their_factor() -> None:
    made = item_estimates({"two_box": 0.95, "top_box": 0.4}, ["time_waiting", "online_access"])
    ax = figures.plot_items(made, load_codebook("kbnn-assumed"), language="vi")
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Dịch vụ công trực tuyến",
        "Dễ truy cập dịch vụ công trực tuyến khi cần",
        "Thời gian giải quyết",
        "Thời gian chờ đợi hợp lý",
    ]


@pytest.mark.parametrize("name", ["kbnn-assumed", "sfo-2013"])
def test_a_factor_is_named_once_though_a_form_parts_its_questions(name: str) -> None:
    book = load_codebook(name)
    lines = question_rows(book, {item.name for item in book.items}, "en")
    headings = [line.text for line in lines if line.item is None]
    assert len(set(headings)) == len(headings)
    assert {line.item for line in lines if line.item} == {item.name for item in book.items}


def test_likert_bars_fill_the_whole() -> None:
    shares = {"level 1": 0.02, "level 2": 0.03, "level 3": 0.1, "level 4": 0.5, "level 5": 0.35}
    made = item_estimates(shares, ["time_waiting"])
    ax = figures.plot_likert(made, load_codebook("kbnn-assumed"), language="en")
    ends = [patch.get_x() + patch.get_width() for patch in ax.patches if patch.get_width()]
    assert max(ends) == pytest.approx(1.0)
    assert {text.get_text() for text in ax.texts} == {"10", "50", "35"}


def test_likert_leaves_out_a_question_with_a_hidden_level() -> None:
    made = item_estimates({"level 1": 0.5, "level 2": 0.5}, ["time_waiting", "time_notice"])
    frame = made.to_frame().assign(suppressed=[True, False, False, False])
    frame.loc[0, "estimate"] = np.nan
    ax = figures.plot_likert(
        replace(made, frame=frame), load_codebook("kbnn-assumed"), language="en"
    )
    assert [label.get_text() for label in ax.get_yticklabels()][1:] == [
        "Notice is given before a dossier is late"
    ]
    note = ax.get_figure().get_supxlabel()
    assert note.startswith("Not drawn")
    assert note.count("Waiting time is reasonable") == 1


def test_many_questions_without_bars_leave_room_for_those_with(make_estimates) -> None:
    book = load_codebook("kbnn-assumed")
    items = [item.name for item in book.items if book.scale_of(item.name).high == 5][:20]
    made = item_estimates({"level 1": 0.5, "level 2": 0.5}, items)
    last = {name for name, info in made.measures.items() if info.items[0] == items[-1]}
    hidden = ~made.frame["measure"].isin(last)
    frame = made.to_frame().assign(suppressed=hidden)
    frame.loc[hidden, "estimate"] = np.nan
    ax = figures.plot_likert(replace(made, frame=frame), book, language="vi")
    figure = ax.get_figure()
    figure.draw_without_rendering()
    note = next(text for text in figure.findobj() if text is figure._supxlabel)
    below = note.get_window_extent().y1
    labels = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
    assert below <= min(extent.y0 for extent in labels)
    names = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert min(extent.x0 for extent in names) >= 0


def test_wrong_measures_are_refused(make_estimates) -> None:
    book = load_codebook("kbnn-assumed")
    with pytest.raises(UsageError, match="answer levels"):
        figures.plot_likert(make_estimates([0.9]), book, language="vi")
    with pytest.raises(UsageError, match="two-box or top-box"):
        figures.plot_items(item_estimates({"mean": 4.0}, ["time_waiting"]), book, language="vi")


def test_quality_draws_both_kinds_of_gaps() -> None:
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "item": ["a", "b"],
            "n": 10,
            "share_missing": [0.1, 0.2],
            "share_not_applicable": [0.0, 0.3],
        }
    )
    made = Diagnosis(frame=frame, by=("period", "item"), method="Counts.")
    ax = figures.plot_quality(made, language="en")
    assert len(ax.patches) == 4
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "Missing",
        "Not applicable",
    ]


def test_alt_text_holds_the_ends_and_nothing_hidden(make_estimates) -> None:
    text = figures.alt_text(make_estimates([0.8, 0.9, 0.1], hidden=[2], simulated=True), "en")
    assert "2 values, from 80.0% to 90.0%. 1 row not shown." in text
    assert "Thái Nguyên" not in text  # no best or worst unit without its rank interval
    assert "10.0%" not in text
    assert text.endswith("SIMULATED DATA.")


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_figures_of_one_width_lie_there_as_they_are_made(weight) -> None:
    from fontTools.ttLib import TTFont

    path = fonts.font_path(weight)
    lying = path.with_name(path.name.replace("BeVietnamPro", "BeVietnamProFigures"))
    assert lying.read_bytes() == fonts.tabular_face(weight)
    with TTFont(lying) as font:
        names = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
        assert len({font["hmtx"][name][0] for name in names}) == 1
        assert font["name"].getDebugName(1) == fonts.TABULAR


def test_fonts_have_every_vietnamese_letter_and_are_stable() -> None:
    from fontTools.ttLib import TTFont

    known = TTFont(fonts.font_path("Regular")).getBestCmap()
    assert all(ord(letter) in known for letter in fonts.CHARACTERS)
    fresh = fonts.subset.__wrapped__
    assert fresh("Regular", "Đắk Lắk") == fresh("Regular", "Đắk Lắk")
    assert len(fonts.font_faces()) < 60_000


def test_rank_intervals_are_drawn_whole_where_other_ranked_units_are_not_drawn() -> None:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "measure": "m", "unit": ["19", "01"], "n": [200.0, 250.0],
            "estimate": [0.6, 0.5], "std_error": 0.03, "conf_low": [0.54, 0.44],
            "conf_high": [0.66, 0.56], "rank": [1.0, 2.0], "rank_low": [1.0, 1.0],
            "rank_high": [29.0, 29.0],
        }
    )  # fmt: skip
    ranking = Ranking(frame=frame, by=("period", "measure", "unit"), method="test")
    _, right = figures.plot_ranking(ranking, language="en")
    assert right.get_xlim()[1] > 29
