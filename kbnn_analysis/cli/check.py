"""`kbnn check`: would this run? Nothing is executed."""

from __future__ import annotations

from pathlib import Path

import click

from kbnn_analysis.cli.problems import PROBLEMS, problems_kept
from kbnn_analysis.cli.run import DATA, PARAMS


@click.command()
@PARAMS
@DATA
@PROBLEMS
def check(params: Path, data: str | None, problems: Path | None) -> None:
    """Check parameters, notebooks and data; run nothing.

    \b
    Examples:
      kbnn check params/2023-1.yaml --data answers.csv --problems problems.csv
      kbnn check params/2023-1.yaml
    """
    from kbnn_analysis.runs import load_params
    from kbnn_analysis.runs.checking import check_run

    with problems_kept(problems):
        asked = load_params(params, data=data)
        survey = check_run(asked, start=params.parent)
    named = survey.codebook.unit is not None
    units = f"of {survey.attributes['unit'].nunique()} units" if named else "without units"
    click.echo(
        f"{survey.source}: {len(survey)} valid responses {units}, "
        f"{len(survey.scores.columns)} items, period {survey.period}; ready to run."
    )
