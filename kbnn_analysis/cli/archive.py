"""`kbnn archive`: validated periods kept as Parquet, asked as one table."""

from __future__ import annotations

from pathlib import Path

import click

from kbnn_analysis.cli.problems import PROBLEMS, problems_kept
from kbnn_analysis.cli.run import DATA, PARAMS

FOLDER = click.option(
    "--archive", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
    help="The archive; archive/ in the project's folder by default.",
)  # fmt: skip


@click.group()
def archive() -> None:
    r"""Keep validated periods and ask all of them at once; raw answers, for your own screen only.

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
    r"""Validate the answers that a params file names, and archive them.

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
    r"""List the archived periods: respondents, codebook, vintage of units, source.

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
@click.option("--comments", is_flag=True, help="Let the question see the free texts too.")
def query(sql: str, folder: Path | None, periods: tuple[str, ...], comments: bool) -> None:
    r"""Ask the table `answers`, which holds all periods, in DuckDB's SQL; prints CSV.

    The numbers are not protected: they are for your own screen and never for a report.

    \b
    Example:
      kbnn archive query "SELECT period, count(*) AS n FROM answers GROUP BY period"
    """
    from kbnn_analysis.intake.archive import list_archive
    from kbnn_analysis.intake.archive_query import query_archive

    root = _folder(folder)
    answer = query_archive(root, sql, periods=periods, comments=comments)
    if any(each.record.simulated for each in list_archive(root)):
        click.echo("DỮ LIỆU MÔ PHỎNG / SIMULATED DATA", err=True)
    click.echo("Not protected: for your own screen, never for a report.", err=True)
    click.echo(answer.to_csv(index=False), nl=False)


def _folder(given: Path | None, *starts: Path) -> Path:
    from kbnn_analysis.errors import UsageError
    from kbnn_analysis.runs.archived import ARCHIVED
    from kbnn_analysis.runs.workspace import find_root

    folder = given or find_root(Path.cwd(), *starts) / ARCHIVED
    if "outputs" in folder.resolve().parts:
        raise UsageError("`--archive` holds raw answers and may not lie in outputs/.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"`--archive`: {folder} is a file; give a folder.")
    return folder
