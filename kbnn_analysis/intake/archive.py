"""The archive of periods: one Parquet file a period, whole or absent, never silently replaced.

A period's folder holds one file whose name carries the digest of its bytes, so that a damaged
copy is seen wherever it lies. The archive holds raw answers: it belongs to one's own machine,
outside of results and of git.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import DataError, Problem, UsageError, nearest
from kbnn_analysis.intake.archive_file import (
    ANEW,
    ArchivedPeriod,
    check_digest,
    damaged,
    is_archived,
    read_record,
)
from kbnn_analysis.intake.archive_record import ArchiveRecord, record_of
from kbnn_analysis.intake.archive_table import ROW, archive_tables, archived_survey
from kbnn_analysis.intake.compact import COMPACT_FROM
from kbnn_analysis.intake.heap import give_back
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.periods import parse_period

STALE = 86_400
"""Seconds after which a draft has no writer any more."""


def add_to_archive(survey: Survey, root: Path) -> ArchivedPeriod:
    """Write a survey into the archive, all of it or nothing.

    Parameters
    ----------
    survey : Survey
        Validated answers.
    root : Path
        The archive's folder, made if need be.

    Returns
    -------
    ArchivedPeriod
        The new file; the old one where the same answers are there already.

    Raises
    ------
    UsageError
        If the period is there with other answers, or the folder cannot be written to.
    """
    period = parse_period(survey.period).id  # never a path: the name of a folder is made of it
    record, folder = record_of(survey), _folder(root, period)
    if folder.exists():
        return _same(_read(folder), record)
    if len(survey) >= COMPACT_FROM:
        give_back()  # what reading the export left behind
    try:
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        draft = Path(tempfile.mkdtemp(dir=root, prefix=f".{folder.name}."))
        try:
            _write(archive_tables(survey, record), draft)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        if folder.exists():  # another process was faster
            return _same(_read(folder), record)
        raise UsageError(f"{root} cannot be written to ({error.strerror}).") from error
    return ArchivedPeriod(_file_of(folder), record)


def list_archive(root: Path) -> list[ArchivedPeriod]:
    """Return the periods of an archive, oldest first.

    Parameters
    ----------
    root : Path
        The archive's folder.

    Returns
    -------
    list of ArchivedPeriod
        Empty where there is no archive; answers are not read.

    Raises
    ------
    DataError
        If a file is missing, doubled or not one of an archive.
    """
    found = [_read(folder) for folder in root.glob("period=*")]
    return sorted(found, key=lambda each: parse_period(each.record.period).start)


def find_archived(root: Path, period: str) -> ArchivedPeriod:
    """Return one period of an archive.

    Parameters
    ----------
    root : Path
        The archive's folder.
    period : str
        The period, in any of its writings.

    Returns
    -------
    ArchivedPeriod
        Where it lies and what it says.

    Raises
    ------
    UsageError
        If the archive does not hold it.
    DataError
        If its file is damaged.
    """
    wanted = parse_period(period).id
    folder = _folder(root, wanted)
    if not folder.is_dir():
        there = sorted(each.name.removeprefix("period=") for each in root.glob("period=*"))
        likely = nearest(wanted, there, most=1) if there else []
        told = f"did you mean {likely[0]!r}?" if likely else "add it with `kbnn archive add`."
        raise UsageError(f"the archive {root.name} has no period {wanted}; {told}")
    return _read(folder)


def load_archived(path: Path, *, comments: bool = False, ids: bool = False) -> Survey:
    """Read one archived period back, after comparing its bytes with the digest in its name.

    Parameters
    ----------
    path : Path
        The file.
    comments : bool
        Whether to read the free texts too.
    ids : bool
        Whether to read the respondents' ids and the rows of the export they stood in; no estimate
        needs them, and they are a quarter of the memory.

    Returns
    -------
    Survey
        The survey that was archived, without what was not asked for.

    Raises
    ------
    DataError
        If the file is damaged or is none of an archive.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_digest(path)
    record = read_record(path).record
    try:
        with pq.ParquetFile(path) as file:

            def read(name: str) -> Any:
                # asking for "q1" brings "q1.not_applicable" along
                return file.read(columns=[name], use_threads=False).column(name)

            left = set() if comments else {record.codebook.comment}
            left |= set() if ids else _identifying(record)
            names = [name for name in file.schema_arrow.names if name not in left]
            return archived_survey(names, read, record)
    except (pa.ArrowException, OSError) as error:
        raise damaged(path) from error


def _identifying(record: ArchiveRecord) -> set[str]:
    """Return the columns that tell who answered; an id that the design is made of is none."""
    return {ROW, record.codebook.respondent_id} - set(asdict(record.design).values())


def _folder(root: Path, period: str) -> Path:
    return root / f"period={period}"


def _read(folder: Path) -> ArchivedPeriod:
    """Read the record of a period's folder, which must be of that period."""
    found = read_record(_file_of(folder))
    if folder.name != f"period={found.record.period}":
        message = f"its file holds the period {found.record.period}."
        raise DataError([Problem("archive", message, file=folder.name, suggestion=ANEW)])
    return found


def _sweep(root: Path) -> None:
    """Remove what a writer that was killed left long ago: it holds raw answers."""
    for draft in root.glob(".period=*"):
        if time.time() - draft.stat().st_mtime > STALE:
            shutil.rmtree(draft, ignore_errors=True)


def _file_of(folder: Path) -> Path:
    found = sorted(folder.glob("*.parquet"))
    if len(found) == 1 and is_archived(found[0]):
        return found[0]
    message = f"the period's folder must hold one file answers-….parquet; it holds {len(found)}."
    if len(found) == 1:
        message = f"the name {found[0].name} is not one that the archive gives."
    raise DataError([Problem("archive", message, file=folder.name, suggestion=ANEW)])


def _write(tables: Iterator[Any], folder: Path) -> None:
    import pyarrow.parquet as pq

    draft = folder / "draft"
    first = next(tables)
    with pq.ParquetWriter(draft, first.schema, compression="zstd") as file:
        for table in itertools.chain([first], tables):
            file.write_table(table)
    with draft.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    draft.rename(folder / f"answers-{digest[:16]}.parquet")
    folder.chmod(0o700)


def _same(there: ArchivedPeriod, record: ArchiveRecord) -> ArchivedPeriod:
    if replace(there.record, announced=record.announced) == record:
        return there
    differ = [
        told
        for name, told in (("sha256", "file of answers"), ("design", "design"),
                           ("codebook", "codebook"), ("unit_vintage", "unit vintage"))
        if getattr(there.record, name) != getattr(record, name)
    ]  # fmt: skip
    raise UsageError(
        f"period {record.period} is archived already, from {there.record.source}, with another "
        f"{' and '.join(differ) or 'selection'}; remove {there.path.parent} first if the new "
        "answers are right."
    )
