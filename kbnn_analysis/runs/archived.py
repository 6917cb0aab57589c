"""The archive of periods in a project, and a run that takes its answers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.params import Settings

if TYPE_CHECKING:
    from kbnn_analysis.intake.archive_record import ArchiveRecord
    from kbnn_analysis.intake.codebook import Codebook
    from kbnn_analysis.intake.survey import Survey

ARCHIVED = "archive"
"""The value of `data` for a period of the archive, and the name of the archive's folder."""


def find_archived_file(period: str, look_in: Sequence[Path]) -> Path:
    """Return the archived file of a period.

    Parameters
    ----------
    period : str
        The period.
    look_in : sequence of Path
        Folders that may hold an archive.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If there is no archive, or it does not hold the period.
    """
    from kbnn_analysis.intake.archive import find_archived

    for folder in look_in:
        if (folder / ARCHIVED).is_dir():
            return find_archived(folder / ARCHIVED, period).path.resolve()
    raise UsageError(
        f"`data`: there is no folder {ARCHIVED}/; add periods with `kbnn archive add`."
    )


def load_archived_survey(settings: Settings, path: Path, codebook: Codebook) -> Survey:
    """Read an archived period for a run that asks for the same instrument, units and design.

    Parameters
    ----------
    settings : Settings
        What was asked.
    path : Path
        The archived file.
    codebook : Codebook
        The run's codebook.

    Returns
    -------
    Survey
        The answers, with the run's target of the intervals.

    Raises
    ------
    UsageError
        If codebook, vintage, design, period or selection are not those of the archive.
    DataError
        If the file is damaged.
    """
    from kbnn_analysis.intake.archive import load_archived
    from kbnn_analysis.intake.archive_file import read_record
    from kbnn_analysis.intake.survey import Design

    record = read_record(path).record
    for sentence in _differences(settings, record, codebook):
        raise UsageError(f"{record.period} of the archive: {sentence}")
    survey = load_archived(path, comments=True, ids=True)
    return replace(survey, design=Design(**settings.design.model_dump()))


def _differences(settings: Settings, record: ArchiveRecord, codebook: Codebook) -> list[str]:
    """Tell what was asked and is not what the archive holds."""
    told = []
    if settings.period != record.period:
        told.append(f"`period` asks for {settings.period}.")
    if codebook != record.codebook:
        own = f"{codebook.name} {codebook.version}"
        what = f"{own}, " if own != record.instrument else "other contents of "
        told.append(f"`codebook` asks for {what}it was validated with {record.instrument}.")
    wanted = settings.unit_vintage and Path(settings.unit_vintage).stem
    if wanted != record.unit_vintage:
        told.append(f"`unit_vintage` asks for {wanted}, its units are {record.unit_vintage}.")
    if settings.select:
        told.append("`select` chooses rows of a file; here they were chosen already: leave it out.")
    for part in ("weight", "strata", "psu", "fpc", "second_psu", "second_fpc"):
        asked, kept = getattr(settings.design, part), getattr(record.design, part)
        if asked != kept:
            told.append(f"`design`: {part} is {asked}, it was validated with {kept}.")
    return told
