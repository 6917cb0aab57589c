"""What a run reads from its input folder: answers, codebook, outline, context; validated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.archived import load_archived_survey
from kbnn_analysis.runs.params import SIMULATED, EarlierParams, Settings, is_path

if TYPE_CHECKING:
    from kbnn_analysis.intake.codebook import Codebook
    from kbnn_analysis.intake.survey import Survey
    from kbnn_analysis.presentation.maps import Outline
    from kbnn_analysis.units import UnitContext


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
        What was asked, after :func:`kbnn_analysis.runs.placing.place_input`.
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


def data_path(settings: Settings, folder: Path) -> Path:
    """Return the data file of a run, once it was put in place."""
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
        What was asked, after :func:`kbnn_analysis.runs.placing.place_input`.
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


def _in(folder: Path, given: str) -> str | Path:
    return folder / given if is_path(given) else given


def _simulated_name(settings: Settings) -> str:
    return f"kbnn-{settings.period}-SIMULATED.csv"
