"""The context of units as columns of a model: what respondents share, and products with drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.scores import DriverScores
from kbnn_analysis.inference.drivers.terms import Terms
from kbnn_analysis.inference.grouping import attribute_levels, level_labels
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.units import UnitContext

Floats = npt.NDArray[np.float64]
Units = npt.NDArray[np.intp]
OF_UNITS = ("context", "product")
SHARED = "unit:"
"""What the name of a context of :func:`unit_context` begins with: it is no respondent's own."""
TIMES = " × "
GIVEN = "context:"
"""What the name of a context from a file begins with."""


def unit_context(
    survey: Survey, attributes: Sequence[str], given: UnitContext | None = None
) -> pd.DataFrame:
    """Return what the respondents of each unit have in common, and what else is known of it.

    Parameters
    ----------
    survey : Survey
        The answers.
    attributes : sequence of str
        A number gives its mean by unit (the unit's own value where all respondents carry it: PCI,
        DDCI, share of dossiers on time); a category gives the part of each level but the first,
        in tenths, so that a coefficient speaks of ten points.
    given : UnitContext, optional
        Numbers from elsewhere (PCI, PAPI, DDCI, a distance), as
        :func:`kbnn_analysis.units.read_context` reads them. Respondents of units without a value
        drop out of the model.

    Returns
    -------
    DataFrame
        Indexed by unit code, for the ``context`` of ``fit_unit_intercepts``.

    Raises
    ------
    UsageError
        If an attribute does not exist.
    """
    codes, levels = attribute_levels(survey, "unit")
    weight, columns = survey.weights(), {}
    for name in attributes:
        values = survey.attribute(name)
        if pd.api.types.is_numeric_dtype(values):
            columns[f"{SHARED}{name}"] = _means(
                values.to_numpy(dtype=float), weight, codes, len(levels)
            )
            continue
        own, known = attribute_levels(survey, name)
        present = [place for place in range(len(known)) if (own == place).any()]
        for place in present[1:]:
            told = np.where(own < 0, np.nan, 10.0 * (own == place))
            columns[f"{SHARED}{name}={known[place]}"] = _means(told, weight, codes, len(levels))
    made = pd.DataFrame(columns, index=pd.Index(levels, name="unit"))
    return made if given is None else made.join(given.numbers.add_prefix(GIVEN))


def with_products(cases: Cases, unit: Units, scores: DriverScores, crossed: Sequence[str]) -> Cases:
    """Return the cases with a column for each crossed driver and each context."""
    terms = cases.terms
    known = [place for place, role in enumerate(terms.roles) if role == "context"]
    if not known:
        raise UsageError("`crossed` multiplies drivers by the `context` of units; give one.")
    for name in crossed:
        check_one_of("crossed", name, scores.names)
    context = terms.columns[:, known]
    first = np.unique(unit, return_index=True)[1]
    context = context - context[first].mean(axis=0)
    taken = cases.drivers[:, [scores.names.index(name) for name in crossed]]
    within = taken - _unit_means(taken, cases.weight, unit)
    columns = [within[:, [i]] * context[:, [j]] for i in range(len(crossed))
               for j in range(len(known))]  # fmt: skip
    names = [f"{name}{TIMES}{terms.names[place]}" for name in crossed for place in known]
    return replace(cases, terms=Terms(
        (*terms.names, *names), terms.labels, (*terms.roles, *["product"] * len(names)),
        np.hstack([terms.columns, *columns]),
    ))  # fmt: skip


def _unit_means(values: Floats, weight: Floats, unit: Units) -> Floats:
    count = int(unit.max()) + 1
    sums = [np.bincount(unit, weight * column, count) for column in values.T]
    return np.asarray((np.array(sums) / np.bincount(unit, weight, count)).T[unit])


def product_labels(labels: Mapping[str, Label], cases: Cases) -> dict[str, Label]:
    """Return what the products are called, from the names of their two parts."""
    made = {}
    for name, role in zip(cases.terms.names, cases.terms.roles, strict=True):
        if role == "product":
            one, other = (labels[part] for part in name.split(TIMES, 1))
            made[name] = Label(f"{one.vi} × {other.vi}", f"{one.en} × {other.en}")
    return made


def context_labels(survey: Survey, cases: Cases) -> dict[str, Label]:
    """Return what the terms beside the drivers are called, context among them."""
    labels = dict(cases.terms.labels)
    for name, role in zip(cases.terms.names, cases.terms.roles, strict=True):
        if role == "context" and name.startswith(GIVEN):
            labels[name] = Label.same(name.removeprefix(GIVEN))
        attribute, _, known = name.removeprefix(SHARED).partition("=")
        if role != "context" or not name.startswith(SHARED):
            continue
        told = {each.name: each.label.label for each in survey.codebook.attributes}
        own = told.get(attribute, Label.same(attribute))
        labels[name] = Label(f"{own.vi}: trung bình đơn vị", f"{own.en}: mean of the unit")
        if known:
            own = level_labels(survey, attribute).get(known, Label.same(known))
            labels[name] = Label(
                f"{own.vi}: tỷ lệ trong đơn vị (mỗi 10 điểm phần trăm)",
                f"{own.en}: share in the unit (per 10 points)",
            )
    return labels


def _means(values: Floats, weight: Floats, codes: npt.NDArray[np.intp], count: int) -> Floats:
    known = np.isfinite(values) & (codes >= 0)
    mass = np.bincount(codes[known], weight[known], count)
    sums = np.bincount(codes[known], (weight * values)[known], count)
    return np.asarray(np.divide(sums, mass, out=np.full(count, np.nan), where=mass > 0))
