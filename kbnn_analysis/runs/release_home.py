"""Where the ledger and the withheld rows of a project lie: outside the results, outside git."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from kbnn_analysis.disclosure.ledger import Ledger
from kbnn_analysis.disclosure.released import Key
from kbnn_analysis.errors import DisclosureError
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.workspace import HOME


def project_ledger(root: Path) -> Ledger:
    """Return the ledger of a project; ``.head()`` names everything it has released."""
    return Ledger(root / HOME / "ledger" / "ledger.jsonl")


def read_withheld(root: Path) -> frozenset[Key]:
    """Return the keys of rows that audits asked to hide; for :attr:`Rules.withheld`.

    Raises
    ------
    DisclosureError
        If a file of them is damaged: then nobody knows what to hide.
    """
    found: set[Key] = set()
    for path in sorted((root / HOME / "withheld").glob("*.json")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            found |= {tuple(map(str, key)) for key in told}
        except (OSError, ValueError, TypeError):
            raise DisclosureError(
                f"{path.name} in {HOME}/withheld is damaged; delete it and release again."
            ) from None
    return frozenset(found)


def write_withheld(root: Path, name: str, keys: frozenset[Key]) -> None:
    """Keep keys to hide for the next run, with those that were asked for before."""
    path = root / HOME / "withheld" / f"{name}.json"
    told = sorted({*keys, *read_withheld(root)} if path.exists() else keys)
    write_whole(path, json.dumps(told, ensure_ascii=False, indent=0) + "\n")


def withheld_sha256(root: Path) -> str:
    """Return the SHA-256 of what is withheld: with the ledger's head it is part of a run."""
    return sha256_of_withheld(read_withheld(root))


def sha256_of_withheld(keys: frozenset[Key]) -> str:
    """Return the SHA-256 of keys of rows, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(keys), ensure_ascii=False).encode()).hexdigest()
