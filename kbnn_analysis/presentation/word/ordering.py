"""The order of blocks in a Word file, in which figures that need a new page leave no page empty.

A figure does not break, and Word cannot let text by. Where a figure would leave much of a page
empty, text and tables of the same chapter that follow it come before it. Figures keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kbnn_analysis.presentation.document import Block, Figure, Heading, Text
from kbnn_analysis.presentation.document.shrinking import sharing_pages
from kbnn_analysis.presentation.pdf.parts import figure_height
from kbnn_analysis.presentation.word.heights import PAGE, Piece, laid, pieces

BEGUN = 2.7  # cm that the title takes of the first page
BEARABLE = 3.0  # cm that may stay empty
FARTHEST = 6  # blocks that come before a figure which stood before them
DRIFTS = (-1.0, -0.5, 0.0, 0.5, 1.0)  # cm by which the reader's program may set it otherwise


def filled(blocks: Sequence[Block]) -> list[Block]:
    """Return the same blocks in the order of the file.

    Parameters
    ----------
    blocks : sequence of Block
        The blocks of a document.

    Returns
    -------
    list of Block
        Chapters keep their blocks, figures their order, and so do all other blocks.
    """
    waiting = list(sharing_pages(blocks, figure_height, PAGE))
    made: list[Block] = []
    below = BEGUN
    while waiting:
        if isinstance(waiting[0], Figure):
            pulled = _pulled(below, waiting)
            rest = [block for at, block in enumerate(waiting) if at not in pulled]
            made += (waiting[at] for at in pulled)
            for at in pulled:
                below = laid(below, list(pieces(waiting[at])))
            waiting = rest
        made.append(waiting.pop(0))
        below = laid(below, list(pieces(made[-1])))
    return made


def _pulled(below: float, waiting: Sequence[Block]) -> list[int]:
    """Return the places of the blocks that come before the first one, a figure."""
    (figure,) = pieces(waiting[0])
    best: list[int] = []
    least = _empty(below, figure)
    if least <= BEARABLE:
        return best
    tried: list[int] = []
    for at in _followers(waiting):
        tried = [*tried, at]
        below = laid(below, list(pieces(waiting[at])))
        if not _ends_in_heading(waiting[at]) and _empty(below, figure) < least - 0.5:
            best, least = tried, _empty(below, figure)
    return best


def _followers(waiting: Sequence[Block]) -> Iterator[int]:
    found = 0
    for at, block in enumerate(waiting[1:], start=1):
        if found == FARTHEST or _begins_chapter(block):
            return
        if not isinstance(block, Figure):
            found += 1
            yield at


def _empty(below: float, figure: Piece) -> float:
    """Return how much of the page stays empty before a figure, on average over the drifts."""
    told = [min(max(below + drift, 0.0), PAGE) for drift in DRIFTS]
    return sum(0.0 if at + figure.height <= PAGE else PAGE - at for at in told) / len(told)


def _begins_chapter(block: Block) -> bool:
    headings = block.blocks if isinstance(block, Text) else (block,)
    return any(isinstance(each, Heading) and each.depth == 1 for each in headings)


def _ends_in_heading(block: Block) -> bool:
    last = block.blocks[-1] if isinstance(block, Text) and block.blocks else block
    return isinstance(last, Heading)
