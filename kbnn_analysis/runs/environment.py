"""The environment of a run: the packages it stands on, the lock they came from, the commit."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
from functools import cache
from pathlib import Path

from kbnn_analysis.runs.files import sha256_of

PACKAGE = "kbnn-analysis"
LOCK = "requirements.lock"


@cache
def installed_packages(name: str = PACKAGE) -> dict[str, str]:
    """Return the versions of all packages that a package needs, and that theirs need.

    What lies in the environment besides, such as pip or a linter, moves no number.

    Parameters
    ----------
    name : str
        The package to begin with; it is not in the answer.

    Examples
    --------
    >>> {"numpy", "pandas", "python-dateutil"} <= set(installed_packages())
    True
    """
    from packaging.requirements import Requirement

    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(name, frozenset({""}))]
    while todo:
        asked = todo.pop()
        if asked in seen:
            continue
        seen.add(asked)
        try:
            package = importlib.metadata.distribution(asked[0])
        except importlib.metadata.PackageNotFoundError:
            continue
        found[asked[0]] = package.version
        for need in map(Requirement, package.requires or ()):
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in asked[1]):
                todo.append((_plain(need.name), frozenset({"", *need.extras})))
    return {each: found[each] for each in sorted(found) if each != name}


def lock_sha256(root: Path) -> str:
    """Return the SHA-256 of the project's lock; empty where it has none."""
    path = root / LOCK
    return sha256_of(path) if path.is_file() else ""


def commit_of(root: Path) -> str:
    """Return the commit of the project's checkout, marked where files differ; empty without git.

    It is told to people and is no part of a run: the same sources without their history are the
    same code.
    """
    try:
        told = [
            subprocess.run(
                ["git", "-C", str(root), *words],
                capture_output=True, text=True, check=True, timeout=20,
            ).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        ]  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{told[0]} (with changes)" if told[1] else told[0]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
