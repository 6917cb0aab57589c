"""`kbnn run`: from params files to reports."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kbnn_analysis.cli.numbers import FiniteRange
from kbnn_analysis.cli.problems import PROBLEMS, check_problems, problems_kept
from kbnn_analysis.errors import DataError, KbnnError

if TYPE_CHECKING:
    from kbnn_analysis.runs.batch import Batch, Options
    from kbnn_analysis.runs.params import Params

PARAMS = click.argument("params", type=click.Path(path_type=Path))
DATA = click.option("--data", metavar="FILE", help="Answers, instead of those the params name.")


@click.command()
@click.argument("params", type=click.Path(path_type=Path), nargs=-1, required=True)
@DATA
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True,
    help="Folder in which the folders of results are made.",
)  # fmt: skip
@click.option(
    "--grid", multiple=True, metavar="NAME=VALUES",
    help="One run for each value: seed=1,2 or province=all. Several make all combinations.",
)  # fmt: skip
@click.option("--jobs", "-j", type=click.IntRange(1), help="Notebooks at a time.  [processors]")
@click.option("--keep-going", "-k", is_flag=True, help="Make the other runs where one fails.")
@click.option(
    "--resume/--force", default=True, help="Leave what is done, or do it again.  [resume]"
)
@click.option("--dry-run", "-n", is_flag=True, help="Tell what would run and why; run nothing.")
@click.option("--time-limit", default=1800, show_default=True, type=click.IntRange(1),
              help="Seconds for one notebook.")  # fmt: skip
@click.option("--memory", default=4.0, show_default=True, type=FiniteRange(0),
              help="Gigabytes for one notebook; 0 for no limit.")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786.")
@PROBLEMS
def run(
    params: tuple[Path, ...],
    data: str | None,
    output: Path,
    grid: tuple[str, ...],
    resume: bool,
    dry_run: bool,
    problems: Path | None,
    **how: Any,
) -> None:
    """Execute the notebooks of one or many periods and write their reports.

    What is done and unchanged is not done again; what was interrupted goes on. The results of a
    period appear at once, when all went well; a failed run leaves the last good one untouched
    and names the notebook and the cell.

    \b
    Examples:
      kbnn run params/2023-1.yaml
      kbnn run params/*.yaml --keep-going
      kbnn run params/2023-1.yaml --grid province=all --jobs 8
      kbnn run params/*.yaml --dry-run
      kbnn run params/examples/sfo-2016.yaml --data sfo_2013_2016.csv
    """
    from kbnn_analysis.runs.many_params import load_many

    check_problems(problems)
    asked = load_many(params, data=data, grid=grid)
    if dry_run:
        _explain(asked, output, params[0].parent, force=not resume)
        return
    from kbnn_analysis.runs.batch import run_batch

    with ExitStack() as opened:
        options = _options(opened, force=not resume, **how)
        batch = run_batch(asked, output=output, start=params[0].parent, options=options)
    _tell_finished(batch)
    _tell_failed(batch, problems)


def _options(opened: ExitStack, *, force: bool, keep_going: bool, **how: Any) -> Options:
    from kbnn_analysis.runs.apart import Limits
    from kbnn_analysis.runs.batch import Options

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as schedulers stop jobs
    jobs, far = how["jobs"] or 0, None
    tell, note = opened.enter_context(_progress())
    if how["scheduler"]:
        from kbnn_analysis.runs.dask import connected

        far, workers = opened.enter_context(connected(how["scheduler"], note))
        jobs = jobs or workers
    limits = Limits(how["time_limit"], int(how["memory"] * (1 << 30)))
    return Options(jobs, keep_going, force, limits, far, tell, note)


def _tell_finished(batch: Batch) -> None:
    for each in batch.finished:
        if each.made:
            click.echo(f"The report lies in {each.report}")
        else:
            click.echo(f"{each.folder} is done, nothing changed; --force makes it anew.")


def _tell_failed(batch: Batch, problems: Path | None) -> None:
    """Tell every failure; the exit code is that of the first."""
    if not batch.failed:
        return
    (_, first), *others = batch.failed
    for name, problem in others:
        click.echo(f"kbnn: {name}: {problem}", err=True)
    if not others:
        with problems_kept(problems if isinstance(first, DataError) else None):
            raise first
    click.echo(f"kbnn: {batch.failed[0][0]}: {first}", err=True)
    told = f"{len(batch.failed)} runs failed, {len(batch.finished)} are whole."
    click.echo(f"kbnn: {told}", err=True)
    raise click.exceptions.Exit(first.exit_code if isinstance(first, KbnnError) else 1)


def _explain(asked: list[Params], output: Path, start: Path, *, force: bool) -> None:
    from kbnn_analysis.runs.batch import plan_batch
    from kbnn_analysis.runs.step_cache import StepCache

    root, planned = plan_batch(asked, output=output, start=start, force=force)
    for each in planned:
        click.echo(f"{each.target}: {'to make' if each.todo else 'done'}: {each.why}")
        for number in range(len(each.step_parts)):
            todo, why = each.why_step(number, StepCache(root), force=force)
            label = each.steps[number].label
            click.echo(f"  {label}: {'to execute' if todo else 'not executed'}: {why}")


@contextmanager
def _progress() -> Iterator[tuple[Any, Any]]:
    """Show one display on the terminal's error stream: a bar for people, lines for logs."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def tell(words: str, done: int, steps: int) -> None:
            bar.update(task, description=words, completed=done, total=steps)
            if not console.is_terminal:
                click.echo(f"[{done}/{steps}] {words}", err=True)

        def note(sentence: str) -> None:
            if console.is_terminal:
                bar.console.print(sentence, highlight=False)
            else:
                click.echo(sentence, err=True)

        yield tell, note
