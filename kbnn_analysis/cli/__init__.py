"""The `kbnn` commands: arguments in, exit codes and sentences out; no science.

Modules of this room import only click and the errors when they are loaded, so that help is there at
once; a command imports what it needs when it runs.
"""

from __future__ import annotations

import sys

import click

from kbnn_analysis import __version__
from kbnn_analysis.cli.archive import archive
from kbnn_analysis.cli.check import check
from kbnn_analysis.cli.codebook import codebook
from kbnn_analysis.cli.diff import diff
from kbnn_analysis.cli.lab import lab
from kbnn_analysis.cli.new import new
from kbnn_analysis.cli.release import release
from kbnn_analysis.cli.run import run
from kbnn_analysis.cli.simulate import simulate
from kbnn_analysis.cli.units import units
from kbnn_analysis.cli.verify import verify
from kbnn_analysis.errors import KbnnError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kbnn")
def kbnn() -> None:
    """Turn a survey period's confidential answers into a report.

    \b
    Example:
      kbnn run params/2023-1.yaml
    """


for command in (run, new, check, verify, diff, release, simulate, units, codebook, archive, lab):
    kbnn.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; what a user did wrong ends in one sentence and an exit code.

    Parameters
    ----------
    arguments : list of str, optional
        The words after `kbnn`; those of the command line by default.
    """
    try:
        code = kbnn.main(arguments, prog_name="kbnn", standalone_mode=False)
    except KbnnError as problem:
        click.echo(f"kbnn: {problem}", err=True)
        sys.exit(problem.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("kbnn: stopped; the last good results are as they were.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
