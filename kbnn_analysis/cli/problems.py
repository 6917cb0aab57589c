"""Problems of a data file, as a table to hand to the person who keeps the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kbnn_analysis.errors import DataError, UsageError

PROBLEMS = click.option(
    "--problems",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Where to write all problems of the data, as a table.",
)


def check_problems(path: Path | None) -> None:
    """Refuse a file in which problems could not be written, before there are any.

    Parameters
    ----------
    path : Path, optional
        The file.

    Raises
    ------
    UsageError
        If it does not end in .csv, or its folder is missing.
    """
    if path is not None and (path.suffix.lower() != ".csv" or not path.parent.is_dir()):
        raise UsageError(f"`--problems` takes a .csv file in an existing folder; got {path}.")


@contextmanager
def problems_kept(path: Path | None) -> Iterator[None]:
    """Write the problems of a :class:`DataError` to a CSV file, or offer to.

    Parameters
    ----------
    path : Path, optional
        The file; None only tells that it may be asked for.

    Raises
    ------
    UsageError
        If the file does not end in .csv, or its folder is missing.
    """
    check_problems(path)
    try:
        yield
    except DataError as problem:
        if path is None:
            click.echo("All problems as a table: add --problems problems.csv", err=True)
        else:
            from kbnn_analysis.intake import write_problems

            write_problems(problem.problems, path)
            click.echo(f"{len(problem.problems)} problems are listed in {path}", err=True)
        raise
