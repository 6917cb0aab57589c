"""`kbnn new`: a params file for a new period."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("period")
@click.option(
    "--like", metavar="PERIOD|FILE",
    help="Whose values to take.  [the newest earlier period]",
)  # fmt: skip
@click.option("--name", help="Name of the file and of the folder of results.  [the period]")
@click.option(
    "--folder", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where params files lie.  [params/ of the project]",
)  # fmt: skip
def new(period: str, like: str | None, name: str | None, folder: Path | None) -> None:
    """Write a params file for a new period, each parameter with its meaning.

    The values are those of another period, moved on where they name it; what must be filled in or
    checked is marked in the file and told. A file that is there is never replaced.

    \b
    Examples:
      kbnn new 2026-1 --like 2025-2
      kbnn new "đợt I năm 2026"
      kbnn new 2017 --like params/examples/sfo-2016.yaml
    """
    from kbnn_analysis.runs.new_params import draft_params, shown, write_params
    from kbnn_analysis.runs.workspace import find_root

    where = folder or find_root(Path.cwd()) / "params"
    draft = draft_params(period, folder=where, like=like, name=name)
    write_params(draft)
    source = f"values of {shown(draft.like)}" if draft.like else "defaults"
    click.echo(f"{shown(draft.path)} has the {source}.")
    for mark in draft.marks:
        click.echo(f"  {mark.name}: {mark}")
