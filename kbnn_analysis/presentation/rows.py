"""How the rows of a result are read: names, kinds, what is hidden and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.language import Language
from kbnn_analysis.periods import parse_period
from kbnn_analysis.presentation import numbers
from kbnn_analysis.presentation.headings import POSTERIOR
from kbnn_analysis.presentation.wording import REASONS, capital, heading, inside, word
from kbnn_analysis.results import BAND_LABELS, MeasureInfo, Result, Totals


def high_is_best(result: Result) -> bool:
    """Return whether high estimates are good; where nothing is said, they are."""
    return result.notes.get("best") != "low"


def by_estimate(result: Result, frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a ranking in the order of their estimates, best first."""
    return frame.sort_values("estimate", ascending=not high_is_best(result), kind="stable")


def hidden(result: Result) -> pd.Series:
    """Return which rows are hidden by a disclosure rule."""
    frame = result.frame
    if "suppressed" not in frame:
        return pd.Series(False, index=frame.index)
    return frame["suppressed"].fillna(False).astype(bool)


def shown(result: Result, column: str = "estimate") -> pd.Series:
    """Return which rows have a value that may be seen."""
    return ~hidden(result) & result.frame[column].notna()


def released(result: Result, language: Language) -> list[str]:
    """Return each value as it was cleared for release: rounded by its base, or as a bound.

    Empty where the result was not disclosed: then the value is written as it is.
    """
    frame = result.frame
    for name in ("display", "band"):
        if name in frame and (name == "display" or "display" not in frame):
            told = frame[name].fillna("").astype(str).where(~frame[name].isin(BAND_LABELS), "")
            return [text.replace(".", ",") if language == "vi" else text for text in told]
    return [""] * len(frame)


def banded(result: Result) -> pd.Series:
    """Return which rows show a bound in place of their value."""
    if "display" not in result.frame:
        return pd.Series(False, index=result.frame.index)
    return result.frame["display"].fillna("").astype(str).str.startswith(("≥", "≤"))


def decimals(result: Result) -> list[int | None]:
    """Return the decimals in which each value was cleared for release, None where it was not.

    Numbers of people are whole. A difference without a text of its level has the fewest decimals
    that lose nothing of it and of its interval: it was rounded by its base.
    """
    if isinstance(result, Totals):
        return [0] * len(result.frame)
    told = "display" in result.frame
    if (
        result.notes.get("disclosed")
        and not told
        and {"difference", "conf_low"} <= set(result.frame)
    ):
        names = ["difference", "conf_low", "conf_high"]
        values = zip(*(result.frame[name] for name in names), kinds(result), strict=True)
        return [_decimals_of(ends, kind) for *ends, kind in values]
    return [
        len(text.rstrip("%").partition(".")[2]) if text else None for text in released(result, "en")
    ]


def _decimals_of(values: Sequence[float], kind: numbers.Kind) -> int | None:
    """Return the fewest decimals, of points for shares, in which values lose nothing."""
    usual = 1 if kind == "proportion" else 2
    scaled = [(100 if kind == "proportion" else 1) * each for each in values if each == each]
    exact = (d for d in range(usual) if all(abs(x - round(x, d)) < 1e-9 for x in scaled))
    return next(exact, None) if scaled else None


def found_different(result: Result) -> pd.Series:
    """Return which differences the data support: adjusted p at most one minus the level.

    The plain p-value counts where none was adjusted, as it does in the sentences.
    """
    frame = result.frame
    p_value = frame["p_adjusted"] if "p_adjusted" in frame else frame["p_value"]
    level = float(getattr(result, "conf_level", result.notes.get("conf_level") or 0.95))
    return (p_value <= 1 - level + 1e-9) & ~hidden(result)


def all_pairs(comparison: Result) -> bool:
    """Return whether units are compared with each other, not all with one reference."""
    if "other" not in comparison.by:
        return False
    return (
        comparison.notes.get("against") == "of all pairs" or len(set(comparison.frame["other"])) > 1
    )


