"""What comments speak of, counted: their words themselves are never shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results.diagnosis import Diagnosis
from kbnn_analysis.units.spelling import bare_letters

OTHER = "other"
LABELS = {
    "staff": Label("Cán bộ", "Staff"),
    "time": Label("Thời gian", "Time"),
    "online": Label("Dịch vụ trực tuyến", "Online services"),
    "guidance": Label("Hướng dẫn, thông tin", "Guidance and information"),
    "procedures": Label("Thủ tục, hồ sơ", "Procedures and files"),
    "result": Label("Kết quả", "Results"),
    "feedback": Label("Tiếp nhận phản ánh", "Handling of feedback"),
    OTHER: Label("Nội dung khác", "Anything else"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "staff": ("cán bộ", "nhân viên", "giao dịch viên", "công chức", "thái độ", "staff", "officer"),
    "time": ("thời gian", "đúng hẹn", "trễ hẹn", "chậm", "nhanh", "chờ", "time", "wait", "slow"),
    "online": ("trực tuyến", "qua mạng", "hệ thống", "trang web", "dịch vụ công", "online", "web"),
    "guidance": ("hướng dẫn", "giải thích", "thông tin", "niêm yết", "guidance", "information"),
    "procedures": ("thủ tục", "hồ sơ", "chứng từ", "giấy tờ", "quy định", "procedure", "form"),
    "result": ("kết quả", "chính xác", "result", "accurate"),
    "feedback": ("phản ánh", "góp ý", "khiếu nại", "feedback", "complaint"),
}


def comment_themes(
    survey: Survey,
    words: Mapping[str, tuple[str, ...]] = WORDS,
    labels: Mapping[str, Label] = LABELS,
) -> Diagnosis:
    """Return how many comments speak of each theme, found by its words.

    A comment may speak of several themes; one that has none of the words is counted as "other".
    Whole words are compared without case, and without marks in a comment that has none. Nobody has
    read the comments: words tell the subject, not whether it is praised.

    Parameters
    ----------
    survey : Survey
        With its comments.
    words : mapping
        Theme -> its words, in any language.
    labels : mapping
        Theme -> its name.

    Returns
    -------
    Diagnosis
        By period and theme: ``n`` comments, ``count`` of those that speak of the theme, and their
        ``share``. No text of any comment.

    Raises
    ------
    UsageError
        If the survey was read without comments.
    """
    if survey.comments is None:
        raise UsageError("the survey was read without comments; there is nothing to count.")
    texts = [_plain(text) for text in survey.comments.dropna() if str(text).strip()]
    told = {theme: _speak_of(texts, mine) for theme, mine in words.items()}
    some = np.logical_or.reduce(list(told.values())) if told else np.zeros(len(texts), dtype=bool)
    counts = {**{theme: int(each.sum()) for theme, each in told.items()}, OTHER: int((~some).sum())}
    n = len(texts)
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "theme": list(counts),
            "n": n,
            "count": list(counts.values()),
            "share": [count / n if n else np.nan for count in counts.values()],
        }
    )
    return Diagnosis(
        frame=frame,
        by=("period", "theme"),
        method="Unweighted counts of comments by their words; one may speak of several themes.",
        labels={
            "theme": {theme: labels.get(theme, Label.same(theme)) for theme in counts},
            "column": {
                "n": Label("Số ý kiến", "Comments"),
                "count": Label("Nói về nội dung này", "Speak of it"),
            },
        },
        simulated=survey.simulated,
    )


def _plain(text: object) -> str:
    return unicodedata.normalize("NFC", str(text)).casefold()


def _speak_of(texts: Sequence[str], words: Sequence[str]) -> npt.NDArray[np.bool_]:
    marked = _pattern([_plain(word) for word in words])
    bare = _pattern([bare_letters(word) for word in words])
    found = [(bare if bare_letters(text) == text else marked).search(text) for text in texts]
    return np.array([each is not None for each in found], dtype=bool)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words))
