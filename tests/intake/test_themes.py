"""Comments leave as counts of themes: never a word of theirs, and no theme of a few."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import Design, comment_themes, load_codebook, read_raw, validate
from kbnn_analysis.presentation.tables import table_diagnosis
from kbnn_analysis.presentation.tables.csv import csv_text

COMMENTS = {
    "Cán bộ nhiệt tình, giải quyết nhanh.": {"staff", "time"},
    "can bo giai quyet cham": {"staff", "time"},
    unicodedata.normalize("NFD", "HỆ THỐNG trực tuyến hay lỗi"): {"online"},
    "Xin cảm ơn, chúc cho mọi người khỏe": {"other"},  # "cho" is not "chờ"
    "The staff were slow": {"staff", "time"},
    "Mong niêm yết thủ tục": {"guidance", "procedures"},
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory):
    path = simulate_period("2023-1", scale=0.2).write(tmp_path_factory.mktemp("comments"))
    return validate(
        read_raw(path),
        load_codebook("kbnn-assumed"),
        Design(target="process", psu="office"),
        period="2023-1",
        unit_vintage="provinces-63",
    )


def with_comments(survey, texts):
    column = survey.comments.copy()
    column[:] = ""
    column.iloc[: len(texts)] = texts
    return replace(survey, comments=column)


@pytest.mark.parametrize(("text", "themes"), COMMENTS.items(), ids=range(len(COMMENTS)))
def test_words_tell_the_themes_of_a_comment(survey, text, themes) -> None:
    frame = comment_themes(with_comments(survey, [text])).frame
    assert set(frame.loc[frame["count"] == 1, "theme"]) == themes
    assert set(frame["n"]) == {1}


def test_simulated_complaints_are_found_by_their_subject(survey) -> None:
    frame = comment_themes(survey).frame.set_index("theme")
    assert frame["n"].iloc[0] == (survey.comments.fillna("").str.strip() != "").sum()
    assert (frame["count"] > 0).all()
    assert frame["share"].to_numpy() == pytest.approx(frame["count"] / frame["n"])


def test_what_is_shown_holds_no_word_of_a_comment_and_no_theme_of_few(survey) -> None:
    texts = ["Cán bộ rất tốt"] * 40 + ["Kết quả sai rồi"] * 3
    shown = disclose(comment_themes(with_comments(survey, texts)))
    frame = shown.frame.set_index("theme")
    assert frame["n"].iloc[0] == 45
    assert np.isnan(frame.loc["staff", "count"]), "three who do not speak of staff are few as well"
    assert np.isnan(frame.loc["result", "count"])
    assert frame.loc["result", "share"] > 3 / 43, "few are written by their upper bound"
    told = csv_text(shown, "vi") + table_diagnosis(shown, language="vi").as_raw_html()
    assert "Ý kiến viết theo nội dung" in told
    assert "rất tốt" not in told
    assert "sai rồi" not in told


def test_under_ten_comments_nothing_is_told(survey) -> None:
    frame = disclose(comment_themes(with_comments(survey, ["Cán bộ tốt"] * 9))).frame
    assert frame["suppressed"].all()
    assert frame[["n", "count", "share"]].isna().all(axis=None)


def test_a_survey_without_comments_says_so(survey) -> None:
    with pytest.raises(UsageError, match="without comments"):
        comment_themes(replace(survey, comments=None))
