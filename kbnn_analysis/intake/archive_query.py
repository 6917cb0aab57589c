"""All periods of an archive as one table, asked in SQL.

DuckDB starts threads when it is loaded and used; a process that has forked must not have done
either. So it is imported inside the call, each call has a connection of its own with one thread,
and nothing of it is left when the call ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.archive import (
    ArchivedPeriod,
    agreeing,
    check_digest,
    find_archived,
    list_archive,
)

if TYPE_CHECKING:
    import pandas as pd

MEMORY = "1GB"


def query_archive(
    root: Path, sql: str, *, periods: Sequence[str] = (), comments: bool = False
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
    record = agreeing(chosen)
    for each in chosen:
        check_digest(each.path)
    left_out = None if comments else record.codebook.comment
    return _ask(chosen, sql, left_out)


def _ask(chosen: Sequence[ArchivedPeriod], sql: str, left_out: str | None) -> pd.DataFrame:
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY})
    try:
        _open(connection, [str(each.path.resolve()) for each in chosen], left_out)
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise UsageError("`sql` must be one SELECT, such as SELECT count(*) FROM answers.")
        return connection.execute(statements[0]).df()
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise UsageError(f"the question was not understood: {told}") from None
    finally:
        connection.close()


def _open(connection: Any, paths: list[str], left_out: str | None) -> None:
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    source = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    without = f'EXCLUDE ("{left_out}")' if left_out in there else ""
    connection.execute(f"CREATE VIEW answers AS SELECT * {without} FROM {source}")
    connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
