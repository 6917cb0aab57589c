"""The files that a run reads: found, or drawn, and put into its input folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.archived import ARCHIVED, find_archived_file
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.params import OWN_FILES, SIMULATED, EarlierParams, Settings, is_path
from kbnn_analysis.runs.source import (
    data_path,
    earlier_folder,
    load_run_context,
    load_run_outline,
    settings_of,
)

AnySettings = TypeVar("AnySettings", bound=Settings)


def place_input(settings: AnySettings, folder: Path, look_in: Sequence[Path]) -> AnySettings:
    """Put the files that a run reads into its input folder, and name them without their path.

    What runs later sees file names only, so that nothing of the machine enters a notebook.

    Parameters
    ----------
    settings : Settings or Params
        What was asked.
    folder : Path
        The input folder, made if need be.
    look_in : sequence of Path
        Folders in which a relative path is looked for, in order.

    Returns
    -------
    Settings or Params
        The same, with bare file names for files.

    Raises
    ------
    UsageError
        If a file is not there.
    """
    _refuse_namesakes(settings)
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    if settings.data == SIMULATED:
        _simulate(settings, folder)
    else:
        path = find_data(settings, look_in)
        found["data"] = _place(path.name if _archived(settings) else settings.data, path, folder)
    for name in OWN_FILES:
        given = getattr(settings, name)
        if is_path(given):
            found[name] = _place(given, find_file(name, given, look_in), folder)
    if settings.earlier:
        found["earlier"] = tuple(
            _place_earlier(settings, each, folder, look_in) for each in settings.earlier
        )
    placed = settings.model_copy(update=found)
    load_run_outline(placed, folder)  # tells at once what does not fit
    load_run_context(placed, folder)
    return placed


def _refuse_namesakes(settings: Settings) -> None:
    """Refuse files of one name for two parameters: in the input folder one would be the other."""
    named: dict[str, str] = {}
    for parameter in ("data", *OWN_FILES):
        given = getattr(settings, parameter)
        if not is_path(given):
            continue
        name = Path(given).name
        if name in named:
            raise UsageError(
                f"`{named[name]}` and `{parameter}` are both called {name}; rename one of them."
            )
        named[name] = parameter


def find_data(settings: Settings, look_in: Sequence[Path]) -> Path:
    """Return the file of answers that a run names, or its period's file in the archive.

    Raises
    ------
    UsageError
        If there is none.
    """
    if _archived(settings):
        return find_archived_file(settings.period, look_in)
    return find_file("data", settings.data, look_in)


def _place_earlier(
    settings: Settings, earlier: EarlierParams, folder: Path, look_in: Sequence[Path]
) -> EarlierParams:
    own = earlier_folder(folder, earlier.period)
    placed = place_input(settings_of(settings, earlier), own, (own, *look_in))
    return earlier.model_copy(
        update={
            "data": placed.data,
            "codebook": earlier.codebook and placed.codebook,
            "unit_vintage": earlier.unit_vintage and placed.unit_vintage,
        }
    )


def find_file(name: str, given: str, look_in: Sequence[Path]) -> Path:
    """Return the file that a parameter names.

    Raises
    ------
    UsageError
        If it is in none of the folders, or is no file.
    """
    for folder in look_in:
        path = folder / Path(given).expanduser()
        if path.is_file():
            return path.resolve()
        if path.exists():
            raise UsageError(f"`{name}`: {given} is not a file; give the file itself.")
    raise UsageError(f"`{name}`: there is no file {given}; check the path.")


def _archived(settings: Settings) -> bool:
    return settings.data == ARCHIVED


def _place(given: str, path: Path, folder: Path) -> str:
    """Put a file into the folder under the name that was given, which a link may have made."""
    target = folder / Path(given).name
    if target.exists() and target.samefile(path):
        return target.name
    target.unlink(missing_ok=True)
    try:
        target.symlink_to(path)
    except OSError:  # no links on this system: Windows without the right
        shutil.copy2(path, target)
    return target.name


def _simulate(settings: Settings, folder: Path) -> None:
    from kbnn_analysis.inference.simulation import simulate_period

    path = data_path(settings, folder)
    if not path.exists():
        asked = settings.simulate
        drawn = simulate_period(settings.period, seed=asked.seed, scale=asked.scale)
        write_whole(path, drawn.to_csv())
