"""A measure: what is estimated, as a numerator and a denominator per respondent.

Every rate and every mean is a quotient of two sums over respondents, so that one estimator serves
all. The rule is named and versioned: a rule that changes gets a new version, never a new meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.grouping import attribute_levels, level_labels
from kbnn_analysis.inference.rules import (
    RULE_LABELS,
    RULE_VERSIONS,
    Quotient,
    Rule,
    item_quotient,
)
from kbnn_analysis.intake.codebook import Codebook, Scale
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Best, MeasureInfo


@dataclass(frozen=True)
class Measure:
    """A rule applied to one item or pooled over several.

    Make one with the functions of :mod:`kbnn_analysis.inference.measures`.

    Parameters
    ----------
    name : str
        Its value in the column ``measure``.
    rule : {"two_box", "top_box", "mean", "level"}
        "two_box": answers that the codebook counts as satisfied; "top_box": answers at the top;
        "mean": the score itself; "level": one answer. All over the valid answers.
    items : tuple of str
        Items of the codebook; the answers of several items are pooled.
    named : Label, optional
        What it is called; by default the codebook's label of the item and the rule's.
    within : tuple of (attribute, level)
        Where it exists; elsewhere it is missing. See :meth:`among`.
    code : int, optional
        The answer that counts under the rule "level".
    best : {"high", "low"}
        Which end is good; see :meth:`best_when_low`.

    Examples
    --------
    >>> Measure("overall", "two_box", ("overall_treasury",)).among(channel="online").name
    'overall[channel=online]'
    """

    name: str
    rule: Rule
    items: tuple[str, ...]
    named: Label | None = None
    within: tuple[tuple[str, str], ...] = ()
    code: int | None = None
    best: Best = "high"

    @property
    def version(self) -> str:
        """Return the version of the rule."""
        return RULE_VERSIONS[self.rule]

    @property
    def pools(self) -> bool:
        """Return whether a respondent can give more than one answer."""
        return len(self.items) > 1

    def among(self, **levels: str) -> Measure:
        """Return the measure among the respondents with the given levels of attributes.

        The others stay in the survey, where the design needs them: the measure is missing there.
        """
        suffix = ",".join(f"{attribute}={level}" for attribute, level in levels.items())
        within = (*self.within, *levels.items())
        return replace(self, name=f"{self.name}[{suffix}]", within=within)

    def best_when_low(self) -> Measure:
        """Return the same measure as one whose low values are good: a share of complaints, say."""
        return replace(self, best="low")

    def quotient(self, survey: Survey) -> Quotient:
        """Return numerator and denominator of every respondent.

        Raises
        ------
        UsageError
            If an item, an attribute or a level does not exist, or the scale has no such box.
        """
        inside = np.ones(len(survey), dtype=bool)
        for attribute, level in self.within:
            inside &= _has_level(survey, attribute, level)
        parts = [item_quotient(survey, item, self.rule, self.code) for item in self.items]
        numerator = np.sum([part.numerator for part in parts], axis=0)
        denominator = np.sum([part.denominator for part in parts], axis=0)
        return Quotient(np.where(inside, numerator, 0.0), np.where(inside, denominator, 0.0))

    def info(self, survey: Survey) -> MeasureInfo:
        """Return its description, with names from the codebook."""
        scale = _common_scale(survey.codebook, self.items)
        is_mean = self.rule == "mean"
        return MeasureInfo(
            name=self.name,
            rule=self._rule_name(),
            version=self.version,
            kind="mean" if is_mean else "proportion",
            label=self._label(survey),
            items=self.items,
            low=float(scale.low) if is_mean else 0.0,
            high=float(scale.high) if is_mean else 1.0,
            best=self.best,
        )

    def _rule_name(self) -> str:
        if self.rule == "level":
            return f"level {self.code}"
        return f"pooled_{self.rule}" if self.pools else self.rule

    def _label(self, survey: Survey) -> Label:
        base = self.named
        if base is None:
            item, rule = survey.codebook.item(self.items[0]).label, RULE_LABELS[self.rule]
            if self.code is not None:
                rule = survey.codebook.scale_of(self.items[0]).labels[self.code].label
            base = Label(f"{item.vi}: {rule.vi}", f"{item.en}: {rule.en}")
        for attribute, level in self.within:
            group = level_labels(survey, attribute).get(level, Label.same(level))
            base = Label(f"{base.vi} ({group.vi})", f"{base.en} ({group.en})")
        return base


def _has_level(survey: Survey, attribute: str, level: str) -> npt.NDArray[np.bool_]:
    codes, levels = attribute_levels(survey, attribute)
    check_one_of(attribute, level, levels)
    return np.asarray(codes == levels.index(level))


def _common_scale(codebook: Codebook, items: tuple[str, ...]) -> Scale:
    names = sorted({codebook.item(item).scale for item in items})
    if len(names) > 1:
        raise UsageError(f"Items of the scales {', '.join(names)} cannot be pooled.")
    return codebook.scales[names[0]]
