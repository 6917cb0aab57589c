"""Columns of texts become typed values; every text that does not fit is complained of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kbnn_analysis.errors import Problem, nearest
from kbnn_analysis.intake.answers import AnswerCodes, answer_codes, clean, fold
from kbnn_analysis.intake.codebook import Attribute, Item, Scale
from kbnn_analysis.intake.compact import Held, held_flags, held_scores, held_texts
from kbnn_analysis.intake.parsing import decimal_mark, is_serial, parse_date, parse_number
from kbnn_analysis.intake.problems import Cells, Codes, Complaint, shorten


@dataclass(frozen=True)
class ItemValues:
    """Scores in the codebook's direction, where the item did not apply, and what was wrong."""

    scores: Held
    not_applicable: Held
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class AttributeValues:
    """Typed values of an attribute, what was wrong, and what is to be said."""

    series: pd.Series
    problems: tuple[Problem, ...] = ()
    announced: tuple[str, ...] = ()


def read_item(cells: Cells, item: Item, scale: Scale) -> ItemValues:
    """Turn the texts of an item into scores.

    Parameters
    ----------
    cells : Cells
        The column.
    item : Item
        The item, whose scores are turned if it is reverse-coded.
    scale : Scale
        Its scale.

    Returns
    -------
    ItemValues
        Scores with NaN for missing and not-applicable answers; a text outside the scale is a
        problem, never a missing answer.
    """
    codes, texts = cells.distinct()
    answers = answer_codes(scale)
    scores = np.full(len(texts), np.nan)
    outside = np.zeros(len(texts), dtype=bool)
    wrong: dict[str, Complaint] = {}
    for k, text in enumerate(texts):
        if not clean(text):
            continue
        code = answers.read(text)
        if code is None:
            wrong[text] = _no_answer(text, scale, answers)
        elif answers.kinds[code] == "not_applicable":
            outside[k] = True
        elif answers.kinds[code] == "valid":
            scores[k] = scale.low + scale.high - code if item.reverse else code
    problems = tuple(cells.problems(wrong))
    return ItemValues(held_scores(scores, codes), held_flags(outside[codes]), problems)


def read_attribute(cells: Cells, attribute: Attribute) -> AttributeValues:
    """Turn the texts of an attribute into values of its kind; blank ones are missing.

    Parameters
    ----------
    cells : Cells
        The column.
    attribute : Attribute
        What it is.

    Returns
    -------
    AttributeValues
        A categorical with all levels (or those found, sorted), texts, numbers or days.
    """
    if attribute.kind == "category":
        return _category(cells, attribute)
    if attribute.kind == "number":
        return _numbers(cells)
    if attribute.kind == "date":
        return _dates(cells)
    return AttributeValues(held_texts(cells.texts))


def natural_key(text: str) -> tuple[int, int, str]:
    """Return a key that sorts whole numbers by size and before other texts.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple
        A key for :func:`sorted`.

    Examples
    --------
    >>> sorted(["10", "b", "9", "a"], key=natural_key)
    ['9', '10', 'a', 'b']
    """
    whole = text.isascii() and text.isdigit()
    digits = text.lstrip("0")
    return (0, len(digits), digits + text) if whole else (1, 0, text)


def _no_answer(text: str, scale: Scale, answers: AnswerCodes) -> Complaint:
    likely = nearest(fold(text), answers.codes, most=1)
    allowed = f"{scale.low} to {scale.high}"
    message = f"{shorten(text)!r} is no answer of the scale {allowed}."
    if likely:
        return Complaint("answer", message, f"Is {likely[0]!r} meant?")
    others = sorted({*scale.missing, *scale.not_applicable})
    more = f"; {', '.join(map(str, others))} mean no answer" if others else ""
    return Complaint("answer", message, f"Use {allowed}, or leave it blank{more}.")


def _category(cells: Cells, attribute: Attribute) -> AttributeValues:
    codes, texts = cells.distinct()
    if not attribute.levels:
        cleaned = [clean(text) or None for text in texts]
        levels = sorted({text for text in cleaned if text}, key=natural_key)
        return AttributeValues(_categorical(cleaned, codes, levels))
    known = {
        fold(t): code for code, label in attribute.levels.items() for t in (code, *label.label)
    }
    meant = [known.get(fold(text)) for text in texts]
    wrong = {
        text: _no_level(text, attribute, known)
        for text, code in zip(texts, meant, strict=True)
        if code is None and clean(text)
    }
    values = _categorical(meant, codes, list(attribute.levels))
    return AttributeValues(values, tuple(cells.problems(wrong)))


def _no_level(text: str, attribute: Attribute, known: dict[str, str]) -> Complaint:
    message = f"{shorten(text)!r} is no level of {attribute.name}."
    likely = nearest(fold(text), known, most=1)
    hint = f"Is {likely[0]!r} meant?" if likely else f"Use one of {', '.join(attribute.levels)}."
    return Complaint("level", message, hint)


def _categorical(meant: list[str | None], codes: Codes, levels: list[str]) -> pd.Series:
    place = {level: i for i, level in enumerate(levels)}
    small = np.min_scalar_type(-len(levels) - 1)
    wanted = np.array([place.get(text, -1) if text else -1 for text in meant], dtype=small)
    return pd.Series(
        pd.Categorical.from_codes(wanted[codes], categories=pd.Index(levels, dtype=str))
    )


def _numbers(cells: Cells) -> AttributeValues:
    texts = cells.distinct()[1]
    mark = decimal_mark(texts)
    if mark is None:
        hint = "Write all with a decimal point and no thousands mark."
        message = "its numbers use comma and point in ways that could mean two things."
        problem = Problem("decimal-mark", message, cells.file, None, cells.column, "", hint)
        return AttributeValues(pd.Series(np.full(len(cells.rows), np.nan)), (problem,))
    said = (f"{cells.file}, column {cells.column}: the comma is the decimal mark.",)
    return _parsed(
        cells,
        lambda text: parse_number(text, mark),
        ("number", "Write a plain number such as 98.19."),
        said if mark == "," else (),
    )


def _dates(cells: Cells) -> AttributeValues:
    texts = cells.distinct()[1]
    said = (f"{cells.file}, column {cells.column}: Excel's serial numbers were read as days.",)
    return _parsed(
        cells,
        lambda text: np.datetime64(parse_date(text), "s"),
        ("date", "Write the day as dd/mm/yyyy or yyyy-mm-dd."),
        said if any(map(is_serial, texts)) else (),
        empty=np.datetime64("NaT", "s"),
    )


def _parsed(
    cells: Cells,
    parse: Callable[[str], Any],
    rule: tuple[str, str],
    announced: tuple[str, ...],
    empty: Any = np.nan,
) -> AttributeValues:
    codes, texts = cells.distinct()
    values = [empty] * len(texts)
    wrong: dict[str, Complaint] = {}
    for k, text in enumerate(texts):
        if not clean(text):
            continue
        try:
            values[k] = parse(text)
        except ValueError as error:
            wrong[text] = Complaint(rule[0], f"{shorten(text)!r} {error}", rule[1])
    typed = np.array(values, dtype=getattr(empty, "dtype", float))
    return AttributeValues(pd.Series(typed[codes]), tuple(cells.problems(wrong)), announced)
