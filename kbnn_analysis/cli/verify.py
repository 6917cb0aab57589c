"""`kbnn verify`: whether a finished run comes out again, byte for byte."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FILE", multiple=True,
    help="A file of answers that no longer lies where it lay; may be given again.",
)  # fmt: skip
@click.option("--files", is_flag=True, help="Only compare SHA-256 sums; execute nothing.")
@click.option(
    "--anyway", is_flag=True, help="Execute even if code, lock or Python are not those of the run."
)
def verify(folder: Path, data: tuple[Path, ...], files: bool, anyway: bool) -> None:
    """Execute a finished run again in a clean place and compare every file byte for byte.

    What does not agree is told with the cell, row or line that differs first. Exit code: 0 all
    agree, 1 something does not, 2 something is missing without which nothing can be compared.

    \b
    Examples:
      kbnn verify outputs/2023-1
      kbnn verify outputs/2023-1 --data answers.csv
      kbnn verify outputs/2023-1 --files
    """
    from kbnn_analysis.runs.verifying import verify_files, verify_run

    if files:
        verdict = verify_files(folder)
    else:
        verdict = verify_run(folder, data=data, anyway=anyway, tell=partial(click.echo, err=True))
    for remark in verdict.remarks:
        click.echo(remark)
    how = "are as the run left them" if files else "agree byte for byte"
    if verdict.agrees:
        click.echo(f"{folder}: all {verdict.files} files {how}.")
        return
    click.echo(f"{folder}: {verdict.agreeing} of {verdict.files} files {how}; not these:")
    for finding in verdict.findings:
        click.echo(f"  {finding}")
    raise click.exceptions.Exit(1)
