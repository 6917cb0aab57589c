"""What executed notebooks left, by the key of what they were made from.

It lies in the project's own store, never in results: results of notebooks are not disclosed yet.
An entry is whole or not there, and is believed only while its sums agree.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.runs.files import draft_folder, sha256_of
from kbnn_analysis.runs.tasks import EXECUTED
from kbnn_analysis.runs.workspace import HOME

_ENTRY = "entry.json"
_ROOMS = ("store", "shown", "exhibits")
KEPT_DAYS = 30


@dataclass(frozen=True)
class Entry:
    """An executed notebook and the results that it made.

    Parameters
    ----------
    folder : Path
        Where they lie.
    seconds : float
        What it took.
    """

    folder: Path
    seconds: float


class StepCache:
    """The entries of a project.

    Parameters
    ----------
    root : Path
        The project.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / HOME / "cache"

    def find(self, key: str) -> Entry | None:
        """Return the entry of a key, if it is there and undamaged; a damaged one is removed.

        Parameters
        ----------
        key : str
            From what the notebook is made.
        """
        folder = self.folder / key
        try:
            told = json.loads((folder / _ENTRY).read_text(encoding="utf-8"))
            if _sums(folder) == told["files"]:
                os.utime(folder)
                return Entry(folder, float(told["seconds"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        shutil.rmtree(folder, ignore_errors=True)
        return None

    def keep(self, key: str, made: Path, *, seconds: float, parts: Mapping[str, str]) -> Entry:
        """Keep what a notebook made.

        Parameters
        ----------
        key : str
            From what it was made.
        made : Path
            The working folder of the step; its files are taken from there.
        seconds : float
            What it took.
        parts : mapping
            From what it was made, in parts, to be told apart later.
        """
        with draft_folder(self.folder / key) as draft:
            for name in (EXECUTED, *_ROOMS):
                if (made / name).exists():
                    (made / name).replace(draft / name)
            told = {"files": _sums(draft), "seconds": seconds, "parts": dict(parts)}
            (draft / _ENTRY).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        return Entry(self.folder / key, seconds)

    def prune(self) -> None:
        """Remove what no run used for a month."""
        oldest = time.time() - KEPT_DAYS * 86_400
        for folder in self.folder.glob("*"):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def link_tree(source: Path, target: Path) -> None:
    """Put a tree of files at another place without copying them, where the system can.

    Parameters
    ----------
    source : Path
        The tree; nobody may write into its files.
    target : Path
        Where it goes.
    """
    if source.exists():
        shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def link_results(entry: Path, target: Path) -> None:
    """Put results of an entry into a store; one of the same name gives way.

    Parameters
    ----------
    entry, target : Path
        A folder of results, and a store's.
    """
    for folder in sorted(entry.glob("*")):
        shutil.rmtree(target / folder.name, ignore_errors=True)
        link_tree(folder, target / folder.name)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _ENTRY
    }
