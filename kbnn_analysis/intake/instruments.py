"""What two instruments do not share: the differences that forbid a comparison of periods."""

from __future__ import annotations

from kbnn_analysis.intake.answers import clean
from kbnn_analysis.intake.codebook import Codebook, Item
from kbnn_analysis.results.breaks import Break, Reason


def instrument_breaks(
    earlier: Codebook, later: Codebook, periods: tuple[str, str]
) -> tuple[Break, ...]:
    """Return how the earlier instrument differs from the later one.

    Items are the same where they have the same name; whether they were asked in the same words,
    in both languages, and on the same answers is then read from the codebooks.

    Parameters
    ----------
    earlier, later : Codebook
        The instruments of two periods.
    periods : tuple of str
        The earlier and the later period.

    Returns
    -------
    tuple of Break
        ``instrument`` for another questionnaire, ``version`` for another version of the same;
        ``wording``, ``scale``, ``absent`` for the items concerned.

    Examples
    --------
    >>> from kbnn_analysis.intake import load_codebook
    >>> book = load_codebook("kbnn-assumed")
    >>> instrument_breaks(book, book.model_copy(update={"version": "2"}), ("2023-1", "2023-2"))
    (Break(earlier='2023-1', later='2023-2', reason='version', items=()),)
    """
    if earlier == later:
        return ()
    found: list[tuple[Reason, tuple[str, ...]]] = []
    if earlier.name != later.name:
        found.append(("instrument", ()))
    elif earlier.version != later.version:
        found.append(("version", ()))
    asked = {item.name: item for item in earlier.items}
    both = [item for item in later.items if item.name in asked]
    reworded = [i.name for i in both if _words(i) != _words(asked[i.name])]
    graded = [i.name for i in both if not same_answers(earlier, later, i.name)]
    absent = [item.name for item in later.items if item.name not in asked]
    of_items: list[tuple[Reason, list[str]]] = [
        ("wording", reworded), ("scale", graded), ("absent", absent),
    ]  # fmt: skip
    found += [(reason, tuple(items)) for reason, items in of_items if items]
    return tuple(Break(*periods, reason, items) for reason, items in found)


def same_answers(earlier: Codebook, later: Codebook, item: str) -> bool:
    """Return whether an item has the same answer codes, boxes and direction in two codebooks."""
    one, other = earlier.scale_of(item), later.scale_of(item)
    turned = earlier.item(item).reverse == later.item(item).reverse
    return turned and (one.labels, one.satisfied, one.top) == (
        other.labels,
        other.satisfied,
        other.top,
    )


def _words(item: Item) -> tuple[str, str]:
    return clean(item.label.vi), clean(item.label.en)
