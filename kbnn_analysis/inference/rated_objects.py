"""One question asked of several objects: the system, and the office where one transacts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.rules import RULE_LABELS
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo

OBJECT = "object"
HEADING = Label("Đối tượng được đánh giá", "Rated object")


def rated_objects(codebook: Codebook, headline: str | None) -> dict[str, str]:
    """Return the overall items that rate an object of their own, on the scale of the headline.

    Parameters
    ----------
    codebook : Codebook
        The instrument.
    headline : str or None
        The overall item that others are set beside; it stands first.

    Returns
    -------
    dict
        Item -> object; empty where fewer than two objects are rated.

    Examples
    --------
    >>> from kbnn_analysis.intake import load_codebook
    >>> rated_objects(load_codebook("kbnn-assumed"), "overall_treasury")
    {'overall_treasury': 'treasury', 'overall_system': 'system'}
    """
    overall = {item.name: item for item in codebook.items_with("overall") if item.object}
    if headline not in overall:
        return {}
    found: dict[str, str] = {}
    for item in (overall[headline], *overall.values()):
        if item.scale == overall[headline].scale and item.object not in found.values():
            found[item.name] = str(item.object)
    return found if len(found) > 1 else {}


def by_object(estimates: Estimates, codebook: Codebook, headline: str) -> Estimates:
    """Return overall estimates with the rated object as a column, so that they can be compared.

    The same people rate all objects: the covariance of the estimates is kept, and a difference
    between objects is one within persons.

    Parameters
    ----------
    estimates : Estimates
        Measures of single overall items, without groups: ``overall_measures`` makes them.
    codebook : Codebook
        The instrument: its objects have names.
    headline : str
        The overall item whose object stands first.

    Returns
    -------
    Estimates
        By period, measure and object; a measure for each rule.

    Raises
    ------
    UsageError
        If the estimates have groups, or fewer than two objects are rated.
    """
    objects = rated_objects(codebook, headline)
    if not objects:
        raise UsageError(f"No other object is rated on the scale of {headline!r}.")
    if estimates.by != ("period", "measure"):
        raise UsageError(f"Objects take estimates without groups; got {', '.join(estimates.by)}.")
    places = list(objects)
    kept = [
        (places.index(info.items[0]), at, info)
        for at, name in enumerate(estimates.frame["measure"])
        if (info := estimates.measures[str(name)]).items[:1] and info.items[0] in objects
    ]
    kept.sort(key=lambda each: each[0])
    rows = estimates.take(np.array([at for _, at, _ in kept], dtype=np.intp))
    frame = rows.frame.assign(measure=[_name(info) for _, _, info in kept])
    rated = [objects[info.items[0]] for _, _, info in kept]
    frame.insert(rows.by.index("measure") + 1, OBJECT, rated)
    named = {name: text.label for name, text in codebook.objects.items()}
    columns = rows.labels.get("column", {})
    return replace(
        rows,
        frame=frame,
        by=("period", "measure", OBJECT),
        labels={**rows.labels, OBJECT: named, "column": {**columns, OBJECT: HEADING}},
        measures={_name(info): _joined(info) for _, _, info in kept},
    )


def _name(info: MeasureInfo) -> str:
    return f"overall_{info.rule}"


def _joined(info: MeasureInfo) -> MeasureInfo:
    rule = next((text for name, text in RULE_LABELS.items() if name == info.rule), info.label)
    label = Label(f"Hài lòng chung: {rule.vi}", f"Overall satisfaction: {rule.en}")
    return replace(info, name=_name(info), label=label, items=())
