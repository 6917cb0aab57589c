"""`kbnn run`: from a params file to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kbnn_analysis.cli.problems import PROBLEMS, problems_kept

PARAMS = click.argument("params", type=click.Path(path_type=Path))
DATA = click.option("--data", metavar="FILE", help="Answers, instead of those the params name.")


@click.command()
@PARAMS
@DATA
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True,
    help="Folder in which the folder of results is made.",
)  # fmt: skip
@PROBLEMS
def run(params: Path, data: str | None, output: Path, problems: Path | None) -> None:
    r"""Execute the notebooks and write the report.

    Results appear at once when all went well; a failed run leaves the last good one untouched and
    names the notebook and the cell.

    \b
    Examples:
      kbnn run params/2023-1.yaml
      kbnn run params/examples/sfo-2016.yaml --data sfo_2013_2016.csv
    """
    from kbnn_analysis.runs import load_params, run_period

    with problems_kept(problems):
        asked = load_params(params, data=data)
        with _progress() as tell:
            finished = run_period(asked, output=output, start=params.parent, tell=tell)
    click.echo(f"The report lies in {finished.report}")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show the steps on the terminal's error stream: a bar for people, lines for logs."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def tell(words: str, done: int, steps: int) -> None:
            bar.update(task, description=words, completed=done, total=steps)
            if not console.is_terminal:
                click.echo(f"[{done}/{steps}] {words}", err=True)

        yield tell
