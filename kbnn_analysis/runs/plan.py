"""What will be executed, checked as a whole before the first kernel starts."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.language import Language
from kbnn_analysis.runs.notebooks import Notebook, read_notebook
from kbnn_analysis.runs.params import Params


@dataclass(frozen=True)
class Step:
    """One execution: a notebook in a language with the values that it is given."""

    notebook: Notebook
    language: Language
    parameters: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Return what people call it: the notebook's name and the language."""
        return f"{self.notebook.name} ({self.language})"


def make_plan(params: Params, folder: Path) -> tuple[Step, ...]:
    """Return all executions in order, once everything fits together.

    Every name in every parameters cell must be a parameter of the run, its value must be of the
    annotated type, and a result must be saved before another notebook loads it.

    Parameters
    ----------
    params : Params
        What is asked.
    folder : Path
        The folder of notebooks.

    Returns
    -------
    tuple of Step
        Language by language, each in the order of `params.notebooks`.

    Raises
    ------
    UsageError
        With all that does not fit.
    """
    notebooks = [read_notebook(folder / f"{name}.ipynb") for name in params.notebooks]
    values = params.as_parameters(params.languages[0])
    problems = [problem for each in notebooks for problem in _misfits(each, values)]
    problems += _missing_results(notebooks)
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        raise UsageError(f"The notebooks and the parameters do not fit:{lines}")
    return tuple(
        Step(notebook, language, _given(notebook, params.as_parameters(language)))
        for language in params.languages
        for notebook in notebooks
    )


def _misfits(notebook: Notebook, values: Mapping[str, Any]) -> list[str]:
    told = []
    for name, annotation in notebook.parameters.items():
        if name not in values:
            likely = nearest(name, values, most=1)
            hint = f"; did you mean `{likely[0]}`?" if likely else "."
            told.append(f"{notebook.name}: there is no parameter `{name}`{hint}")
            continue
        try:
            TypeAdapter(annotation).validate_python(values[name], strict=True)
        except ValidationError:
            kind = annotation.__name__ if isinstance(annotation, type) else str(annotation)
            told.append(f"{notebook.name}: `{name}` takes {kind}; got {values[name]!r}.")
    return told


def _missing_results(notebooks: Sequence[Notebook]) -> list[str]:
    made: set[str] = set()
    told = []
    for notebook in notebooks:
        told += [
            f"{notebook.name} loads {name!r}, which no notebook before it saves."
            for name in notebook.loads
            if not any(alike(name, other) for other in made | set(notebook.saves))
        ]
        made |= set(notebook.saves)
    return told


def alike(name: str, other: str) -> bool:
    """Tell whether two names may be the same, where ``*`` in either stands for anything.

    Examples
    --------
    >>> alike("levels-*", "levels-likert-5"), alike("levels-*", "drivers")
    (True, False)
    """
    return fnmatch.fnmatchcase(name, other) or fnmatch.fnmatchcase(other, name)


def _given(notebook: Notebook, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in notebook.parameters}


def needs_of(steps: Sequence[Step]) -> tuple[tuple[int, ...], ...]:
    """Return for each step the earlier ones whose results it may take, near and far.

    A notebook needs those before it, in its language, that save what it loads or asks for; in a
    second language also itself in the first one, so that what is expensive is computed once.

    Parameters
    ----------
    steps : sequence of Step
        A plan.

    Returns
    -------
    tuple of tuple of int
        Places in the plan, in ascending order.
    """
    needs: list[set[int]] = []
    for place, step in enumerate(steps):
        direct = [other for other in range(place) if _feeds(steps[other], step)]
        needs.append(set(direct).union(*(needs[other] for other in direct)))
    return tuple(tuple(sorted(each)) for each in needs)


def _feeds(earlier: Step, step: Step) -> bool:
    if earlier.language != step.language:
        return earlier.notebook.name == step.notebook.name
    wanted = (*step.notebook.loads, *step.notebook.asks)
    return step.notebook.asks_freely or any(
        alike(name, saved) for name in wanted for saved in earlier.notebook.saves
    )
