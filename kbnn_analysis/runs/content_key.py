"""From what a run and each of its notebooks are made: equal parts give equal results.

Nothing here imports numerical libraries: a run that is done is found to be so at once.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.periods import check_simulated
from kbnn_analysis.runs.environment import lock_sha256
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.forking import can_fork
from kbnn_analysis.runs.package_sources import code_sha256, imported_sha256
from kbnn_analysis.runs.params import OWN_FILES, SIMULATED, Params, Settings, is_path
from kbnn_analysis.runs.placing import find_data, find_file
from kbnn_analysis.runs.plan import Step
from kbnn_analysis.runs.source import settings_of
from kbnn_analysis.runs.workspace import HOME

ENGINE = "1"  # raise it when the same cells would come out otherwise
_FILES = ("data", *OWN_FILES)  # parameters that may name a file
_PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib", "seaborn", "ipykernel")

Parts = Mapping[str, str]


def key_of(parts: Parts) -> str:
    """Return one SHA-256 for all parts.

    Parameters
    ----------
    parts : mapping
        What it is called -> its SHA-256, or the thing itself where it is short.

    Examples
    --------
    >>> key_of({"a": "1", "b": "2"}) == key_of({"b": "2", "a": "1"})
    True
    """
    return _sha256(dict(parts))


def shared_parts(params: Params, root: Path, look_in: Sequence[Path]) -> dict[str, str]:
    """Return what counts for a run and for each of its notebooks.

    Parameters
    ----------
    params : Params
        What is asked.
    root : Path
        The project.
    look_in : sequence of Path
        Folders in which files are looked for.

    Raises
    ------
    UsageError
        If a file is not there or cannot be read.
    """
    return {
        "data": _data(params, look_in),
        "own files": _own_files(params, look_in),
        **_earlier(params, look_in),
        "environment": _environment(root),
        "engine": f"{'forked' if can_fork() else 'kernel'} {ENGINE}",
        "what was released and withheld": _released(root),
    }


def run_parts(params: Params, steps: Sequence[Step], shared: Parts) -> dict[str, str]:
    """Return everything from which a folder of results is made.

    Parameters
    ----------
    params : Params
        What is asked.
    steps : sequence of Step
        Its plan.
    shared : mapping
        From :func:`shared_parts`.
    """
    told = _without_folders(params.model_dump(mode="json"))
    notebooks = {f"notebook {step.notebook.name}": step.notebook.sha256 for step in steps}
    return {**shared, "parameters": _sha256(told), "code": code_sha256(), **notebooks}


def step_parts(step: Step, shared: Parts, earlier: Sequence[str]) -> dict[str, str]:
    """Return everything from which the outputs of one notebook are made.

    Its sentences do not count: they are put beside the outputs afterwards. The run's identity,
    which it shows, does not either: it is put in anew.

    Parameters
    ----------
    step : Step
        The notebook, the language and the values.
    shared : mapping
        From :func:`shared_parts`.
    earlier : sequence of str
        Keys of the steps whose results it may take.
    """
    told = _without_folders({**step.parameters, "language": step.language})
    cells = [
        (cell["source"], cell["metadata"].get("tags", []))
        for cell in step.notebook.content["cells"]
        if cell.get("cell_type") == "code"
    ]
    return {
        **shared,
        "code cells": _sha256(cells),
        "parameters": _sha256(told),
        "imported modules": _imported(step.notebook.code),
        "results it takes": _sha256(list(earlier)),
    }


def differences(parts: Parts, before: Parts) -> list[str]:
    """Return what of the parts is not as it was.

    Parameters
    ----------
    parts, before : mapping
        As they are, and as they were.

    Examples
    --------
    >>> differences({"data": "1", "code": "2"}, {"data": "1", "code": "0"})
    ['code']
    """
    return [name for name in sorted({*parts, *before}) if parts.get(name) != before.get(name)]


def _data(settings: Settings, look_in: Sequence[Path]) -> str:
    """Return the SHA-256 of the answers; of what they are drawn from, where they are simulated."""
    if settings.data == SIMULATED:
        check_simulated(settings.period)
        return _sha256([settings.period, settings.simulate.model_dump()])
    return _read_sha256(find_data(settings, look_in))


def _own_files(settings: Settings, look_in: Sequence[Path]) -> str:
    return _sha256(
        {
            name: _read_sha256(find_file(name, given, look_in))
            for name in OWN_FILES
            if is_path(given := getattr(settings, name))
        }
    )


def _earlier(settings: Settings, look_in: Sequence[Path]) -> dict[str, str]:
    """Return the SHA-256 of what earlier periods are made from, where there are any."""
    each = [settings_of(settings, earlier) for earlier in settings.earlier]
    made = [[_data(own, look_in), _own_files(own, look_in)] for own in each]
    return {"earlier periods": _sha256(made)} if made else {}


def _without_folders(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters in which files stand without their folders: their bytes count apart."""
    named = {name: Path(told[name]).name for name in _FILES if told.get(name)}
    earlier = [_without_folders(each) for each in told.get("earlier", ())]
    return {**told, **named, **({"earlier": earlier} if earlier else {})}


@functools.lru_cache(maxsize=256)
def _imported(code: str) -> str:
    return imported_sha256(code)


def _environment(root: Path) -> str:
    versions = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return _sha256([lock_sha256(root), platform.python_version_tuple()[:2], versions])


def _released(root: Path) -> str:
    """Return the SHA-256 of the ledger of releases, whose last line is its head, and the rest."""
    ledger = root / HOME / "ledger" / "ledger.jsonl"
    withheld = sorted((root / HOME / "withheld").glob("*.json"))
    return _sha256([_read_sha256(path) for path in (ledger, *withheld) if path.is_file()])


def _read_sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as problem:
        raise UsageError(
            f"{path.name} cannot be read ({problem.strerror}); see to it and run again."
        ) from None


def _sha256(told: Any) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
