"""The folders of a run: where its input, its results and its exhibits lie while it works."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.locks import held, is_held

RUN_FOLDER = "KBNN_RUN_FOLDER"  # tells a kernel which run it works for
HOME = ".kbnn"
_LOCK = "in-use.lock"
RECORD = "run.json"  # in a folder of results: what made it


@dataclass(frozen=True)
class Workspace:
    """The working folder of a run; nothing in it is shared as it is.

    Parameters
    ----------
    folder : Path
        The folder itself, absolute.
    root : Path
        The project: the folder that holds ``notebooks/``.
    """

    folder: Path
    root: Path

    @property
    def input(self) -> Path:
        """Return where the data file and one's own codebook are found."""
        return self.folder / "input"

    @property
    def store(self) -> Path:
        """Return where results are kept for later notebooks."""
        return self.folder / "store"

    @property
    def exhibits(self) -> Path:
        """Return where tables and figures are written: disclosed results only."""
        return self.folder / "exhibits"

    @property
    def shown(self) -> Path:
        """Return where the disclosed results that tables show are kept, for the workbook."""
        return self.folder / "shown"

    @property
    def notebooks(self) -> Path:
        """Return the folder of the project's notebooks."""
        return self.root / "notebooks"


def find_root(*starts: Path) -> Path:
    """Return the nearest folder at or above one of the starts that holds ``notebooks/``.

    Raises
    ------
    UsageError
        If there is none.
    """
    for start in starts:
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / "notebooks").is_dir() and folder.name != HOME:
                return folder
    raise UsageError(
        "There is no notebooks/ folder here or above; run this inside the project's folder."
    )


def current_workspace(key: Callable[[Path], str]) -> Workspace:
    """Return the workspace of the run that started this kernel, or one's own for these settings.

    Parameters
    ----------
    key : callable
        Given the project's folder, names the folder for work outside `kbnn run`: equal settings
        share it.

    Raises
    ------
    UsageError
        If no project is found above the current folder.
    """
    told = os.environ.get(RUN_FOLDER)
    if told:
        folder = Path(told)
        return Workspace(folder, Path((folder / "root").read_text(encoding="utf-8")))
    root = find_root(Path.cwd())
    return Workspace(root / HOME / "sessions" / key(root), root)


@contextlib.contextmanager
def workspace_for(root: Path, name: str) -> Iterator[Workspace]:
    """Give an empty workspace for one run, and remove it when the context ends.

    Those of runs that were killed go too.
    """
    home = root / HOME / "runs"
    home.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(home)
    folder = Path(tempfile.mkdtemp(dir=home, prefix=f"{name}-"))
    (folder / "root").write_text(str(root), encoding="utf-8")
    try:
        with held(folder / _LOCK, busy=f"{folder} is in use."):
            yield Workspace(folder, root)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(home: Path) -> None:
    for lock in home.glob(f"*/{_LOCK}"):
        if not is_held(lock):
            shutil.rmtree(lock.parent, ignore_errors=True)
