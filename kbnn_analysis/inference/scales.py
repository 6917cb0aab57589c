"""Which items form a scale, and who answered all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.survey_design import ASSUMPTIONS
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.periods import parse_period

Floats = npt.NDArray[np.float64]
Scales = Mapping[str, Sequence[str]]


COLUMNS: dict[str, Label] = {
    "scale": Label("Thang đo", "Scale"),
    "coefficient": Label("Hệ số", "Coefficient"),
    "term": Label("Câu hỏi hoặc nhóm tiêu chí", "Item or factor"),
    "model": Label("Mô hình", "Model"),
    "level": Label("Mức bất biến", "Level of invariance"),
    "parameter": Label("Tham số", "Parameter"),
    "treatment": Label("Cách xử lý câu bỏ trống", "Treatment of missing answers"),
    "respondents": Label("Người trả lời", "Respondents"),
    "item_rest": Label("Tương quan biến – tổng", "Item-rest correlation"),
    "alpha_dropped": Label("Alpha nếu bỏ câu này", "Alpha without the item"),
    "loading": Label("Hệ số tải chuẩn hóa", "Standardized loading"),
    "vif": Label("Hệ số phóng đại phương sai (VIF)", "Variance inflation (VIF)"),
    "r_squared": Label("R²", "R²"),
    "cfi": Label("CFI", "CFI"),
    "tli": Label("TLI", "TLI"),
    "rmsea": Label("RMSEA", "RMSEA"),
    "rmsea_low": Label("RMSEA, cận dưới 90%", "RMSEA, 90% lower"),
    "rmsea_high": Label("RMSEA, cận trên 90%", "RMSEA, 90% upper"),
    "srmr": Label("SRMR", "SRMR"),
    "statistic": Label("χ²", "χ²"),
    "eigenvalue": Label("Trị riêng", "Eigenvalue"),
    "eigenvalue_noise": Label("Trị riêng của nhiễu", "Eigenvalue of noise"),
    "fmi": Label("Phần thông tin bị thiếu", "Fraction of information missing"),
}
"""What the columns of results on scales are called."""


@dataclass(frozen=True)
class ItemScale:
    """A scale: its name, what it is called, its items and all answers to them (n x k, NaN)."""

    name: str
    label: Label
    items: tuple[str, ...]
    answers: Floats

    @property
    def complete(self) -> npt.NDArray[np.bool_]:
        """Return who answered every item."""
        return np.asarray(~np.isnan(self.answers).any(axis=1))


def scales_of(survey: Survey, scales: Scales | None = None, *, least: int = 2) -> list[ItemScale]:
    """Return the scales asked for, or one for each factor of the codebook.

    Parameters
    ----------
    survey : Survey
        The answers.
    scales : mapping of str to sequence of str, optional
        Name -> items. By default the satisfaction items of each factor, as far as the survey has
        them.
    least : int
        Fewest items; factors with fewer are left out, scales asked for with fewer are refused.

    Returns
    -------
    list of ItemScale
        In the order asked for, or of the codebook.

    Raises
    ------
    UsageError
        If an item does not exist, stands twice, or there are too few.
    """
    chosen = dict(scales) if scales is not None else dict(_factors(survey, least))
    if not chosen:
        raise UsageError(f"the codebook has no factor of {least} items; name `scales` yourself.")
    return [_scale(survey, name, tuple(items), least) for name, items in chosen.items()]


def scale_labels(scales: Sequence[ItemScale]) -> dict[str, Label]:
    """Return what the scales are called."""
    return {scale.name: scale.label for scale in scales}


def item_labels(survey: Survey, items: Sequence[str]) -> dict[str, Label]:
    """Return what items are called."""
    return {item: survey.codebook.item(item).label.label for item in items}


def period_labels(survey: Survey) -> dict[str, Label]:
    """Return what the survey's period is called."""
    period = parse_period(survey.period)
    return {survey.period: Label(period.label("vi"), period.label("en"))}


def survey_notes(survey: Survey) -> dict[str, Any]:
    """Return the facts about a survey that every result on scales carries."""
    return {
        "target": survey.design.target,
        "assumption": ASSUMPTIONS[survey.design.target].en,
        "assumption_vi": ASSUMPTIONS[survey.design.target].vi,
        "weighted": survey.design.weight is not None,
        "psu": survey.design.psu,
        "strata": survey.design.strata,
        "codebook": f"{survey.codebook.name} {survey.codebook.version}",
        "assumed": survey.codebook.assumed,
        "respondents": len(survey),
    }


def _factors(survey: Survey, least: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    for factor in survey.codebook.factors:
        items = [item.name for item in survey.codebook.items_with("satisfaction", factor)]
        present = tuple(item for item in items if item in survey.scores)
        if len(present) >= least:
            yield factor, present


def _scale(survey: Survey, name: str, items: tuple[str, ...], least: int) -> ItemScale:
    if len(items) < least or len(set(items)) != len(items):
        raise UsageError(f"the scale {name!r} needs {least} or more items, each once.")
    answers = np.column_stack([survey.score(item) for item in items])
    known = survey.codebook.factors.get(name)
    return ItemScale(name, known.label if known else Label.same(name), items, answers)
