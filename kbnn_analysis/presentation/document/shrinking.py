"""Two high figures in a row: a little smaller they share a printed page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kbnn_analysis.presentation.document.model import Block, Code, Figure, Messages

LEAST = 0.8  # what a figure may become of itself: its letters must stay legible
BESIDE = 1.5  # cm that a caption and the air around a figure take


def shrunken(heights: Sequence[float | None], page: float) -> list[float]:
    """Return by what each figure is to be drawn smaller; 1 where it stays as it is.

    Parameters
    ----------
    heights : sequence of float or None
        Heights of the blocks in cm, None for all that is no figure.
    page : float
        What a page holds.

    Examples
    --------
    >>> [round(each, 2) for each in shrunken([None, 13.4, 13.4, None, 22.0, 22.0], 25.4)]
    [1.0, 0.84, 0.84, 1.0, 1.0, 1.0]
    """
    made = [1.0] * len(heights)
    at = 0
    while at + 1 < len(heights):
        first, second = heights[at], heights[at + 1]
        if first is None or second is None:
            at += 1
            continue
        share = (page - 2 * BESIDE) / (first + second)
        if LEAST <= share < 1:
            made[at] = made[at + 1] = share
        at += 2 if share >= LEAST else 1
    return made


def sharing_pages(
    blocks: Sequence[Block], height: Callable[[Figure], float], page: float
) -> tuple[Block, ...]:
    """Return blocks that are printed, pairs of high figures drawn smaller.

    Parameters
    ----------
    blocks : sequence of Block
        The blocks of a document; code and messages are left out.
    height : callable
        The height of a figure in cm.
    page : float
        What a page holds.
    """
    printed = [block for block in blocks if not isinstance(block, Code | Messages)]
    heights = [height(block) if isinstance(block, Figure) else None for block in printed]
    shares = shrunken(heights, page)
    return tuple(
        replace(block, share=share) if isinstance(block, Figure) and share < 1 else block
        for block, share in zip(printed, shares, strict=True)
    )
