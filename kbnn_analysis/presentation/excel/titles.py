"""What a sheet shows, in its first cell and in the contents."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.driver_words import driver_word
from kbnn_analysis.presentation.tables.drivers import subtitle_of
from kbnn_analysis.results import (
    Coefficients,
    Comparison,
    Drivers,
    DriverTests,
    Funnel,
    Heterogeneity,
    MissingComparison,
    PenaltyReward,
    Priorities,
    Quadrants,
    Ranking,
    Reliability,
    RespondentsNeeded,
    Result,
    Shrinkage,
)

_DRIVERS: dict[type[Result], str] = {
    Drivers: "importance",
    Coefficients: "coefficients",
    Quadrants: "quadrants",
    PenaltyReward: "penalty_reward",
    Priorities: "priorities",
    DriverTests: "tests",
}
_KINDS: dict[type[Result], Label] = {
    Comparison: Label("So sánh", "Comparison"),
    Funnel: Label("Giới hạn kiểm soát", "Control limits"),
    Heterogeneity: Label("Mức khác nhau giữa các đơn vị", "How much units differ"),
    MissingComparison: Label("Khi xử lý câu bỏ trống cách khác", "With missing answers treated"),
    Shrinkage: Label("Ước lượng co về trung bình", "Shrunken estimates"),
    RespondentsNeeded: Label("Số phiếu cần có", "Answers needed"),
    Reliability: Label("Độ tin cậy của thang đo", "Reliability of scales"),
    Ranking: Label("Xếp hạng", "Ranking"),
}


def sheet_title(result: Result, language: Language) -> str:
    """Return the kind of a result, then the measure or outcome and the period."""
    for kind, name in _DRIVERS.items():
        if isinstance(result, kind):
            return _joined(driver_word(name, language), subtitle_of(result, language))
    known = next((label for kind, label in _KINDS.items() if isinstance(result, kind)), None)
    told = rows.title_of(result, language)
    return _joined(known.text(language), told) if known else told


def _joined(kind: str, what: str) -> str:
    return f"{kind} – {what}" if what else kind
