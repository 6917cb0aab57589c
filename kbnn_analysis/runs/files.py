"""Files that are either whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kbnn_analysis.errors import RunError


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: bytes | str) -> Path:
    """Write a file in one step: a reader sees the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        Where it goes; missing folders are made.
    content : bytes or str
        Text is written as UTF-8 with its line ends untouched.

    Returns
    -------
    Path
        The same path.
    """
    raw = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return path


@contextlib.contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """Give a new folder beside `target` that takes its place when the block ends well.

    If the block fails, the folder is removed and `target` is as it was.

    Parameters
    ----------
    target : Path
        The folder of finished results.

    Yields
    ------
    Path
        The empty folder to fill.
    """
    recover(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.draft-"))
    try:
        yield draft
        draft.chmod(0o755)
        swap(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def swap(draft: Path, target: Path) -> None:
    """Put `draft` in the place of `target`; what was there is removed only afterwards.

    Raises
    ------
    RunError
        If the new folder cannot take the place; the old one is then back.
    """
    old = _previous(target)
    try:
        if target.exists():
            target.replace(old)
        draft.replace(target)
    except OSError as problem:
        recover(target)
        raise RunError(
            f"Cannot replace {target}: {problem.strerror}; close what uses it and run again."
        ) from None
    shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Bring back the last good folder if an earlier run was killed between two renames."""
    old = _previous(target)
    if old.exists() and not target.exists():
        old.replace(target)
    elif old.exists():
        shutil.rmtree(old, ignore_errors=True)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")
