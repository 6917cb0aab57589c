"""What a finished run says of itself, read again; nothing heavy is imported for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.crate import CRATE
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.workspace import RECORD

SIDE_RECORD = "run.local.json"


def files_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a run, by its name in the folder.

    The record, the crate and what is told apart are no part of them.
    """
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).as_posix() not in {RECORD, CRATE, SIDE_RECORD}
    }


def read_record(folder: Path) -> dict[str, Any]:
    """Return what a finished run says of itself.

    Raises
    ------
    UsageError
        If the folder holds no finished run.
    """
    told = _read(folder / RECORD)
    if {"identity", "parameters", "files", "key"} <= set(told):
        return told
    raise UsageError(f"{folder} holds no finished run; make one with `kbnn run`.")


def read_side_record(folder: Path) -> dict[str, Any]:
    """Return what was told apart; nothing where the folder came without it."""
    return _read(folder / SIDE_RECORD)


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
