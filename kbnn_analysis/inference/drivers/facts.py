"""What every driver result says of how it was made: notes, method sentence, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.models import penalty_sentence
from kbnn_analysis.inference.drivers.outcomes import MODEL_SENTENCES, Model, Outcome
from kbnn_analysis.inference.grouping import level_labels
from kbnn_analysis.inference.regions import REGION, REGION_LABEL
from kbnn_analysis.inference.survey_design import ASSUMPTIONS, TARGETS, design_sentence
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results import Labels

NO_CAUSES = "Associations between answers of the same people: no claim of causes."


def driver_labels(
    survey: Survey, outcome: Outcome, names: Mapping[str, Label], column: str, by: Sequence[str]
) -> Labels:
    """Return what periods, outcome, drivers or terms and groups are called."""
    labels: dict[str, dict[str, Label]] = {name: dict(level_labels(survey, name)) for name in by}
    periods = {each: parse_period(each) for each in survey.periods or (survey.period,)}
    labels["period"] = {
        name: Label(period.label("vi"), period.label("en")) for name, period in periods.items()
    }
    labels["outcome"] = {outcome.name: outcome.label}
    labels[column] = dict(names)
    if by:
        own = survey.codebook.attributes
        told = {REGION: REGION_LABEL, **{each.name: each.label.label for each in own}}
        labels["column"] = {name: told[name] for name in by if name in told}
    return labels


def driver_notes(
    survey: Survey,
    model: Model,
    outcome: Outcome,
    cases: Sequence[Cases],
    *,
    penalty: str,
    ridge: float,
    adjust: Sequence[str],
    conf_level: float,
    **more: Any,
) -> dict[str, Any]:
    """Return the facts behind a driver result; counts are summed over the groups."""
    counts = {key: sum(each.facts[key] for each in cases) for key in cases[0].facts}
    declared = survey.design
    return {
        "model": model,
        "outcome_rule": outcome.rule,
        "penalty": penalty,
        "ridge": ridge if penalty == "ridge" else None,
        "adjusted_for": ", ".join(adjust) or None,
        "context": ", ".join(_context(cases[0])) or None,
        "missing": "listwise",
        "factor_score": "mean of the valid items of the factor",
        **counts,
        "target": declared.target,
        "assumption": ASSUMPTIONS[declared.target].en,
        "assumption_vi": ASSUMPTIONS[declared.target].vi,
        "interval": "t",
        "conf_level": conf_level,
        "weighted": declared.weight is not None,
        "strata": declared.strata,
        "psu": declared.psu,
        "fpc": declared.fpc,
        "codebook": f"{survey.codebook.name} {survey.codebook.version}",
        "assumed": survey.codebook.assumed,
        "unit_vintage": survey.unit_vintage,
        **more,
    }


def method_sentence(survey: Survey, notes: Mapping[str, Any], what: str) -> str:
    """Return one sentence: model, adjustment, penalty, design, missing answers, target."""
    told = design_sentence(survey, notes.get("calibrated_to"))
    design = "units as sampling units" if notes["context"] else told
    parts = [
        f"{what}, {MODEL_SENTENCES[notes['model']]}",
        f"adjusted for {notes['adjusted_for']}" if notes["adjusted_for"] else "",
        f"with context {notes['context']} of the unit" if notes["context"] else "",
        penalty_sentence(notes["penalty"], notes["ridge"] or 0.0),
        f"linearized covariance, corrected for few sampling units ({design})",
        f"complete cases, {notes['respondents_in_model']} of {notes['respondents']} respondents",
        f"target: {TARGETS[survey.design.target].en}",
    ]
    return "; ".join(part for part in parts if part) + ". " + NO_CAUSES


def _context(cases: Cases) -> list[str]:
    terms = zip(cases.terms.names, cases.terms.roles, strict=True)
    return [name for name, role in terms if role == "context"]
