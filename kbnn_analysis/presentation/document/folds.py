"""Code of several cells in one fold: what prepares stands with what it prepares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kbnn_analysis.presentation.document.model import Block, Code, Text


def joined_code(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join the code of cells that show nothing with that of the cell which uses it.

    Parameters
    ----------
    blocks : iterable of Block
        In each cell's order: what it shows, then its code.

    Yields
    ------
    Block
        The same, without folds side by side; set-up stays apart from the rest.

    Examples
    --------
    >>> found = joined_code([Code("a = 1"), Text((), said=True), Code("show(a)")])
    >>> [each.source.splitlines() for each in found if isinstance(each, Code)]
    [['a = 1', '', 'show(a)']]
    """
    waiting: list[Code] = []
    showed = False
    for block in blocks:
        if isinstance(block, Code):
            if waiting and waiting[0].is_setup != block.is_setup:
                yield from _one(waiting)
            waiting.append(block)
            if showed:
                yield from _one(waiting)
            showed = False
            continue
        if waiting and (waiting[0].is_setup or _opens(block)):
            yield from _one(waiting)
        showed = not _opens(block)
        yield block
    yield from _one(waiting)


def _opens(block: Block) -> bool:
    """Return whether a block is prose of the notebook, not something a cell showed."""
    return isinstance(block, Text) and not block.said


def _one(waiting: list[Code]) -> Iterator[Block]:
    if waiting:
        yield Code("\n\n".join(each.source for each in waiting), waiting[0].is_setup)
        waiting.clear()
