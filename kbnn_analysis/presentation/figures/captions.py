"""What kind of figure it is and how to read it: the line under a figure."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.wording import sentence
from kbnn_analysis.results import (
    BestUnits,
    Change,
    Coefficients,
    Comparison,
    Diagnosis,
    Drivers,
    Estimates,
    Funnel,
    Heterogeneity,
    LetterGroups,
    PenaltyReward,
    Priorities,
    Quadrants,
    Ranking,
    Result,
    Shrinkage,
)

LEVELS = Label(
    "Phân bố câu trả lời: mỗi thanh là một câu hỏi, từ mức thấp nhất đến mức cao nhất của thang đo",
    "How the answers are spread: a bar for each item, from the lowest to the highest answer",
)
_KINDS: dict[type[Result], Label] = {
    Shrinkage: Label(
        "Ước lượng của mô hình (trái) và khoảng thứ hạng hậu nghiệm (phải) của từng đơn vị",
        "Estimates of the model (left) and posterior rank intervals (right) of each unit",
    ),
    Ranking: Label(
        "Ước lượng với khoảng tin cậy (trái) và khoảng thứ hạng (phải) của từng đơn vị",
        "Estimates with confidence intervals (left) and rank intervals (right) of each unit",
    ),
    Funnel: Label(
        "Biểu đồ phễu: mỗi điểm là một đơn vị, đường cong là giới hạn theo số phiếu",
        "Funnel plot: a point for each unit, curves are the limits by number of answers",
    ),
    Comparison: Label(
        "Chênh lệch giữa các đơn vị: tam giác là chênh lệch được tìm thấy, chấm là chưa thấy",
        "Differences between units: triangles are differences found, dots are none found",
    ),
    LetterGroups: Label(
        "Ước lượng với khoảng tin cậy (trái) và chữ cái (phải) của từng đơn vị",
        "Estimates with confidence intervals (left) and letters (right) of each unit",
    ),
    BestUnits: Label(
        "Ước lượng với khoảng tin cậy; hình thoi là đơn vị có thể thuộc nhóm được hỏi",
        "Estimates with confidence intervals; diamonds are units that may belong to the set",
    ),
    Heterogeneity: Label(
        "Các đơn vị khác nhau đến đâu ngoài điều ngẫu nhiên",
        "How far units differ beyond chance",
    ),
    Change: Label(
        "Mức của hai đợt (trái) và thay đổi với khoảng tin cậy (phải)",
        "Levels of both periods (left) and the change with its interval (right)",
    ),
    Drivers: Label(
        "Tỷ trọng của từng nhân tố trong phần giải thích được, với khoảng tin cậy",
        "Share of each driver in the explained part, with confidence intervals",
    ),
    Coefficients: Label(
        "Hệ số của từng biến trong mô hình, với khoảng tin cậy; đường đứng là không khác biệt",
        "Coefficient of each term of the model, with its interval; the line is no difference",
    ),
    Quadrants: Label(
        "Mức độ quan trọng và mức độ thực hiện của từng nhân tố",
        "Importance and performance of each driver",
    ),
    PenaltyReward: Label(
        "Kết quả chung thấp hơn bao nhiêu ở người chưa hài lòng và cao hơn bao nhiêu ở người rất "
        "hài lòng với từng nhân tố",
        "How much lower the outcome is among those not satisfied with a driver, and how much "
        "higher among the very satisfied",
    ),
    Priorities: Label("Thứ tự ưu tiên", "Priorities"),
    Diagnosis: Label(
        "Tỷ lệ phiếu có từng dấu hiệu về chất lượng", "Share of answers with each sign of quality"
    ),
}
_CORRELATIONS = Label(
    "Tương quan của từng cặp nhân tố: ô đậm là tương quan cao; khi đó khó tách nhân tố này với "
    "nhân tố kia",
    "Correlation of each pair of drivers: dark is high; drivers that correlate are hard to tell "
    "apart",
)
_SPECIFICATIONS = Label(
    "Tỷ trọng (trái) và thứ hạng có thể (phải) của từng nhân tố theo từng cách phân tích; hình "
    "thoi là cách của báo cáo",
    "Share (left) and possible ranks (right) of each driver in each specification; diamonds are as "
    "reported",
)
_ITEMS = Label(
    "Ước lượng theo câu hỏi, với khoảng tin cậy", "Estimates by item, with confidence intervals"
)
_TREND = Label(
    "Mức qua các đợt, với khoảng tin cậy", "Levels over the periods, with confidence intervals"
)
_ESTIMATES = Label("Ước lượng với khoảng tin cậy", "Estimates with confidence intervals")


def caption_of(result: Result, language: Language) -> str:
    """Return the line under a figure of `result`; empty for a kind that has none.

    Parameters
    ----------
    result : Result
        What was drawn.
    language : {"vi", "en"}
        Language of the line.
    """
    if isinstance(result, Diagnosis) and "other" in result.by:
        return sentence(_CORRELATIONS.text(language))
    if isinstance(result, Drivers) and "specification" in result.by:
        return sentence(_SPECIFICATIONS.text(language))
    known = next((label for kind, label in _KINDS.items() if isinstance(result, kind)), None)
    if known is None and isinstance(result, Estimates):
        known = _of_estimates(result)
    return sentence(known.text(language)) if known else ""


def _of_estimates(estimates: Estimates) -> Label:
    if estimates.frame["period"].nunique() > 1:
        return _TREND
    infos = [rows.measures(estimates).get(str(name)) for name in set(estimates.frame["measure"])]
    if infos and all(info is not None and info.rule.startswith("level") for info in infos):
        return LEVELS
    if len(infos) > 1 and all(info is not None and len(info.items) == 1 for info in infos):
        return _ITEMS
    return _ESTIMATES
