"""The answers of a run: simulated or from a file, found, put in place and validated."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.archived import ARCHIVED, find_archived_file, load_archived_survey
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.params import OWN_FILES, SIMULATED, EarlierParams, Settings, is_path

if TYPE_CHECKING:
    from kbnn_analysis.intake.codebook import Codebook
    from kbnn_analysis.intake.survey import Survey
    from kbnn_analysis.presentation.maps import Outline
    from kbnn_analysis.units import UnitContext

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


def load_run_outline(settings: Settings, folder: Path) -> Outline | None:
    """Return the outline of a run's maps, held to its vintage; None where tiles are drawn.

    Raises
    ------
    UsageError
        If the file does not fit the vintage, or no vintage is named.
    """
    if settings.outline is None:
        return None
    if settings.unit_vintage is None:
        raise UsageError("`outline` needs `unit_vintage`: the list of units that it shows.")
    from kbnn_analysis.presentation.maps import load_outline

    return load_outline(folder / settings.outline, _in(folder, settings.unit_vintage))


def load_run_context(settings: Settings, folder: Path) -> UnitContext | None:
    """Return the numbers about units that a run names; None where it names none.

    Raises
    ------
    DataError
        With all problems of the file.
    UsageError
        If no vintage is named.
    """
    if settings.context is None:
        return None
    if settings.unit_vintage is None:
        raise UsageError("`context` needs `unit_vintage`: the list of units that it speaks of.")
    from kbnn_analysis.units import read_context

    return read_context(folder / settings.context, _in(folder, settings.unit_vintage))


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


def settings_of(settings: Settings, earlier: EarlierParams) -> Settings:
    """Return the settings of an earlier period: the current ones, but for what it says itself."""
    own = earlier.model_dump(exclude={"simulate", "broken"}, exclude_none=True)
    own["simulate"] = earlier.simulate or settings.simulate
    return settings.model_copy(update={**own, "earlier": (), "context": None})


def earlier_folder(folder: Path, period: str) -> Path:
    """Return where the files of an earlier period lie in the input folder of a run."""
    return folder / "earlier" / period


def load_earlier(settings: Settings, folder: Path) -> tuple[Survey, ...]:
    """Read and validate the answers of the earlier periods, in time.

    Parameters
    ----------
    settings : Settings
        What was asked, after :func:`place_input`.
    folder : Path
        The input folder.

    Raises
    ------
    DataError, UsageError
        As :func:`load_survey`, for the first period that does not fit.
    """
    if not settings.earlier:
        return ()
    ordered = sorted(settings.earlier, key=lambda each: parse_period(each.period))
    following = [*(each.period for each in ordered[1:]), settings.period]
    return tuple(
        _with_breaks(
            load_survey(settings_of(settings, each), earlier_folder(folder, each.period)),
            each,
            later,
        )
        for each, later in zip(ordered, following, strict=True)
    )


def _with_breaks(survey: Survey, earlier: EarlierParams, later: str) -> Survey:
    from kbnn_analysis.results.breaks import Break

    known = tuple(Break(earlier.period, later, reason) for reason in earlier.broken)
    return replace(survey, breaks=known)


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


def data_path(settings: Settings, folder: Path) -> Path:
    """Return the data file of a run, once :func:`place_input` has put it in place."""
    return folder / (_simulated_name(settings) if settings.data == SIMULATED else settings.data)


def load_run_codebook(settings: Settings, folder: Path) -> Codebook:
    """Return the codebook of a run: shipped, or one's own file in the input folder."""
    from kbnn_analysis.intake.codebooks import load_codebook

    return load_codebook(_in(folder, settings.codebook))


def load_survey(settings: Settings, folder: Path) -> Survey:
    """Read and validate the answers of a run.

    Parameters
    ----------
    settings : Settings
        What was asked, after :func:`place_input`.
    folder : Path
        The input folder.

    Raises
    ------
    DataError
        With all problems of the file.
    UsageError
        If design, selection, vintage or headline do not fit the codebook.
    """
    from kbnn_analysis.intake import read_raw, validate
    from kbnn_analysis.intake.archive_file import is_archived
    from kbnn_analysis.intake.survey import Design

    codebook, vintage = load_run_codebook(settings, folder), settings.unit_vintage
    check_headline(settings.headline, codebook)
    path = data_path(settings, folder)
    if is_archived(path):
        return load_archived_survey(settings, path, codebook)
    return validate(
        read_raw(path),
        codebook,
        Design(**settings.design.model_dump()),
        period=settings.period,
        unit_vintage=vintage and str(_in(folder, vintage)),
        select=settings.select or None,
    )


def check_headline(headline: str | None, codebook: Codebook) -> None:
    """Refuse a headline item that the codebook does not have.

    Raises
    ------
    UsageError
        If `headline` is no item of the codebook.
    """
    if headline is not None:
        items = [item.name for item in codebook.items if item.role != "stated_importance"]
        check_one_of("headline", headline, items)


def _archived(settings: Settings) -> bool:
    return settings.data == ARCHIVED


def _in(folder: Path, given: str) -> str | Path:
    return folder / given if is_path(given) else given


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


def _simulated_name(settings: Settings) -> str:
    return f"kbnn-{settings.period}-SIMULATED.csv"
