"""What a survey lets one study of drivers: an outcome, drivers on one scale, groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kbnn_analysis.inference.drivers.study import FEWEST
from kbnn_analysis.inference.drivers.unit_intercepts import FEWEST_UNITS
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.inference.regions import REGION, region_names, with_regions
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label, Language

MOST_LEVELS = 6
CHANNEL = "channel"
NO_OUTCOME = Label(
    "Bộ câu hỏi không có câu đánh giá chung, nên không thể nói nhân tố nào gắn với sự hài lòng "
    "chung; chỉ xét độ tin cậy của thang đo và câu trả lời thiếu.",
    "The questionnaire has no overall question, so nothing can be said of what goes with overall "
    "satisfaction; only the scales' reliability and missing answers are looked at.",
)
NOT_STUDIED = Label(
    "Không xét: không có câu đánh giá chung.", "Not studied: there is no overall question."
)
APART = Label(
    "Các nhân tố sau có thang trả lời khác thang của câu đánh giá chung nên không được đặt cạnh "
    "các nhân tố còn lại khi so mức điểm: {names}.",
    "Answered on another scale than the overall question, and therefore not placed beside the "
    "others where levels are compared: {names}.",
)
NO_GROUPS = Label(
    "Không xét: không có đặc điểm nào chia người trả lời thành các nhóm đủ lớn.",
    "Not studied: no attribute forms groups of respondents that are large enough.",
)
NO_REGIONS = Label(
    "Không xét: không biết vùng của các đơn vị, hoặc chỉ một vùng có đủ phiếu trả lời.",
    "Not studied: the regions of the units are not known, or one alone has enough answers.",
)
NO_PERIODS = Label(
    "Không xét: không có đợt trước để so sánh, hoặc các đợt không hỏi giống nhau.",
    "Not studied: there is no earlier period to compare with, or the periods asked differently.",
)
NO_UNITS = Label(
    "Không xét: cần từ {fewest} đơn vị trở lên có phiếu trả lời.",
    "Not studied: it takes {fewest} units with answers or more.",
)

NO_SCALES = Label(
    "Không xét: không thang đo nào có đủ phiếu trả lời trọn vẹn trong đủ số nhóm.",
    "Not studied: no scale has enough complete answers in enough groups.",
)
NO_FACTORS = Label(
    "Không xét: quá ít phiếu trả lời đủ mọi câu hỏi, hoặc các câu hỏi không chia thành nhóm.",
    "Not studied: too few answered every question, or the questions form no groups.",
)
Lacking = Literal["outcome", "groups", "units", "regions", "periods", "scales", "factors"]
FREE = ("scales", "factors")
"""What takes no outcome."""
REASONS: dict[Lacking, Label] = {
    "outcome": NOT_STUDIED,
    "groups": NO_GROUPS,
    "units": NO_UNITS,
    "regions": NO_REGIONS,
    "periods": NO_PERIODS,
    "scales": NO_SCALES,
    "factors": NO_FACTORS,
}


@dataclass(frozen=True)
class DriverScope:
    """What can be studied.

    Attributes
    ----------
    outcome : str or None
        The overall item.
    drivers : tuple of str
        Factors with items in the survey.
    alike : tuple of str
        Those answered on the outcome's scale: only their levels can be compared.
    kinds : tuple of str
        Categories with two to six groups of 50 respondents or more, in the codebook's order.
    apart : Label
        The drivers on other scales by name; empty where there are none.
    context : tuple of str
        What units are described by: the channel, and numbers that all respondents of a unit share.
    units : bool
        Whether there are an outcome and enough units for intercepts of their own.
    regions : bool
        Whether there are an outcome and two regions or more with enough answers.
    """

    outcome: str | None
    drivers: tuple[str, ...]
    alike: tuple[str, ...]
    kinds: tuple[str, ...]
    apart: Label
    context: tuple[str, ...] = ()
    units: bool = False
    regions: bool = False

    @property
    def kind(self) -> str | None:
        """Return the category whose groups are compared: the first; None without an outcome."""
        return self.kinds[0] if self.outcome is not None and self.kinds else None

    @property
    def grouping(self) -> str | None:
        """Return the category whose groups' scales are compared: it takes no outcome."""
        return self.kinds[0] if self.kinds else None

    def sentence(self, language: Language) -> str:
        """Return what cannot be studied and why; empty where everything can."""
        if self.outcome is None:
            return NO_OUTCOME.text(language)
        named = self.apart.text(language)
        return APART.text(language).format(names=named) if named else ""

    def missing(self, language: Language, lacking: Lacking = "outcome") -> str:
        """Return why a section is empty: no outcome or, where there is one, what is lacking."""
        told = REASONS["outcome" if self.outcome is None and lacking not in FREE else lacking]
        return told.text(language).format(fewest=FEWEST_UNITS)