def margin_text(comparison: Result, language: Language) -> str:
    """Return the stated margin of equivalence with its unit; empty where none was stated."""
    margin = comparison.notes.get("margin")
    if not margin:
        return ""
    if kinds(comparison)[0] == "proportion":
        return numbers.points(float(margin), language).lstrip("+")
    return numbers.number(float(margin), language)


def letters_of(text: str) -> list[str]:
    """Return the letters of a compact letter display; after z they are a1, b1 and so on.

    Examples
    --------
    >>> letters_of("aza1b12")
    ['a', 'z', 'a1', 'b12']
    """
    return re.findall(r"[a-z]\d*", text)


def records(result: Result) -> list[dict[str, Any]]:
    """Return the rows as mappings."""
    return [{str(k): v for k, v in row.items()} for row in result.frame.to_dict(orient="records")]


def reasons(result: Result, language: Language) -> list[str]:
    """Return why each row shows nothing; an empty text for a row that is not hidden."""
    if "suppressed_reason" not in result.frame:
        return [""] * len(result.frame)
    told = result.frame["suppressed_reason"].fillna("").astype(str)
    return [reason(text, language) for text in told]


def reason(told: str, language: Language) -> str:
    """Return the reason of a disclosure rule in the reader's language.

    Examples
    --------
    >>> reason("fewer than 10 valid answers", "vi")
    'ít hơn 10 phiếu hợp lệ'
    """
    number = re.search(r"\d+", told)
    pattern = re.sub(r"\d+", "{k}", told, count=1)
    if pattern in REASONS:
        return REASONS[pattern].text(language).format(k=number.group() if number else "")
    return told


def rule_of_reason(told: str) -> str:
    """Return the reason as the disclosure rule gave it, from the text in a reader's language.

    Raises
    ------
    DisclosureError
        If no rule gives such a reason: whoever audits must know why a row is hidden.

    Examples
    --------
    >>> rule_of_reason("ít hơn 10 phiếu hợp lệ")
    'fewer than 10 valid answers'
    """
    if not told:
        return ""
    number = re.search(r"\d+", told)
    pattern = re.sub(r"\d+", "{k}", told, count=1)
    for rule, label in REASONS.items():
        if pattern in label:
            return rule.format(k=number.group() if number else "")
    raise DisclosureError(f"No rule hides a row for the reason {told!r}; run the period anew.")


def varying(result: Result) -> tuple[str, ...]:
    """Return the `by` columns that tell the rows apart; the last one where a row stands alone."""
    several = tuple(name for name in result.by if len(result.frame[name].unique()) > 1)
    if not several and result.by[-1] == "other":
        return result.by[-2:-1]  # one comparison is named after its unit, not after the reference
    return several or result.by[-1:]


def value_label(result: Result, column: str, value: str, language: Language) -> str:
    """Return what a value of a `by` column is called."""
    if value in result.labels.get(column, {}):
        return result.label(column, value).text(language)
    if column == "measure" and value in measures(result):
        return measures(result)[value].label.text(language)
    if column == "period":
        return period_label(value, language)
    return str(value)


def period_label(period: str, language: Language) -> str:
    """Return a period in words; its own text where it is no survey period."""
    try:
        return parse_period(period).label(language)
    except UsageError:
        return str(period)


def row_labels(result: Result, language: Language, columns: tuple[str, ...] = ()) -> list[str]:
    """Return one name for each row, of the columns that tell rows apart."""
    names = columns or varying(result)
    return [
        " · ".join(
            value_label(result, name, str(value), language)
            for name, value in zip(names, key, strict=True)
        )
        for key in result.frame[list(names)].itertuples(index=False, name=None)
    ]


def measures(result: Result) -> Mapping[str, MeasureInfo]:
    """Return what is known of the measures of a result."""
    known: Mapping[str, MeasureInfo] = getattr(result, "measures", {})
    return known


def kind_of(result: Result, measure: str) -> numbers.Kind:
    """Return whether a measure is a proportion or a mean; what is not declared is a mean."""
    info = measures(result).get(measure)
    return info.kind if info else "mean"


