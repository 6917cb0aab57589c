"""Are the files of a finished run still those that it left? Sums only; nothing is executed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.crate import CRATE
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.records import SIDE_RECORD, read_record
from kbnn_analysis.runs.scanning import Finding
from kbnn_analysis.runs.workspace import RECORD


def check_sums(folder: Path) -> list[Finding]:
    """Return what is no longer as the run left it, file by file.

    The sums come from the crate's metadata, and those from the record: whoever changes a file must
    change both, and then the bundle's sums in the ledger of releases.

    Parameters
    ----------
    folder : Path
        The folder of a finished run.

    Raises
    ------
    UsageError
        If the folder holds no finished run, or no crate.
    """
    record, sums = read_record(folder), crate_sums(folder)
    findings = [] if sums == _recorded(record, sums) else [Finding(CRATE, f"and {RECORD} disagree")]
    if record["key"] != _key(record["identity"]):
        findings.append(Finding(RECORD, "its key is not that of its identity"))
    here = names_of(folder) - {CRATE}
    for name in sorted(here | set(sums)):
        if name not in sums:
            findings.append(Finding(name, "was not made by this run"))
        elif name not in here:
            findings.append(Finding(name, "is missing"))
        elif (folder / name).is_symlink():
            findings.append(Finding(name, "is a link, not a file"))
        elif sha256_of(folder / name) != sums[name]:
            findings.append(Finding(name, "was changed after the run"))
    return findings


def crate_sums(folder: Path) -> dict[str, str]:
    """Return name -> SHA-256 of the files that a crate lists.

    Raises
    ------
    UsageError
        If there is no crate.
    """
    try:
        graph = json.loads((folder / CRATE).read_text(encoding="utf-8"))["@graph"]
        return {
            str(entity["@id"]): str(entity["sha256"])
            for entity in graph
            if entity.get("@type") == "File"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{folder} has no readable {CRATE}; run the period again with `kbnn run`."
        ) from None


def names_of(folder: Path) -> set[str]:
    """Return the names of everything that lies in a run's folder, but for what is told apart."""
    names = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    return names - {SIDE_RECORD}


def _recorded(record: Mapping[str, Any], sums: Mapping[str, str]) -> dict[str, str]:
    return {**record["files"], RECORD: sums.get(RECORD, "")}


def _key(identity: Mapping[str, Any]) -> str:
    text = json.dumps(identity, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
