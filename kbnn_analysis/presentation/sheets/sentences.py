"""What a sheet says of its unit, in sentences made from results."""

from __future__ import annotations

from typing import Any

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import shared_note
from kbnn_analysis.presentation.narrative import describe_change
from kbnn_analysis.presentation.narrative.comparison import reference_name
from kbnn_analysis.presentation.narrative.estimates import phrase
from kbnn_analysis.presentation.sheets.facts import SheetFacts
from kbnn_analysis.presentation.tables.cells import rank_set
from kbnn_analysis.presentation.wording import sentence
from kbnn_analysis.results import BAND_LABELS, Estimates

_NO_FIGURES = Label(
    "{unit}: không hiển thị số liệu ({why})", "{unit}: no figures are shown ({why})"
)
_HEADLINE = Label(
    "{unit}: {measure} là {value}; cả nước {whole}",
    "{unit}: {measure} is {value}; national {whole}",
)
_HIGHER = Label(
    "Chênh lệch với {reference} là {difference}: cao hơn, vượt quá ngẫu nhiên",
    "The difference from {reference} is {difference}: higher, beyond chance",
)
_LOWER = Label(
    "Chênh lệch với {reference} là {difference}: thấp hơn, vượt quá ngẫu nhiên",
    "The difference from {reference} is {difference}: lower, beyond chance",
)
_ALIKE = Label(
    "Không thể phân biệt với {reference} (chênh lệch {difference})",
    "It cannot be told apart from {reference} (a difference of {difference})",
)
_RANK = Label(
    "Thứ hạng mà dữ liệu cho phép: {ranks} trong {units} đơn vị được xếp hạng",
    "Ranks that the data allow: {ranks} of {units} ranked units",
)
_POSTERIOR = Label(
    "Theo mô hình (một phát biểu khác, hẹp hơn): thứ hạng hậu nghiệm {ranks}; xác suất thuộc {top} "
    "đơn vị đứng đầu {prob}",
    "Given a model (another, narrower statement): posterior ranks {ranks}; probability of being in "
    "the top {top}: {prob}",
)
_BAND = Label("So với mức kỳ vọng chung: {band}", "Against what is expected of all: {band}")


def sheet_sentences(facts: SheetFacts, unit: str, headline: str, language: Language) -> list[str]:
    """Return the sentences of a sheet; one that says why where nothing may be shown."""
    name = rows.value_label(facts.units, "unit", unit, language)
    own = facts.of_unit(unit).get(headline, {})
    if own.get("suppressed") is True or (
        numbers.is_missing(own.get("estimate")) and not told_value(facts.units, own, language)
    ):
        why = rows.reason(str(own.get("suppressed_reason") or ""), language)
        why = why or Label("không có phiếu hợp lệ", "no valid answers").text(language)
        return [sentence(_NO_FIGURES.text(language).format(unit=name, why=why))]
    told = [_headline(facts, own, name, language), _difference(facts, unit, language)]
    told += [_ranks(facts, unit, language), _posterior(facts, unit, language)]
    band = facts.band_of(unit)
    if band and band["band"] in BAND_LABELS:
        label = BAND_LABELS[band["band"]].text(language)
        told.append(sentence(_BAND.text(language).format(band=label)))
    told.append(_change(facts, unit, language))
    return [text for text in told if text]


def told_value(estimates: Estimates, row: dict[str, Any], language: Language) -> str:
    """Return a value as it was cleared for release, else as it is; empty where there is none."""
    cleared = row.get("display")
    if isinstance(cleared, str) and cleared:
        return cleared.replace(".", ",") if language == "vi" else cleared
    if numbers.is_missing(row.get("estimate")):
        return ""
    kind = rows.kind_of(estimates, str(row["measure"]))
    return numbers.value(row["estimate"], language, kind=kind)


def _headline(facts: SheetFacts, own: dict[str, Any], name: str, language: Language) -> str:
    headline = str(own["measure"])
    whole = facts.of_whole()[headline]
    measure = phrase(rows.value_label(facts.units, "measure", headline, language), language)
    told = _HEADLINE.text(language).format(
        unit=name,
        measure=measure,
        value=told_value(facts.units, own, language),
        whole=told_value(facts.whole, whole, language),
    )
    return sentence(told)


def _difference(facts: SheetFacts, unit: str, language: Language) -> str:
    row = facts.difference_of(unit)
    if row is None or facts.comparison is None or numbers.is_missing(row.get("difference")):
        return ""
    level = float(getattr(facts.comparison, "conf_level", 0.95))
    p_value = row.get("p_adjusted", row.get("p_value"))
    beyond = not numbers.is_missing(p_value) and float(str(p_value)) < 1 - level
    proportion = rows.kind_of(facts.comparison, str(row.get("measure", ""))) == "proportion"
    write = numbers.points if proportion else numbers.signed
    pattern = (_HIGHER if row["difference"] > 0 else _LOWER) if beyond else _ALIKE
    units = facts.comparison.frame["unit"].astype(str).tolist()
    places = rows.decimals(facts.comparison)[units.index(unit)]
    if places is None:
        difference = write(row["difference"], language)
    else:
        difference = write(row["difference"], language, decimals=places)
    reference = reference_name(facts.comparison, language)
    return sentence(pattern.text(language).format(difference=difference, reference=reference))


def _ranks(facts: SheetFacts, unit: str, language: Language) -> str:
    row = facts.rank_of(unit)
    if row is None or facts.ranking is None or numbers.is_missing(row["rank_low"]):
        return ""
    units = int(facts.ranking.frame["rank_high"].max())
    told = _RANK.text(language).format(
        ranks=rank_set(row["rank_low"], row["rank_high"], language),
        units=numbers.count(units, language),
    )
    return sentence(told)


def _posterior(facts: SheetFacts, unit: str, language: Language) -> str:
    row = facts.posterior_of(unit)
    if row is None or facts.shrinkage is None or numbers.is_missing(row["rank_low"]):
        return ""
    told = _POSTERIOR.text(language).format(
        ranks=rank_set(row["rank_low"], row["rank_high"], language),
        top=numbers.count(float(facts.shrinkage.notes["top"]), language),
        prob=numbers.probability(row["prob_top"], language),
    )
    return sentence(told)


def _change(facts: SheetFacts, unit: str, language: Language) -> str:
    own = facts.change_of(unit)
    if own is None:
        return ""
    told = describe_change(own, language)
    compared = rows.shown(own, "difference").any()
    return " ".join(filter(None, (told, shared_note(own, language) if compared else "")))
