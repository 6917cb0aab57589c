"""What a codebook must fulfil beyond its types; every mistake is told with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kbnn_analysis.errors import nearest
from kbnn_analysis.intake.answers import answer_codes, fold
from kbnn_analysis.intake.codebook import Attribute, Codebook, Item, Scale, Text

RESERVED = frozenset({"unit", "period", "measure", "item", "flag", "row"})
"""Column names of the workbench itself."""

Mistake = tuple[tuple[str | int, ...], str]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def codebook_mistakes(codebook: Codebook) -> list[Mistake]:
    """Return everything wrong with a codebook, as (place, sentence) pairs.

    Parameters
    ----------
    codebook : Codebook
        A codebook whose types are right.

    Returns
    -------
    list of (place, sentence)
        Empty for a sound codebook.
    """
    return [
        *_scales(codebook),
        *_names(codebook),
        *_items(codebook),
        *_factors(codebook),
        *_attributes(codebook),
        *_columns(codebook),
    ]


def _scales(codebook: Codebook) -> Iterator[Mistake]:
    for name, scale in codebook.scales.items():
        place = ("scales", name)
        if len(scale.labels) < 2:
            yield (*place, "labels"), "a scale needs at least two labelled codes."
        yield from ((place, sentence) for sentence in _codes(scale))
        yield from ((place, sentence) for sentence in answer_codes(scale).conflicts)


def _codes(scale: Scale) -> Iterator[str]:
    valid = set(scale.labels)
    for kind in ("satisfied", "top"):
        if outside := sorted(set(getattr(scale, kind)) - valid):
            yield f"{kind}: {outside} are no codes of the scale {sorted(valid)}."
    if not set(scale.top) <= set(scale.satisfied):
        yield f"top {list(scale.top)} must be among satisfied {list(scale.satisfied)}."
    for kind in ("missing", "not_applicable"):
        if both := sorted(set(getattr(scale, kind)) & valid):
            yield f"{kind}: {both} are labelled answers as well; a code has one meaning."
    if both := sorted(set(scale.missing) & set(scale.not_applicable)):
        yield f"{both} are both missing and not_applicable; a code has one meaning."
    known = valid | set(scale.missing) | set(scale.not_applicable)
    for text, code in scale.synonyms.items():
        if code not in known:
            yield f"synonyms: {text!r} means {code}, which is no code of the scale."


def _names(codebook: Codebook) -> Iterator[Mistake]:
    for kind, records in _records(codebook).items():
        for i, record in enumerate(records):
            place = (kind, i, "name")
            if not _NAME.fullmatch(record.name):
                yield place, f"{record.name!r}: use letters, digits and _, a letter first."
            own_unit = kind == "attributes" and record.name == codebook.unit == "unit"
            if record.name in RESERVED and not own_unit:
                yield place, f"{record.name!r} is a word of the workbench; choose another name."


def _items(codebook: Codebook) -> Iterator[Mistake]:
    if not codebook.items:
        yield ("items",), "a codebook needs at least one item."
    known = {
        "scale": codebook.scales.keys(),
        "factor": codebook.factors.keys(),
        "object": codebook.objects.keys(),
    }
    for i, item in enumerate(codebook.items):
        for field, allowed in known.items():
            value = getattr(item, field)
            if value is not None and value not in allowed:
                likely = nearest(value, allowed, most=1)
                hint = f"did you mean {likely[0]!r}?" if likely else f"known: {sorted(allowed)}."
                yield ("items", i, field), f"{item.name}: unknown {field} {value!r}; {hint}"
        if item.role == "overall" and item.factor is not None:
            yield ("items", i, "factor"), f"{item.name}: an overall item has no factor."


def _factors(codebook: Codebook) -> Iterator[Mistake]:
    # a factor's answers are pooled: that needs one scale
    for factor in codebook.factors:
        scales = sorted({item.scale for item in codebook.items_with("satisfaction", factor)})
        if len(scales) > 1:
            yield (
                ("factors", factor),
                f"has items of the scales {', '.join(scales)}; give each scale its own factor.",
            )


def _attributes(codebook: Codebook) -> Iterator[Mistake]:
    kinds = {attribute.name: attribute.kind for attribute in codebook.attributes}
    wanted = {
        "respondent_id": ("text", "category"),
        "unit": ("category", "text"),
        "comment": ("text",),
        "duration": ("number",),
    }
    for field, allowed in wanted.items():
        name = getattr(codebook, field)
        if name is None:
            continue
        if name not in kinds:
            likely = nearest(name, kinds, most=1)
            hint = f"did you mean {likely[0]!r}?" if likely else "add it to attributes."
            yield (field,), f"{field} {name!r} is no attribute; {hint}"
        elif kinds[name] not in allowed:
            yield (field,), f"{field} {name!r} must be of kind {' or '.join(allowed)}."
    for i, attribute in enumerate(codebook.attributes):
        if attribute.levels and attribute.kind != "category":
            yield ("attributes", i, "levels"), f"{attribute.name}: only a category has levels."
        yield from _levels(i, attribute.name, attribute.levels)


def _levels(i: int, name: str, levels: Mapping[str, Text]) -> Iterator[Mistake]:
    owner: dict[str, str] = {}
    for code, label in levels.items():
        texts = {fold(code), fold(label.vi), fold(label.en)}
        for text in sorted(texts):
            if owner.setdefault(text, code) != code:
                yield (
                    ("attributes", i, "levels", code),
                    f"{name}: {text!r} would mean both {owner[text]!r} and {code!r}.",
                )


def _columns(codebook: Codebook) -> Iterator[Mistake]:
    owner: dict[str, str] = {}
    for kind, records in _records(codebook).items():
        for i, record in enumerate(records):
            for text in dict.fromkeys(fold(t) for t in (record.name, *record.aliases)):
                if text in owner:
                    yield (
                        (kind, i),
                        f"the name or alias {text!r} of {record.name} is {owner[text]}'s too.",
                    )
                owner.setdefault(text, record.name)


def _records(codebook: Codebook) -> dict[str, Sequence[Item | Attribute]]:
    return {"items": codebook.items, "attributes": codebook.attributes}
