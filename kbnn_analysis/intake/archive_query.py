"""All periods of an archive as one table, asked in SQL.

DuckDB starts threads when it is loaded and used; a process that has forked must not have done
either. So it is imported inside the call, each call has a connection of its own with one thread,
and nothing of it is left when the call ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.archive import find_archived, list_archive
from kbnn_analysis.intake.archive_agreement import Codes, agreeing, places_in
from kbnn_analysis.intake.archive_file import ArchivedPeriod, check_digest, column_names
from kbnn_analysis.intake.archive_table import OUTSIDE

if TYPE_CHECKING:
    import pandas as pd

MEMORY = "1GB"


def query_archive(
    root: Path,
    sql: str,
    *,
    periods: Sequence[str] = (),
    units: str | None = None,
    comments: bool = False,
) -> pd.DataFrame:
    """Ask one question of the periods of an archive, which are the table ``answers``.

    The question sees that table and no file, and can change nothing.

    Parameters
    ----------
    root : Path
        The archive's folder.
    sql : str
        A SELECT of DuckDB's SQL.
    periods : sequence of str
        The periods; all where empty.
    units : str, optional
        A vintage of units ("provinces-34") in which the units of all periods are told, so that
        periods from before and after a merger are one table.
    comments : bool
        Whether ``answers`` has the free texts.

    Returns
    -------
    DataFrame
        The answer. It is not protected: for one's own screen only.

    Raises
    ------
    UsageError
        If the archive is empty, a period is missing, periods do not fit together, or the question
        is not understood.
    DataError
        If a file is damaged.
    """
    chosen = [find_archived(root, each) for each in periods] or list_archive(root)
    if not chosen:
        raise UsageError(f"the archive {root} is empty; add a period with `kbnn archive add`.")
    record = agreeing(chosen, units=units is None)
    became = {} if units is None else places_in(units, chosen)
    for each in chosen:
        check_digest(each.path)
    hidden = set() if comments or record.codebook.comment is None else {record.codebook.comment}
    named = [name for name in ("unit", record.codebook.unit) if name]
    columns = [column_names(each.path) for each in chosen]
    said = {name for there in columns for name in there if name.endswith(OUTSIDE)}
    told = [
        _told(each, hidden & {*there}, sorted(said - {*there}),
              _moved(there, named, became.get(each.record.unit_vintage or "")))
        for each, there in zip(chosen, columns, strict=True)
    ]  # fmt: skip
    return _ask(sql, " UNION ALL BY NAME ".join(told), [_path(each) for each in chosen])


def _ask(sql: str, answers: str, paths: Sequence[str]) -> pd.DataFrame:
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY})
    try:
        _open(connection, answers, paths)
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise UsageError("`sql` must be one SELECT, such as SELECT count(*) FROM answers.")
        return connection.execute(statements[0]).df()
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise UsageError(f"the question was not understood: {told}") from None
    finally:
        connection.close()


def _open(connection: Any, answers: str, paths: Sequence[str]) -> None:
    connection.execute(f"CREATE VIEW answers AS {answers}")
    connection.execute(f"SET allowed_paths = [{', '.join(paths)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _told(period: ArchivedPeriod, hidden: Iterable[str], unsaid: Iterable[str], moved: str) -> str:
    """Return the SELECT of one period's answers; what nobody said there is false, not unknown."""
    without = "".join(f"EXCLUDE ({_name(name)})" for name in hidden)
    false = "".join(f", false AS {_name(name)}" for name in unsaid)
    source = f"read_parquet({_path(period)}, hive_partitioning = false)"
    return f"SELECT * {without} {moved}{false} FROM {source}"


def _moved(there: Sequence[str], named: Sequence[str], codes: Codes | None) -> str:
    """Return the part of a SELECT that tells units in another vintage."""
    if codes is None:
        return ""
    told = [f"{_case(name, codes)} AS {_name(name)}" for name in named if name in there]
    return f"REPLACE ({', '.join(told)})"


def _case(name: str, codes: Codes) -> str:
    ways = " ".join(f"WHEN {_text(code)} THEN {_text(new)}" for code, new in codes.items())
    return f"CASE {_name(name)}::VARCHAR {ways} END"


def _path(period: ArchivedPeriod) -> str:
    return _text(str(period.path.resolve()))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
