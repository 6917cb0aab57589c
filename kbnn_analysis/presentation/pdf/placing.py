"""What is set otherwise than it comes, so that pages are full and tables keep their notes.

A figure does not break. Where it does not fit, the page before it would stay half empty: text and
tables of the same chapter that follow it are let through instead. A long table whose notes would
begin a page without it is set looser, so that its last rows come along.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Blocks = list[dict[str, Any]]
Places = list[dict[str, float]]
TOP = 62.4  # pt above the text of a page, as the template has it
ROUNDS = 4  # in which notes are brought to their tables
HEADINGS = 80.0  # pt that headings take above a figure which begins a page


def let_through(told: dict[str, Any], places: Callable[[dict[str, Any]], Places]) -> dict[str, Any]:
    """Return the document with the figures marked that text may pass.

    Parameters
    ----------
    told : dict
        The document as data.
    places : callable
        Sets a document, and returns page and height of the beginning of each figure, in order.

    Returns
    -------
    dict
        The same document; ``floats`` of a figure is true where it goes to the top of a page.
    """
    blocks = list(_flat(told["blocks"]))
    figures = [at for at, block in enumerate(blocks) if block["kind"] == "figure"]
    movable = [number for number, at in enumerate(figures) if _is_followed(blocks, at)]
    while movable:
        found = places({**told, "blocks": _sketch(blocks, figures[movable[-1]])})
        pushed = [number for number in movable if _begins_page(found[number])]
        if not pushed:
            break
        blocks[figures[pushed[0]]]["floats"] = True  # which moves those below, not those above
        movable = [number for number in movable if number > pushed[0]]
    return {**told, "blocks": blocks}


def keep_notes(told: dict[str, Any], places: Callable[[dict[str, Any]], Places]) -> dict[str, Any]:
    """Return the document with the tables marked that are set looser, to go on with their notes.

    Parameters
    ----------
    told : dict
        The document as data, after :func:`let_through`.
    places : callable
        Sets a document, and returns page and height of the notes of each table, in order.

    Returns
    -------
    dict
        The same document; ``loose`` of a table is true where its notes stood without it.
    """
    blocks = [dict(block) for block in told["blocks"]]
    noted = [block for block in blocks if block["kind"] == "table" and block["notes"]]
    for _ in range(ROUNDS):  # what is set looser moves all that follows
        found = places({**told, "blocks": [_boxed(block) for block in blocks]})
        apart = [block for block, place in zip(noted, found, strict=True) if _tops_page(place)]
        if not apart:
            break
        for block in apart:
            block["loose"] = not block.get("loose", False)
    return {**told, "blocks": blocks}


def places_of(answer: str) -> Places:
    """Return the places that typst answers, in the order of the document."""
    found: Places = [each["value"] for each in json.loads(answer)]
    return found


def _tops_page(place: dict[str, float]) -> bool:
    return place["page"] > 1 and place["y"] < TOP + 1.0


def _begins_page(place: dict[str, float]) -> bool:
    return place["page"] > 1 and place["y"] < TOP + HEADINGS


def _sketch(blocks: Blocks, last: int) -> Blocks:
    """Return what is set to find places: boxes for pictures, headings only after the last."""
    kept = [_boxed(each) for each in blocks[: last + 1]]
    return kept + [each for each in blocks[last + 1 :] if each["kind"] == "heading"]


def _boxed(block: dict[str, Any]) -> dict[str, Any]:
    return {**block, "format": "box"} if "height" in block else block


def _flat(blocks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if block["kind"] == "text":
            yield from _flat(block["blocks"])
        else:
            yield block


def _is_followed(blocks: Blocks, at: int) -> bool:
    """Return whether text or a table follows in the same chapter."""
    for block in blocks[at + 1 :]:
        if block["kind"] == "heading" and block["depth"] == 1:
            return False
        if block["kind"] not in ("heading", "figure"):
            return True
    return False
