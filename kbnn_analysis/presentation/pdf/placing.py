"""Which figures go to the top of the next page, so that what follows them fills the page before.

A figure does not break. Where it does not fit, the page before it would stay half empty: text and
tables of the same chapter that follow it are let through instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Blocks = list[dict[str, Any]]
Places = list[dict[str, float]]
TOP = 62.4  # pt above the text of a page, as the template has it
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


def places_of(answer: str) -> Places:
    """Return the places that typst answers, in the order of the document."""
    found: Places = [each["value"] for each in json.loads(answer)]
    return found


def _begins_page(place: dict[str, float]) -> bool:
    return place["page"] > 1 and place["y"] < TOP + HEADINGS


def _sketch(blocks: Blocks, last: int) -> Blocks:
    """Return what is set to find places: boxes for pictures, headings only after the last."""
    kept = [{**each, "format": "box"} if "height" in each else each for each in blocks[: last + 1]]
    return kept + [each for each in blocks[last + 1 :] if each["kind"] == "heading"]


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
