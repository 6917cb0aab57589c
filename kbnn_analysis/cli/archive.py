"""`kbnn archive`: validated periods kept as Parquet, asked as one table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from kbnn_analysis.cli.problems import PROBLEMS, problems_kept
from kbnn_analysis.cli.run import DATA, PARAMS

FOLDER = click.option(
    "--archive", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
    help="The archive; archive/ in the project's folder by default.",
)  # fmt: skip
NOT_PROTECTED = "Raw answers, not protected: for your own screen, never for a report."


@click.group()
def archive() -> None:
    """Keep validated periods and ask all of them at once; raw answers, for your own screen only.

    \b
    Example:
      kbnn archive list
    """


@archive.command()
@PARAMS
@DATA
@FOLDER
@PROBLEMS
def add(params: Path, data: str | None, folder: Path | None, problems: Path | None) -> None:
    """Validate the answers that a params file names, and archive them.

    \b
    Example:
      kbnn archive add params/2023-1.yaml --data answers.csv
    """
    from kbnn_analysis.intake.archive import add_to_archive
    from kbnn_analysis.runs import load_params
    from kbnn_analysis.runs.checking import check_run

    with problems_kept(problems):
        asked = load_params(params, data=data)
        survey = check_run(asked, start=params.parent)
    added = add_to_archive(survey, _folder(folder, params.parent))
    mark = " (DỮ LIỆU MÔ PHỎNG / SIMULATED DATA)" if survey.simulated else ""
    click.echo(f"{survey.period}: {len(survey)} responses in {added.path.parent}{mark}")


@archive.command("list")
@FOLDER
def list_periods(folder: Path | None) -> None:
    """List the archived periods: respondents, codebook, vintage of units, source.

    \b
    Example:
      kbnn archive list
    """
    from kbnn_analysis.intake.archive import list_archive

    for each in list_archive(_folder(folder)):
        record = each.record
        told = (record.period, str(record.respondents), record.instrument,
                record.unit_vintage or "", record.source,
                "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA" if record.simulated else "")  # fmt: skip
        click.echo("\t".join(told).rstrip())


@archive.command()
@click.argument("sql")
@FOLDER
@click.option("--period", "periods", multiple=True, metavar="PERIOD", help="Only this; repeatable.")
@click.option("--units", metavar="VINTAGE", help="Tell all units in this vintage.")
@click.option("--comments", is_flag=True, help="Let the question see the free texts too.")
def query(
    sql: str, folder: Path | None, periods: tuple[str, ...], units: str | None, comments: bool
) -> None:
    """Ask the table `answers`, which holds all periods, in DuckDB's SQL; prints CSV.

    The numbers are not protected: they are for your own screen and never for a report. The first
    line says so, wherever the answer goes; it may not go into outputs/.

    \b
    Examples:
      kbnn archive query "SELECT period, count(*) AS n FROM answers GROUP BY period"
      kbnn archive query --units provinces-34 "SELECT period, unit, avg(overall_treasury) AS mean
        FROM answers GROUP BY ALL"
    """
    from kbnn_analysis.errors import UsageError
    from kbnn_analysis.intake.archive import list_archive
    from kbnn_analysis.intake.archive_query import query_archive
    from kbnn_analysis.intake.raw import SIMULATED_MARK

    if among_results(goes_to(sys.stdout)):
        raise UsageError("the answer is not protected and may not go into outputs/.")
    root = _folder(folder)
    answer = query_archive(root, sql, periods=periods, units=units, comments=comments)
    mark = (
        f" {SIMULATED_MARK}." if any(each.record.simulated for each in list_archive(root)) else ""
    )
    click.echo(f"# {NOT_PROTECTED}{mark}")
    click.echo(answer.to_csv(index=False), nl=False)


def goes_to(stream: TextIO) -> Path | None:
    """Return the file that a stream is written to, None for a screen, a pipe or an unknown one.

    Parameters
    ----------
    stream : TextIO
        For example standard output.
    """
    try:
        place = Path(f"/proc/self/fd/{stream.fileno()}").readlink()  # Linux alone tells
    except (OSError, ValueError):
        return None
    return place if place.is_file() else None


def among_results(place: Path | None) -> bool:
    """Return whether a file lies in a folder of results.

    Parameters
    ----------
    place : Path, optional
        A file.
    """
    return place is not None and "outputs" in place.resolve().parts


def _folder(given: Path | None, *starts: Path) -> Path:
    from kbnn_analysis.errors import UsageError
    from kbnn_analysis.runs.archived import ARCHIVED
    from kbnn_analysis.runs.workspace import find_root

    folder = given or find_root(Path.cwd(), *starts) / ARCHIVED
    if among_results(folder):
        raise UsageError("`--archive` holds raw answers and may not lie in outputs/.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"`--archive`: {folder} is a file; give a folder.")
    return folder
