"""`kbnn simulate`: answers with a known truth."""

from __future__ import annotations

from pathlib import Path

import click

from kbnn_analysis.cli.numbers import FiniteRange


@click.command()
@click.argument("period")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=2023, show_default=True)
@click.option(
    "--scale", type=FiniteRange(0, 1000, min_open=True), default=1.0, show_default=True,
    help="Number of answers, relative to a usual period.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path(), metavar="FILE",
    help="A file whose name holds SIMULATED, or a folder; the current one by default.",
)  # fmt: skip
def simulate(period: str, seed: int, scale: float, output: Path) -> None:
    """Write a file of simulated answers, marked as such.

    \b
    Example:
      kbnn simulate 2023-2 --seed 7 --output /tmp
    """
    from kbnn_analysis.inference.simulation import simulate_period

    path = simulate_period(period, seed=seed, scale=scale).write(output)
    click.echo(f"Simulated answers of period {period} lie in {path}")
