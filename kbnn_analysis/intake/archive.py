"""The archive of periods: one Parquet file a period, whole or absent, never silently replaced.

A period's folder holds one file whose name carries the digest of its bytes, so that a damaged
copy is seen wherever it lies. The archive holds raw answers: it belongs to one's own machine,
outside of results and of git.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import DataError, Problem, UsageError, nearest
from kbnn_analysis.intake.archive_record import ArchiveRecord, decode_record, record_of
from kbnn_analysis.intake.archive_table import archive_table, archived_survey
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.periods import parse_period

ROWS_AT_ONCE = 250_000
_NAME = re.compile(r"answers-([0-9a-f]{16})\.parquet")
_ANEW = "Remove its folder and archive the period again."


@dataclass(frozen=True)
class ArchivedPeriod:
    """One period of an archive: where its file lies, and what it says of itself."""

    path: Path
    record: ArchiveRecord


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
    record, folder = record_of(survey), _folder(root, survey.period)
    if folder.exists():
        return _same(read_record(_file_of(folder)), record)
    try:
        root.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=root, prefix=f".{folder.name}."))
        try:
            _write(archive_table(survey, record), draft)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        if folder.exists():  # another process was faster
            return _same(read_record(_file_of(folder)), record)
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
    found = [read_record(_file_of(folder)) for folder in root.glob("period=*")]
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
    return read_record(_file_of(folder))


def load_archived(path: Path, *, comments: bool = False) -> Survey:
    """Read one archived period back, after comparing its bytes with the digest in its name.

    Parameters
    ----------
    path : Path
        The file.
    comments : bool
        Whether to read the free texts too.

    Returns
    -------
    Survey
        The survey that was archived.

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

            names = file.schema_arrow.names
            if not comments:
                names = [name for name in names if name != record.codebook.comment]
            return archived_survey(names, read, record)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path) from error


def agreeing(periods: Sequence[ArchivedPeriod]) -> ArchiveRecord:
    """Return the record of periods that can be one table, or say why they cannot.

    Parameters
    ----------
    periods : sequence of ArchivedPeriod
        At least one.

    Returns
    -------
    ArchiveRecord
        That of the last period.

    Raises
    ------
    UsageError
        If they were asked with different codebooks, or name units of different vintages.
    """
    records = [each.record for each in periods]
    _one("codebooks", {each.period: each.instrument for each in records})
    _one("unit vintages", {each.period: each.unit_vintage or "none" for each in records})
    changed = [each.period for each in records if each.codebook != records[0].codebook]
    if changed:
        raise UsageError(
            f"the codebook {records[0].instrument} of {records[0].period} has other contents in "
            f"{', '.join(changed)} under the same version; archive them again with one codebook."
        )
    return records[-1]


def read_record(path: Path) -> ArchivedPeriod:
    """Return what an archived file says of itself; its answers are not read.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ArchivedPeriod
        The file and its record.

    Raises
    ------
    DataError
        If it is damaged or is none of an archive.
    """
    import pyarrow as pa

    try:
        return ArchivedPeriod(path, decode_record(_metadata(path)))
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error


def is_archived(path: Path) -> bool:
    """Return whether a file has the name that the archive gives.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    bool
        Judged by the name alone.
    """
    return _NAME.fullmatch(path.name) is not None


def check_digest(path: Path) -> None:
    """Compare a file's bytes with the digest that its name carries.

    Parameters
    ----------
    path : Path
        A file of an archive.

    Raises
    ------
    DataError
        If they differ, or the name carries none.
    """
    named = _NAME.fullmatch(path.name)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _damaged(path) from error
    if named is None or digest[:16] != named[1]:
        raise _damaged(path)


def _one(what: str, values: dict[str, str]) -> None:
    groups: dict[str, list[str]] = {}
    for period, value in values.items():
        groups.setdefault(value, []).append(period)
    if len(groups) > 1:
        told = "; ".join(f"{', '.join(periods)} ({value})" for value, periods in groups.items())
        raise UsageError(
            f"these periods have different {what} and are not one table: {told}; choose the "
            "periods of one."
        )


def _metadata(path: Path) -> dict[bytes, bytes] | None:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        metadata: dict[bytes, bytes] | None = file.schema_arrow.metadata
    return metadata


def _folder(root: Path, period: str) -> Path:
    return root / f"period={period}"


def _file_of(folder: Path) -> Path:
    found = sorted(folder.glob("*.parquet"))
    if len(found) == 1 and _NAME.fullmatch(found[0].name):
        return found[0]
    message = f"the period's folder must hold one file answers-….parquet; it holds {len(found)}."
    if len(found) == 1:
        message = f"the name {found[0].name} is not one that the archive gives."
    raise DataError([Problem("archive", message, file=folder.name, suggestion=_ANEW)])


def _write(table: Any, folder: Path) -> None:
    import pyarrow.parquet as pq

    draft = folder / "draft"
    pq.write_table(table, draft, row_group_size=ROWS_AT_ONCE, compression="zstd")
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


def _damaged(path: Path) -> DataError:
    message = "the archived file is damaged, cut off or was changed."
    return DataError([Problem("archive", message, file=path.name, suggestion=_ANEW)])