def kinds(result: Result) -> list[numbers.Kind]:
    """Return the kind of every row's measure; numbers of people are written like means."""
    if "measure" not in result.by or isinstance(result, Totals):
        return ["mean"] * len(result.frame)
    return [kind_of(result, str(name)) for name in result.frame["measure"]]


def names_of(result: Result, column: str, codes: str, language: Language) -> str:
    """Return codes "a, b" as their names, which may hold commas; a dash where there is none."""
    known = [value_label(result, column, code, language) for code in codes.split(", ") if code]
    return "; ".join(known) or numbers.MISSING


def column_heading(result: Result, column: str, language: Language) -> str:
    """Return the heading of a column: the result's own word for it before the general one."""
    own = result.labels.get("column", {}).get(column)
    if own:
        return own.text(language)
    if is_posterior(result) and column in POSTERIOR and column != "interval":
        top = numbers.count(float(result.notes.get("top") or 0), language)
        return POSTERIOR[column].text(language).format(top=top)
    if "flag" in result.by and column in {"n", "count"}:
        return word("examined" if column == "n" else "found", language)
    return heading(column, language)


def interval_heading(result: Result, language: Language) -> str:
    """Return the heading of the interval with its level."""
    level = float(getattr(result, "conf_level", result.notes.get("conf_level") or 0.95))
    decimals = 0 if round(100 * level, 6).is_integer() else 1
    shown_level = numbers.percent(level, language, decimals=decimals)
    if is_posterior(result):
        return POSTERIOR["interval"].text(language).format(level=shown_level)
    return word("interval", language, level=shown_level)


def is_posterior(result: Result) -> bool:
    """Return whether a result speaks of probabilities given a model, not of confidence."""
    return result.notes.get("statement") == "posterior"


def title_of(result: Result, language: Language) -> str:
    """Return a title from what all rows share, measure and period, or else what tells them apart.

    Where several measures have one rule, as the items of a factor do, the rule names them.
    """
    parts = []
    for column in ("measure", "period"):
        values = set(result.frame[column]) if column in result.by else set()
        if len(values) == 1:
            parts.append(value_label(result, column, str(*values), language))
        elif column == "measure" and values:
            parts.append(of_measures(result, language))
        if column == "measure" and parts:
            parts[-1] += of_groups(result, language)
    if "measure" not in result.by and "outcome" not in result.by:
        parts.insert(0, _of_kind(result, language))
    return capital(", ".join(part for part in parts if part))


def of_groups(result: Result, language: Language) -> str:
    """Return which groups of respondents the rows are; nothing for units, which everyone knows."""
    own = result.labels.get("column", {})
    groups = [
        name for name in result.by if name in own and name not in ("unit", "other", "earlier")
    ]
    if not groups:
        return ""
    several = "measure" in result.by and len(set(result.frame["measure"])) > 1
    what = inside(own[groups[0]].text(language))
    return word("and_by_groups" if several else "by_groups", language, what=what)


def of_measures(result: Result, language: Language) -> str:
    """Return what several measures are together: their one rule by item or factor, or results."""
    names = sorted(set(map(str, result.frame["measure"])))
    rules = {value_label(result, "measure", name, language).rpartition(": ")[2] for name in names}
    infos = [measures(result).get(name) for name in names]
    if all(info is not None and len(info.items) == 1 for info in infos):
        items = {info.items[0] for info in infos if info is not None}
        levels = all(info is not None and info.rule.startswith("level") for info in infos)
        if levels or len(items) > 3:
            several = word("answers" if levels else "results", language)
            return word("by_item", language, what=str(*rules) if len(rules) == 1 else several)
    if len(rules) == 1 and len(names) > 1:
        return word("by_factor", language, what=str(*rules))
    return word("by_measure", language)


def _of_kind(result: Result, language: Language) -> str:
    if "flag" in result.by:
        return word("signs", language)
    if "theme" in result.by:
        return word("themes", language)
    return word("answered", language) if "share_missing" in result.frame else ""
