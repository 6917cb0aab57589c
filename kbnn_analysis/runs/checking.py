"""Would this run? Everything that is checked before the first kernel starts."""

from __future__ import annotations

import errno
import functools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kbnn_analysis.errors import UsageError, check_one_of, nearest
from kbnn_analysis.runs.params import SIMULATED, Params, Settings, is_path
from kbnn_analysis.runs.placing import find_file, place_input
from kbnn_analysis.runs.plan import make_plan
from kbnn_analysis.runs.source import check_headline, load_survey, settings_of
from kbnn_analysis.runs.value_types import FORBIDDEN, WINDOWS
from kbnn_analysis.runs.workspace import HOME, RECORD, find_root, workspace_for

if TYPE_CHECKING:
    from kbnn_analysis.intake.survey import Survey


def check_run(params: Params, *, start: Path | None = None) -> Survey:
    """Check parameters, notebooks and data as a run does first; return the answers.

    Parameters
    ----------
    params : Params
        What is asked.
    start : Path, optional
        Where the project is looked for besides the current folder.

    Raises
    ------
    UsageError, DataError
        If parameters, notebooks or data do not fit.
    """
    root = find_root(Path.cwd(), *([start] if start else []))
    make_plan(params, root / "notebooks")
    with workspace_for(root, params.folder) as workspace:
        placed = place_input(params, workspace.input, (Path.cwd(), root))
        return load_survey(placed, workspace.input)


def check_names(params: Params, look_in: Sequence[Path]) -> None:
    """Refuse names that the instrument or the units do not know; no answers are read.

    Parameters
    ----------
    params : Params
        What is asked.
    look_in : sequence of Path
        Folders in which files are looked for.

    Raises
    ------
    UsageError
        If codebook, vintage, headline, an attribute of the design, or a unit or column of a
        selection is unknown. Columns of a file of answers are known once it is read.
    """
    for asked in (params, *(settings_of(params, each) for each in params.earlier)):
        parts = asked.design.model_dump(exclude={"target", "lonely_psu"}, exclude_none=True)
        given = asked.codebook
        book = find_file("codebook", given, look_in) if is_path(given) else given
        _check_names(book, asked.unit_vintage, asked.headline, tuple(parts.items()))
        for name, value in asked.select.items():
            _check_selected(book, asked.unit_vintage, name, value, asked.data == SIMULATED)


@functools.lru_cache(maxsize=256)
def _check_names(
    book: str | Path, vintage: str | None, headline: str | None, design: tuple[tuple[str, str], ...]
) -> None:
    from kbnn_analysis.intake.codebooks import load_codebook
    from kbnn_analysis.units import load_vintage

    codebook = load_codebook(book)
    check_headline(headline, codebook)
    for part, name in design:
        check_one_of(f"design.{part}", name, [each.name for each in codebook.attributes])
    if vintage is not None and not is_path(vintage):
        load_vintage(vintage)


@functools.lru_cache(maxsize=1024)
def _check_selected(
    book: str | Path, vintage: str | None, name: str, value: str, simulated: bool
) -> None:
    from kbnn_analysis.intake.codebooks import load_codebook
    from kbnn_analysis.units import resolve_names

    codebook = load_codebook(book)
    columns = [each.name for each in codebook.attributes]
    columns += [each.name for each in codebook.items]
    if simulated and name not in columns:
        likely = nearest(name, [*columns, *Settings.model_fields], most=1)
        hint = f"; did you mean `{likely[0]}`?" if likely else "."
        raise UsageError(
            f"`{name}` is no parameter, and simulated answers have no such column{hint}"
        )
    if name == codebook.unit and vintage is not None and not is_path(vintage):
        for unknown in resolve_names([value], vintage).unresolved:
            raise UsageError(f"`select`: {unknown}")


def check_output(output: Path) -> Path:
    """Return the folder for results if results may be written there.

    Raises
    ------
    UsageError
        If its name cannot be a folder's on every system, it is a file, or it lies in the
        workbench's own store.
    """
    for part in output.parts:
        if FORBIDDEN.search(part) or not part.isprintable():
            raise UsageError("`--output` holds control or invisible characters; type it anew.")
        if WINDOWS.fullmatch(part.partition(".")[0].strip()) and part != output.anchor:
            raise UsageError(f"`--output`: Windows keeps {part!r} for itself; take another name.")
    if HOME in output.resolve().parts:
        raise UsageError(f"`--output` may not lie in {HOME}/; it is the workbench's own store.")
    for folder in (output, *output.parents):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"`--output`: {folder} is a file; give a folder.")
    return output


def check_writable(output: Path) -> None:
    """Refuse a folder in which no file can be made; nothing is left there.

    Raises
    ------
    UsageError
        If the folder, or the nearest one above that exists, takes no files.
    """
    nearest = next(folder for folder in (output, *output.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as problem:
        if problem.errno != errno.ENOSPC:  # told when it happens, with what was finished
            raise UsageError(
                f"`--output`: nothing can be written in {nearest} ({problem.strerror}); "
                "give another folder."
            ) from None


def check_target(target: Path) -> Path:
    """Return the folder that a run replaces, if what stands there is a run's results or nothing.

    Raises
    ------
    UsageError
        If it is a folder of something else, such as ``notebooks/``.
    """
    own = not target.exists() or (target / RECORD).is_file() or not any(target.iterdir())
    if target.is_symlink() or not own:
        raise UsageError(
            f"`--output`: {target} is there and holds no results of a run, so it is not replaced; "
            f"give another folder, or another `name` in the params file."
        )
    return target
