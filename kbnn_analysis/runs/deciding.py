"""Which runs are to be made, which are done, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kbnn_analysis.runs.checking import check_names, check_target
from kbnn_analysis.runs.content_key import (
    Parts,
    differences,
    key_of,
    run_parts,
    shared_parts,
    step_parts,
)
from kbnn_analysis.runs.files import recover, sha256_of
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import Step, make_plan, needs_of
from kbnn_analysis.runs.records import read_record, read_side_record
from kbnn_analysis.runs.step_cache import StepCache
from kbnn_analysis.runs.workspace import RECORD


@dataclass(frozen=True)
class Planned:
    """A run, its notebooks, and why it is or is not to be made.

    Parameters
    ----------
    params : Params
        What is asked.
    target : Path
        Its folder of results.
    steps : tuple of Step
        Its notebooks in every language.
    needs : tuple of tuple of int
        For each step the earlier ones whose results it may take.
    parts : mapping
        From what the folder of results is made.
    step_parts : tuple of mapping
        From what the outputs of each step are made.
    todo : bool
        Whether it is to be made.
    why : str
        The reason.
    before : mapping
        For each step's label, from what its outputs were made the last time.
    """

    params: Params
    target: Path
    steps: tuple[Step, ...]
    needs: tuple[tuple[int, ...], ...]
    parts: Parts
    step_parts: tuple[Parts, ...]
    todo: bool
    why: str
    before: Mapping[str, Parts] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return what people call it."""
        return self.params.folder

    def why_step(self, number: int, cache: StepCache, *, force: bool) -> tuple[bool, str]:
        """Return whether a step is to be executed, and why.

        Parameters
        ----------
        number : int
            Its place in the plan.
        cache : StepCache
            The outputs that were kept.
        force : bool
            Whether everything is to be executed.
        """
        label, parts = self.steps[number].label, self.step_parts[number]
        if force:
            return True, "--force"
        if cache.find(key_of(parts)) is not None:
            return False, "its outputs were kept"
        if label not in self.before:
            return True, "it was not executed yet"
        changed = differences(parts, self.before[label])
        return True, f"changed: {', '.join(changed)}" if changed else "its outputs were not kept"


def plan_run(
    params: Params, *, output: Path, root: Path, look_in: Sequence[Path], force: bool
) -> Planned:
    """Plan a run and decide whether it is to be made.

    Parameters
    ----------
    params : Params
        What is asked.
    output : Path
        The folder of folders of results.
    root : Path
        The project.
    look_in : sequence of Path
        Folders in which files are looked for.
    force : bool
        Whether what is done is to be done again.

    Raises
    ------
    UsageError
        If notebooks and parameters do not fit, a name is unknown, a file is missing, or the folder
        is not ours.
    """
    target = check_target(output / params.folder)
    steps = make_plan(params, root / "notebooks")
    needs = needs_of(steps)
    shared = shared_parts(params, root, look_in)
    recover(target)
    side = read_side_record(target).get("made_from") or {}
    parts = run_parts(params, steps, shared)
    todo, why = _decide(target, parts, side.get("run") or {}, force=force)
    if todo:
        check_names(params, look_in)
    each = _step_parts(steps, needs, shared) if todo else ()
    before = side.get("steps") or {}
    return Planned(params, target, steps, needs, parts, each, todo, why, before)


def _step_parts(
    steps: Sequence[Step], needs: Sequence[Sequence[int]], shared: Parts
) -> tuple[Parts, ...]:
    found: list[Parts] = []
    for step, earlier in zip(steps, needs, strict=True):
        found.append(step_parts(step, shared, [key_of(found[each]) for each in earlier]))
    return tuple(found)


def _decide(target: Path, parts: Parts, before: Parts, *, force: bool) -> tuple[bool, str]:
    if force:
        return True, "--force"
    if not (target / RECORD).is_file():
        return True, "it was not made yet"
    changed = differences(parts, before)
    if changed:
        told = ", ".join(changed) if before else "nobody knows from what it was made"
        return True, f"changed: {told}" if before else told
    damaged = [
        name
        for name, sha256 in read_record(target)["files"].items()
        if not (target / name).is_file() or sha256_of(target / name) != sha256
    ]
    if damaged:
        return True, f"damaged or missing: {', '.join(damaged[:3])}"
    return False, "nothing changed"
