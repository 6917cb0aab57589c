"""R13: what was released, in a file that only grows and whose lines vouch for those before them.

Each line is JSON and holds the SHA-256 of the line before it. The file lies outside the results
and outside git.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kbnn_analysis.disclosure.released import Key, Question, Released
from kbnn_analysis.errors import DisclosureError

EMPTY = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One release.

    Parameters
    ----------
    when : str
        ISO time.
    who : str
        Who approved it.
    run : str
        Key of the run's identity.
    data_sha256 : str
        Of the file of answers.
    earlier_data : dict
        Earlier period that the release tells again -> SHA-256 of its file of answers.
    profile : str
        Profile of the rules, with its limits.
    min_n, min_side : int
        The limits.
    files : dict
        Name of each released file -> its SHA-256.
    rows : tuple of Released
        The cells as released.
    """

    when: str
    who: str
    run: str
    data_sha256: str
    profile: str
    min_n: int
    min_side: int
    files: dict[str, str]
    rows: tuple[Released, ...]
    earlier_data: dict[str, str] = field(default_factory=dict)

    def data_of(self, period: str) -> str:
        """Return the SHA-256 of the answers behind a period's rows."""
        return self.earlier_data.get(period, self.data_sha256)


class Ledger:
    """The ledger in a file.

    Parameters
    ----------
    path : Path
        The file; made with the first entry.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def head(self) -> str:
        """Return the SHA-256 of the last line: it names everything released so far.

        Raises
        ------
        DisclosureError
            If the file was changed.
        """
        return self._read()[1]

    def entries(self) -> tuple[Entry, ...]:
        """Return all releases, oldest first.

        Raises
        ------
        DisclosureError
            If the file was changed.
        """
        return tuple(_entry(told) for told in self._read()[0])

    def append(self, entry: Entry) -> str:
        """Add a release and return the new head; nothing before it is ever rewritten."""
        told = asdict(entry)
        told["rows"] = [_row(row) for row in entry.rows]
        line = json.dumps({"previous": self.head(), **told}, ensure_ascii=False, sort_keys=True)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(line + "\n")
        return _hash(line)

    def _read(self) -> tuple[list[dict[str, Any]], str]:
        if not self.path.exists():
            return [], EMPTY
        found, head = [], EMPTY
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                told = json.loads(line)
            except ValueError:
                told = {}
            if not isinstance(told, dict) or told.get("previous") != head:
                raise DisclosureError(
                    f"The ledger {self.path.name} was changed at line {number}; restore it from "
                    f"its copy before anything is released."
                )
            found.append(told)
            head = _hash(line)
        return found, head


def conflicts(new: Entry, ledger: Sequence[Entry]) -> list[str]:
    """Return cells that were released before from other data and now differ.

    Two versions of one table tell about those in whom their data differ: a file and the same file
    less one respondent. The same data may be told again in other tables: the audit reads them all.

    Parameters
    ----------
    new : Entry
        What is about to be released; it may tell earlier periods again.
    ledger : sequence of Entry
        All releases so far.
    """
    before: dict[tuple[Key, str], list[tuple[Released, str]]] = {}
    for entry in ledger:
        for row in entry.rows:
            if entry.data_of(row.period) != new.data_of(row.period):
                before.setdefault((row.key, row.period), []).append((row, entry.when))
    told = [
        f"{' / '.join(row.key)}: released on {when[:10]} with another value"
        for row in new.rows
        for old, when in before.get((row.key, row.period), ())
        if _differ(old, row)
    ]
    return list(dict.fromkeys(told))


def _differ(old: Released, new: Released) -> bool:
    """Return whether two rows of one cell disagree in anything that both of them print."""
    if bool(old.reason) != bool(new.reason):
        return True
    pairs = [(old.n, new.n), (old.count, new.count), *zip(old.conf, new.conf, strict=True)]
    numbers = any(a == a and b == b and a != b for a, b in pairs)
    return numbers or bool(old.display and new.display and old.display != new.display)


def _row(row: Released) -> dict[str, Any]:
    """Return a row as JSON can hold it; NaN becomes null."""
    told = asdict(row)
    told["question"]["weights"] = {str(k): v for k, v in row.question.weights.items()}
    numbers = {name: told[name] for name in ("n", "count")}
    told |= {name: None if value != value else value for name, value in numbers.items()}
    told["conf"] = [None if value != value else value for value in row.conf]
    return told


def _entry(told: dict[str, Any]) -> Entry:
    rows = tuple(_released(row) for row in told["rows"])
    known = {name: told[name] for name in Entry.__dataclass_fields__ if name in told}
    return Entry(**{**known, "rows": rows})


def _released(told: dict[str, Any]) -> Released:
    asked = told["question"]
    weights = {int(code): float(value) for code, value in asked["weights"].items()}
    nan = float("nan")
    low, high = (nan if value is None else float(value) for value in told["conf"])
    return Released(
        key=tuple(told["key"]),
        period=told["period"],
        dims=tuple((str(name), str(value)) for name, value in told["dims"]),
        question=Question(asked["item"], weights, asked["is_share"]),
        n=nan if told["n"] is None else float(told["n"]),
        display=told["display"],
        conf=(low, high),
        count=nan if told["count"] is None else float(told["count"]),
        reason=told["reason"],
        guarded=told.get("guarded", ""),
        pair=told.get("pair", ""),
    )


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
