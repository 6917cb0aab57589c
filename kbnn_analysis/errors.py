"""What can go wrong, sorted by who must act.

The command line turns every :class:`KbnnError` into one sentence and an exit code; a traceback is
left for our own mistakes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


class KbnnError(Exception):
    """Base of all errors that a user may see."""

    exit_code = 1


class UsageError(KbnnError):
    """A parameter, an argument or a codebook is wrong: its author must act."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input, with its place and the way out.

    ``row`` is the line a person sees in the file (the header is row 1), or None for a problem of
    the whole column or file.
    """

    rule: str
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    suggestion: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the problem as a row for a table."""
        return asdict(self)

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        told = f"{place}: {self.message}" if place else self.message
        return f"{told} {self.suggestion}".rstrip()


class DataError(KbnnError):
    """The data file cannot be used as it is: the person who keeps the file must act.

    ``problems`` holds all of them; the message counts them and tells the first.
    """

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("a DataError needs at least one problem")
        self.problems = tuple(problems)
        first = str(self.problems[0])
        others = len(self.problems) - 1
        super().__init__(first if not others else f"{first} (and {others} more problems)")


class RunError(KbnnError):
    """A notebook or a step of a run failed: the last good run is untouched."""

    exit_code = 1


class DisclosureError(KbnnError):
    """Something was about to leave that may not leave: nothing was released."""

    exit_code = 3


def nearest(value: str, allowed: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the allowed words most like `value`, best first.

    Examples
    --------
    >>> nearest("perid", ["period", "seed"])
    ['period']
    """
    return difflib.get_close_matches(value, list(allowed), n=most, cutoff=0.6)


def check_one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse a value outside a closed list, and say what was likely meant.

    Raises
    ------
    UsageError
        If `value` is not in `allowed`.

    Examples
    --------
    >>> check_one_of("interval", "wilsn", ["wilson", "logit"])
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: `interval` must be ...; did you mean 'wilson'?
    """
    options = sorted(allowed)
    if value in options:
        return
    likely = nearest(str(value), options, most=1)
    hint = f"; did you mean {likely[0]!r}?" if likely else "."
    raise UsageError(f"`{name}` must be one of {', '.join(options)}; got {value!r}{hint}")
