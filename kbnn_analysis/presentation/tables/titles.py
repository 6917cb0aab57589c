"""What a table shows, where its measure and period alone do not tell it from others."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.change_words import change_title
from kbnn_analysis.presentation.driver_words import (
    CORRELATIONS,
    coefficients_word,
    driver_word,
    importance_word,
    tests_word,
)
from kbnn_analysis.presentation.tables.drivers import subtitle_of
from kbnn_analysis.presentation.wording import inside
from kbnn_analysis.results import (
    BestUnits,
    Change,
    Coefficients,
    Comparison,
    Diagnosis,
    Dominance,
    Drivers,
    DriverTests,
    FactorFit,
    Funnel,
    Heterogeneity,
    Invariance,
    InvariantItems,
    ItemReliability,
    LetterGroups,
    Loadings,
    MissingComparison,
    PenaltyReward,
    Priorities,
    Quadrants,
    RankChange,
    Ranking,
    Reliability,
    RespondentsNeeded,
    Result,
    Shrinkage,
    Totals,
)

_DRIVERS: dict[type[Result], str] = {
    Drivers: "importance",
    Coefficients: "coefficients",
    Dominance: "dominance",
    Quadrants: "quadrants",
    PenaltyReward: "penalty_reward",
    Priorities: "priorities",
    DriverTests: "tests",
}
_KINDS: dict[type[Result], Label] = {
    BestUnits: Label("Những đơn vị có thể đứng đầu", "Units that may be best"),
    Change: Label("Thay đổi", "Change"),
    Comparison: Label("So sánh", "Comparison"),
    FactorFit: Label("Độ phù hợp của mô hình nhân tố", "Fit of the factor model"),
    Funnel: Label("Giới hạn kiểm soát", "Control limits"),
    Heterogeneity: Label("Mức khác nhau giữa các đơn vị", "How much units differ"),
    Invariance: Label("Tính bất biến của thang đo", "Measurement invariance"),
    InvariantItems: Label("Câu hỏi sau căn chỉnh", "Items after alignment"),
    ItemReliability: Label("Từng câu hỏi trong thang đo", "Items within their scales"),
    LetterGroups: Label("Nhóm theo chữ cái", "Letters"),
    Loadings: Label("Hệ số tải nhân tố", "Factor loadings"),
    MissingComparison: Label("Khi xử lý câu bỏ trống cách khác", "With missing answers treated"),
    Shrinkage: Label("Ước lượng co về trung bình", "Shrunken estimates"),
    RespondentsNeeded: Label("Số phiếu cần có", "Answers needed"),
    Reliability: Label("Độ tin cậy của thang đo", "Reliability of scales"),
    RankChange: Label("Thứ hạng trong hai đợt", "Ranks in both periods"),
    Ranking: Label("Xếp hạng", "Ranking"),
    Totals: Label("Tổng số người", "Numbers of people"),
}
_FOUND: dict[str, Label] = {
    "eigenvalue": Label("Số nhân tố: trị riêng", "Number of factors: eigenvalues"),
    "loading": Label("Hệ số tải của phân tích nhân tố khám phá", "Loadings of exploratory factors"),
    "vif": Label("Đa cộng tuyến", "Multicollinearity"),
}
"""Diagnoses that are known by a column of theirs."""


def sheet_title(result: Result, language: Language) -> str:
    """Return the kind of a result, then the measure or outcome and the period."""
    for kind, name in _DRIVERS.items():
        if isinstance(result, kind):
            return _joined(_of_drivers(result, name, language), subtitle_of(result, language))
    return title_by_kind(result, language)


def title_by_kind(result: Result, language: Language) -> str:
    """Return a title for results that share measure and period with others of another kind.

    Empty for results of drivers: their tables name their kind themselves.
    """
    if isinstance(result, tuple(_DRIVERS)):
        return ""
    known = next((label for kind, label in _KINDS.items() if isinstance(result, kind)), None)
    if isinstance(result, Diagnosis):
        known = _of_diagnosis(result)
    changed = isinstance(result, Change | RankChange)
    told = change_title(result, language) if changed else rows.title_of(result, language)
    if isinstance(result, InvariantItems) and result.frame["scale"].nunique() == 1:
        scale = rows.value_label(result, "scale", str(result.frame["scale"].iloc[0]), language)
        told = f"{scale}, {inside(told)}" if told else scale
    if known is not None and "measure" not in result.by and not isinstance(result, InvariantItems):
        return ", ".join(part for part in (known.text(language), inside(told)) if part)
    return _joined(known.text(language), told) if known else told


def _of_drivers(result: Result, name: str, language: Language) -> str:
    if name == "tests":
        return tests_word(result.notes, language)
    if name == "coefficients":
        return coefficients_word(result.notes, language)
    if name == "importance":
        return importance_word(result.by, language)
    conditional = isinstance(result, Dominance) and "others" in result.by
    return driver_word("conditional" if conditional else name, language)


def _of_diagnosis(result: Diagnosis) -> Label | None:
    if {"driver", "other"} <= set(result.by):
        return CORRELATIONS
    return next((label for name, label in _FOUND.items() if name in result.frame), None)


def _joined(kind: str, what: str) -> str:
    return f"{kind} – {what}" if what else kind
