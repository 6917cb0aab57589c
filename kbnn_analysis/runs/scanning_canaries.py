"""Respondent ids and comments: no byte that leaves may hold one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

WINDOW = 24  # letters of a comment that are looked for; shorter comments are common phrases
SHORTEST_ID = 4
_TOKEN = re.compile(r"[\w.@-]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Canaries:
    """What must not be found.

    Parameters
    ----------
    ids : frozenset of str
        Respondent ids.
    openings : frozenset of str
        The first letters of every comment that is long enough, in plain form; of a comment that
        is quoted with approval all letters besides the quoted ones.
    """

    ids: frozenset[str] = frozenset()
    openings: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(
        cls,
        ids: Iterable[str],
        comments: Iterable[str],
        known: Iterable[str] = (),
        approved: Iterable[str] = (),
    ) -> Canaries:
        """Return the canaries of a file of answers.

        Comments that begin like a text of `known` (the questionnaire) are no canaries; texts of
        `approved` may be found, and not one letter more of the comments they were taken from.

        Examples
        --------
        >>> birds = Canaries.of(["2023-1-000017"], ["Nhân viên ở quầy số 3 rất hay cáu gắt"])
        >>> list(birds.found_in("… 2023-1-000017 …"))
        ['holds the id of a respondent']
        """
        plain = [_plain(comment) for comment in comments]
        public = " ".join(map(_plain, known))
        quoted = "\n".join(map(_plain, approved))
        return cls(
            frozenset(name for name in ids if len(name) >= SHORTEST_ID and not name.isdigit())
            | frozenset(name for name in ids if len(name) >= 6),
            frozenset(
                window
                for text in plain
                if len(text) >= WINDOW and text[:WINDOW] not in public
                for window in _looked_for(text, quoted)
            ),
        )

    def found_in(self, text: str) -> Iterator[str]:
        """Yield what a text gives away; ids and comments themselves are not repeated."""
        if self.ids and not self.ids.isdisjoint(_TOKEN.findall(text)):
            yield "holds the id of a respondent"
        if self.openings:
            plain = _plain(text)
            if any(window in self.openings for window in _windows(plain)):
                yield "holds the words of a comment"


def _looked_for(text: str, quoted: str) -> Iterator[str]:
    if text[:WINDOW] not in quoted:
        yield text[:WINDOW]
        return
    yield from (window for window in _windows(text) if window not in quoted)


def _windows(text: str) -> Iterator[str]:
    return (text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1))


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()
