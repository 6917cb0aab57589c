"""What a finished run was made from, found again: files, ledger, and what is no longer the same."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kbnn_analysis
from kbnn_analysis.disclosure.ledger import EMPTY
from kbnn_analysis.runs.environment import LOCK, installed_packages, lock_sha256
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.found_files import find_inputs
from kbnn_analysis.runs.package_sources import code_sha256
from kbnn_analysis.runs.release_home import (
    project_ledger,
    read_withheld,
    sha256_of_withheld,
)

Keys = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Sources:
    """What a run is made from again, and what stands in the way.

    Parameters
    ----------
    inputs : mapping
        Name of a file in the run's input folder -> where its bytes lie.
    ledger : str
        The ledger as it stood when the run was made.
    withheld : frozenset
        The rows that were withheld then.
    absent : tuple of str
        Sentences: what cannot be found; without it nothing can be made again.
    changed : tuple of str
        Sentences: code, lock, notebooks or Python that are no longer those of the run.
    """

    inputs: Mapping[str, Path]
    ledger: str
    withheld: Keys
    absent: tuple[str, ...]
    changed: tuple[str, ...]


def find_sources(
    record: Mapping[str, Any], side: Mapping[str, Any], root: Path, data: Sequence[Path] = ()
) -> Sources:
    """Look for everything a finished run was made from.

    Parameters
    ----------
    record : mapping
        The run's ``run.json``.
    side : mapping
        Its side record, where files were; it may be empty.
    root : Path
        The project.
    data : sequence of Path
        Files of answers, as in :func:`kbnn_analysis.runs.found_files.find_inputs`.
    """
    inputs, absent = find_inputs(record, side, root, data)
    ledger, told_ledger = _ledger(record, root)
    withheld, told_withheld = _withheld(record, side, root)
    return Sources(
        inputs=inputs,
        ledger=ledger,
        withheld=withheld,
        absent=(*absent, *told_ledger, *told_withheld),
        changed=tuple(_changed(record, str(side.get("commit") or ""), root)),
    )


def _ledger(record: Mapping[str, Any], root: Path) -> tuple[str, list[str]]:
    """Return the lines of the ledger up to the head that the run knew."""
    head, lines = record["identity"]["ledger_head"], ""
    if head == EMPTY:
        return "", []
    ledger = project_ledger(root)
    ledger.head()  # refuses a ledger that was changed
    text = ledger.path.read_text(encoding="utf-8") if ledger.path.exists() else ""
    for line in text.splitlines():
        lines += line + "\n"
        if hashlib.sha256(line.encode()).hexdigest() == head:
            return lines, []
    return "", [
        f"The ledger of releases here does not know the entry {head[:16]} with which the run was "
        f"made; work in the project that made the run, or restore its ledger."
    ]


def _withheld(
    record: Mapping[str, Any], side: Mapping[str, Any], root: Path
) -> tuple[Keys, list[str]]:
    then = frozenset(tuple(map(str, key)) for key in side.get("withheld") or ())
    for keys in (read_withheld(root), then, frozenset[tuple[str, ...]]()):
        if sha256_of_withheld(keys) == record["identity"]["withheld_sha256"]:
            return frozenset(keys), []
    return frozenset(), [
        "The rows that audits withheld when the run was made are not known here any more; "
        "run the period anew."
    ]


def _changed(record: Mapping[str, Any], commit: str, root: Path) -> list[str]:
    identity = record["identity"]
    way = f"`git checkout {commit.split()[0]}`" if commit else "check out the commit of the run"
    way += " (files differed from it)" if " " in commit else ""
    told = []
    if code_sha256() != identity["code_sha256"]:
        told.append(
            f"The code is not that of the run: kbnn-analysis {identity['version']} with SHA-256 "
            f"{identity['code_sha256'][:16]}, here {kbnn_analysis.__version__} with "
            f"{code_sha256()[:16]}; {way}."
        )
    for name, sha256 in (record.get("notebooks") or {}).items():
        path = root / "notebooks" / f"{name}.ipynb"
        if not path.is_file() or sha256_of(path) != sha256:
            told.append(f"notebooks/{name}.ipynb is not that of the run; {way}.")
    if record.get("lock_sha256", lock_sha256(root)) != lock_sha256(root):
        told.append(f"{LOCK} is not that of the run; {way}, then `make setup`.")
    return told + _environment(record, way)


def _environment(record: Mapping[str, Any], way: str) -> list[str]:
    python = ".".join(platform.python_version_tuple()[:2])
    recorded = record["identity"]["python"]
    if python != recorded:
        return [
            f"Python {recorded} made the run, this is {python}; "
            f"`make PYTHON=python{recorded} setup` and run `kbnn verify` there."
        ]
    before = record.get("environment") or record["identity"]["packages"]
    here = installed_packages()
    others = [
        f"{name} {version} (here {here.get(name, 'none')})"
        for name, version in before.items()
        if here.get(name) != version
    ]
    if not others:
        return []
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    return [f"Packages of the run: {', '.join(others[:5])}{more}; {way}, then `make setup`."]
