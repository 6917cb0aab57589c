"""One run in the making: its working folder, its lock, and its tasks."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.apart import Limits, call_apart
from kbnn_analysis.runs.content_key import key_of
from kbnn_analysis.runs.deciding import Planned
from kbnn_analysis.runs.executing import call_far, call_of
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.locks import held
from kbnn_analysis.runs.step_cache import Entry, StepCache, link_results
from kbnn_analysis.runs.tasks import FAILED, NOTEBOOKS, write_order
from kbnn_analysis.runs.workspace import HOME, Workspace, workspace_for


@dataclass(frozen=True)
class Means:
    """What the runs of a batch share.

    Parameters
    ----------
    root : Path
        The project.
    look_in : sequence of Path
        Folders in which files are looked for.
    limits : Limits
        Of each notebook.
    force : bool
        Whether kept outputs are left alone.
    far : Executor, optional
        Carries out notebooks elsewhere.
    here : context manager
        Held by each process of this machine while others do the notebooks: they may be many more
        than this one can stand.
    stop : Event
        Once set, everything is stopped.
    note : callable
        Is told sentences worth telling.
    """

    root: Path
    look_in: Sequence[Path]
    limits: Limits
    force: bool
    far: Executor | None
    here: AbstractContextManager[Any]
    stop: threading.Event
    note: Callable[[str], None]


class Making:
    """A run in the making.

    Parameters
    ----------
    planned : Planned
        The run.
    means : Means
        What it works with.
    """

    def __init__(self, planned: Planned, means: Means) -> None:
        self.planned = planned
        self._means = means
        self._cache = StepCache(means.root)
        self._open = contextlib.ExitStack()
        self._entries: dict[int, Entry] = {}
        self._placed: dict[str, Any] = {}
        self._workspace: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """Return the working folder; the lock is held while there is one."""
        assert self._workspace is not None
        return self._workspace

    def prepare(self) -> None:
        """Lock the results, lay out the working folder, validate the data."""
        self._open.enter_context(self._lock())
        self._remove_drafts()
        name = self.planned.params.folder
        self._workspace = self._open.enter_context(workspace_for(self._means.root, name))
        self._copy_notebooks()
        write_order(
            self.workspace.folder,
            root=str(self._means.root),
            look_in=[str(each) for each in self._means.look_in],
            params=self.planned.params.model_dump(mode="json"),
        )
        self._placed = self._call("prepare", self.workspace.folder, "The data")["params"]

    def execute(self, number: int) -> None:
        """Execute one notebook, unless what it left before is still there.

        Parameters
        ----------
        number : int
            Its place in the plan.
        """
        parts = self.planned.step_parts[number]
        kept = None if self._means.force else self._cache.find(key_of(parts))
        self._entries[number] = kept or self._execute(number)

    def finish(self) -> None:
        """Put the folder of results in place."""
        entries = [self._entries[number] for number in range(len(self.planned.steps))]
        labels = [step.label for step in self.planned.steps]
        steps = {
            label: dict(each) for label, each in zip(labels, self.planned.step_parts, strict=True)
        }
        write_order(
            self.workspace.folder,
            root=str(self._means.root),
            params=self._placed,
            target=str(self.planned.target.resolve()),
            entries=[(str(each.folder), each.seconds) for each in entries],
            parts={"run": dict(self.planned.parts), "steps": steps},
        )
        self._call("finish", self.workspace.folder, "The report")

    def close(self) -> None:
        """Remove the working folder and let the lock go."""
        self._open.close()

    def _execute(self, number: int) -> Entry:
        step, parts = self.planned.steps[number], self.planned.step_parts[number]
        folder = self.workspace.folder / "steps" / f"{step.notebook.name}.{step.language}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _place_input(self.workspace.input, folder / "input")
        shutil.copy2(self.workspace.folder / "identity.json", folder)
        for earlier in self.planned.needs[number]:
            link_results(self._entries[earlier].folder / "store", folder / "store")
        write_order(
            folder,
            root=str(self._means.root),
            notebook=step.notebook.name,
            content=dict(step.notebook.content),
            language=step.language,
            parameters=self._given(number),
            seconds=self._means.limits.seconds,
        )
        try:
            told = self._call("execute_step", folder, step.label, far=self._means.far)
            if told["remark"]:
                self._means.note(f"{step.label} ran in an ordinary kernel: {told['remark']}.")
            return self._cache.keep(key_of(parts), folder, seconds=told["seconds"], parts=parts)
        finally:
            self._keep_failed(folder / FAILED)
            shutil.rmtree(folder, ignore_errors=True)

    def _given(self, number: int) -> dict[str, Any]:
        """Return the values of a step, with files named as they were put in place."""
        given = dict(self.planned.steps[number].parameters)
        return {name: self._placed.get(name, value) for name, value in given.items()}

    def _call(
        self, task: str, folder: Path, label: str, far: Executor | None = None
    ) -> dict[str, Any]:
        call = call_of(task, folder, label, self.planned.params.period)
        limits, stop = self._means.limits, self._means.stop
        if far is not None:
            return call_far(far, call, limits, self._means.root, stop)
        if task != "execute_step":  # the limit of time is that of notebooks
            limits = replace(limits, seconds=max(limits.seconds, Limits.seconds))
        with self._means.here:
            return call_apart(call, limits, stop)

    def _lock(self) -> AbstractContextManager[None]:
        target = self.planned.target.resolve()
        short = hashlib.sha256(str(target).encode()).hexdigest()[:12]
        return held(
            self._means.root / HOME / "locks" / f"{target.name}-{short}",
            busy=f"Another run is making {self.planned.target}; wait until it has ended.",
        )

    def _remove_drafts(self) -> None:
        """Remove what a killed run left beside the results."""
        target = self.planned.target
        for draft in target.parent.glob(f".{target.name}.draft-*"):
            shutil.rmtree(draft, ignore_errors=True)

    def _copy_notebooks(self) -> None:
        for step in self.planned.steps:
            copy = self.workspace.folder / NOTEBOOKS / step.notebook.path.name
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(step.notebook.path, copy)
            if sha256_of(copy) != step.notebook.sha256:
                raise UsageError(f"{copy.name} was changed just now; run again.")

    def _keep_failed(self, folder: Path) -> None:
        for path in folder.glob("*"):
            kept = self._means.root / HOME / FAILED
            kept.mkdir(exist_ok=True)
            shutil.copy2(path, kept)


def _place_input(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source, target_is_directory=True)
    except OSError:  # no links on this system: Windows without the right
        shutil.copytree(source, target)
