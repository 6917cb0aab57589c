"""`kbnn diff`: what two finished runs have otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from kbnn_analysis.cli.numbers import FiniteRange


@click.command()
@click.argument("was", type=click.Path(path_type=Path))
@click.argument("now", type=click.Path(path_type=Path))
@click.option(
    "--tolerance", type=FiniteRange(0), default=1e-9, show_default=True,
    help="Numbers count as equal up to this, relative or absolute.",
)  # fmt: skip
@click.option(
    "--page", type=click.Path(path_type=Path), metavar="FILE",
    help="Where the page goes.  [diff-WAS-NOW.html beside the second run]",
)  # fmt: skip
def diff(was: Path, now: Path, tolerance: float, page: Path | None) -> None:
    """Compare two runs or two periods: parameters, numbers, tables, figures, on one page.

    Runs of the same key are the same and skipped. Exit code: 0 nothing differs, 1 something does,
    2 a run cannot be read.

    \b
    Examples:
      kbnn diff outputs/2023-1 outputs/2023-2
      kbnn diff outputs/2023-1 before/2023-1 --tolerance 1e-6
    """
    from kbnn_analysis.errors import UsageError
    from kbnn_analysis.runs.differing import compare_runs
    from kbnn_analysis.runs.differing_page import render_differences
    from kbnn_analysis.runs.files import write_whole

    found = compare_runs(was, now, tolerance=tolerance)
    if found.none:
        click.echo(f"{' and '.join(found.titles)}: nothing differs.")
        return
    path = page or now.parent / f"diff-{was.resolve().name}-{now.resolve().name}.html"
    if path.suffix != ".html":
        raise UsageError(f"--page must end in .html; {path.name} does not.")
    if any(path.resolve().is_relative_to(each.resolve()) for each in (was, now)):
        raise UsageError(f"--page must lie outside of both runs; {path} does not.")
    try:
        write_whole(path, render_differences(found))
    except OSError as problem:
        raise UsageError(f"Cannot write {path}: {problem.strerror}.") from None
    click.echo(f"{' and '.join(found.titles)} differ in {found.told()}\nThe page: {path}")
    raise click.exceptions.Exit(1)