def driver_scope(survey: Survey, outcome: str | None) -> DriverScope:
    """Return what a survey lets one study.

    Parameters
    ----------
    survey : Survey
        The answers.
    outcome : str or None
        The overall item, None where the questionnaire has none.

    Returns
    -------
    DriverScope

    Raises
    ------
    UsageError
        If the survey has no such item.

    Examples
    --------
    >>> NOT_STUDIED.text("en")
    'Not studied: there is no overall question.'
    """
    book = survey.codebook
    scales = {
        factor: {item.scale for item in book.items_with("satisfaction", factor)
                 if item.name in survey.scores}
        for factor in book.factors
    }  # fmt: skip
    drivers = tuple(factor for factor, own in scales.items() if own)
    kinds = tuple(_kinds(survey))
    if outcome is None:
        return DriverScope(None, drivers, (), kinds, Label.same(""))
    survey.score(outcome)  # an unknown item is told here, not deep in a model
    alike = tuple(name for name in drivers if scales[name] == {book.item(outcome).scale})
    others = [book.factors[name].label for name in drivers if name not in alike]
    apart = Label(", ".join(each.vi for each in others), ", ".join(each.en for each in others))
    context, enough = tuple(_context(survey)), _units(survey) >= FEWEST_UNITS
    regions = _regions(survey)
    return DriverScope(outcome, drivers, alike, kinds, apart, context, enough, regions)


def _units(survey: Survey) -> int:
    if "unit" not in survey.attributes:
        return 0
    codes = attribute_levels(survey, "unit")[0]
    return len(np.unique(codes[(codes >= 0) & (survey.weights() > 0)]))


def _regions(survey: Survey) -> bool:
    if "unit" not in survey.attributes or not region_names(survey.unit_vintage):
        return False
    codes, levels = attribute_levels(with_regions(survey), REGION)
    return bool((np.bincount(codes[codes >= 0], minlength=len(levels)) >= FEWEST).sum() > 1)


def _context(survey: Survey) -> Iterator[str]:
    if "unit" not in survey.attributes:
        return
    codes = attribute_levels(survey, "unit")[0]
    design = survey.design
    sampling = {design.weight, design.strata, design.psu, design.fpc, design.second_fpc}
    for attribute in survey.codebook.attributes:
        if attribute.name not in survey.attributes or attribute.name in sampling:
            continue
        values = survey.attributes[attribute.name]
        shared = attribute.kind == "number" and values.groupby(codes).nunique().le(1).all()
        if (attribute.name == CHANNEL or shared) and values.nunique() > 1:
            yield attribute.name


def _kinds(survey: Survey) -> Iterator[str]:
    for attribute in survey.codebook.attributes:
        told = attribute.kind == "category" and attribute.name != survey.codebook.unit
        if not told or attribute.name not in survey.attributes:
            continue
        codes, levels = attribute_levels(survey, attribute.name)
        counts = np.bincount(codes[codes >= 0], minlength=len(levels))
        present = counts[counts > 0]
        if 2 <= len(present) <= MOST_LEVELS and (present >= FEWEST).all():
            yield attribute.name
