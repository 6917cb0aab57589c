"""What stands between two periods: changes that break a comparison, and those to be mindful of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Reason = Literal[
    "instrument", "definition", "wording", "scale", "absent", "target", "design", "frame", "mode",
    "precision", "version", "vintage", "numbers", "independent",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
# after these a difference can no longer be read as change; the others are to be mindful of
SEVERE: frozenset[Reason] = frozenset(REASONS[:10])


@dataclass(frozen=True)
class Break:
    """Something that differs between an earlier and a later period.

    Parameters
    ----------
    earlier, later : str
        The two periods.
    reason : str
        One of :data:`REASONS`. ``instrument``: another questionnaire; ``definition``: what is
        measured; ``wording``, ``scale``, ``absent``: an item was worded or graded otherwise, or
        not asked; ``target``, ``design``: what intervals speak of, how respondents were taken;
        ``frame``, ``mode``: who was asked, and how (a person must declare these); ``precision``:
        a standard error is not known. To be mindful of: ``version`` of the codebook, ``vintage``
        of the units (the old period is recounted), ``numbers`` of answers, ``independent`` (the
        covariance between the periods is not known and taken as zero).
    items : tuple of str
        The items it concerns; none for all.
    """

    earlier: str
    later: str
    reason: Reason
    items: tuple[str, ...] = ()

    @property
    def severe(self) -> bool:
        """Return whether a difference can no longer be read as change."""
        return self.reason in SEVERE

    def concerns(self, items: Iterable[str]) -> bool:
        """Return whether a measure of these items is concerned."""
        return not self.items or bool(set(self.items) & set(items))


def breaks_between(
    breaks: Iterable[Break], periods: Sequence[str], pair: tuple[str, str], items: Iterable[str]
) -> tuple[Reason, ...]:
    """Return what differs between two periods for a measure of these items.

    A break between two periods also stands between any pair that lies around them.

    Parameters
    ----------
    breaks : iterable of Break
        What is known.
    periods : sequence of str
        All periods in time.
    pair : tuple of str
        The earlier and the later of two of them.
    items : iterable of str
        Items of the measure.

    Returns
    -------
    tuple of str
        Reasons in the order of :data:`REASONS`.

    Examples
    --------
    >>> known = [Break("2022", "2023-1", "wording", ("q1",)), Break("2023-1", "2023-2", "version")]
    >>> time = ["2022", "2023-1", "2023-2"]
    >>> breaks_between(known, time, ("2022", "2023-2"), ["q1"])
    ('wording', 'version')
    >>> breaks_between(known, time, ("2023-1", "2023-2"), ["q1"])
    ('version',)
    """
    names, place = tuple(items), {period: at for at, period in enumerate(periods)}
    start, end = place[pair[0]], place[pair[1]]
    found = {
        each.reason
        for each in breaks
        if start <= place.get(each.earlier, -1)
        and place.get(each.later, len(place)) <= end
        and each.concerns(names)
    }
    return tuple(reason for reason in REASONS if reason in found)
