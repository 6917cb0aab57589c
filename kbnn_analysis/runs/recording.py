"""What a run says of itself: its record, its crate, and apart from them what differs each time."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kbnn_analysis.runs.crate import CRATE, crate_text
from kbnn_analysis.runs.environment import commit_of, installed_packages, lock_sha256
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.provenance import Identity
from kbnn_analysis.runs.records import SIDE_RECORD, files_of
from kbnn_analysis.runs.release_home import read_withheld
from kbnn_analysis.runs.workspace import RECORD, Workspace


def write_record(
    draft: Path,
    params: Params,
    identity: Identity,
    notebooks: Mapping[str, str],
    headline: Mapping[str, Any],
    root: Path,
) -> None:
    """Write ``run.json`` and, about all of the folder, the metadata of the RO-Crate.

    Parameters
    ----------
    draft : Path
        The folder of results; everything else is in it.
    params : Params
        What was asked, after its input was put in place.
    identity : Identity
        What the run was made from.
    notebooks : mapping
        Name of each notebook -> SHA-256 of its file.
    headline : mapping
        Headline figures as text, by language.
    root : Path
        The project, for its lock.
    """
    files = files_of(draft)
    told = {
        "key": identity.key,
        "identity": identity.as_dict(),
        "parameters": params.model_dump(mode="json"),
        "notebooks": dict(notebooks),
        "environment": installed_packages(),
        "lock_sha256": lock_sha256(root),
        "headline": headline,
        "files": files,
    }
    write_whole(draft / RECORD, _json(told))
    write_whole(draft / CRATE, crate_text(draft, [*files, RECORD], told))


def write_side_record(
    draft: Path, seconds: Mapping[str, float], workspace: Workspace, parts: Mapping[str, str]
) -> None:
    """Write times, host and paths apart: they differ between equal runs and never leave.

    Parameters
    ----------
    draft : Path
        The folder of results.
    seconds : mapping
        Label of each step -> seconds that it took.
    workspace : Workspace
        Where the run works.
    parts : mapping
        SHA-256 of everything from which the folder is made.
    """
    told = {
        "made_from": dict(parts),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": platform.node(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "project": str(workspace.root),
        "commit": commit_of(workspace.root),
        "inputs": {
            path.relative_to(workspace.input).as_posix(): str(path.resolve())
            for path in sorted(workspace.input.rglob("*"))
            if path.is_file()
        },
        "withheld": sorted(read_withheld(workspace.root)),
        "seconds": {label: round(each, 2) for label, each in seconds.items()},
    }
    write_whole(draft / SIDE_RECORD, _json(told))


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
