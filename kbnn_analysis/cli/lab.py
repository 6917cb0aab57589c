"""`kbnn lab`: the notebooks in JupyterLab."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab; what follows is handed to it.

    \b
    Example:
      kbnn lab --no-browser --port 8890
    """
    import os
    import subprocess
    import sys

    from kbnn_analysis.runs.workspace import find_root

    root = find_root(Path.cwd())
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={root}", *options]
    start = [] if any("=" not in each and each.endswith(".ipynb") for each in options) else [
        "--LabApp.default_url=/lab/tree/notebooks"
    ]  # fmt: skip
    if os.name == "posix":  # it takes this process's place: who stops this one stops JupyterLab
        os.execv(sys.executable, [*command, *start])
    raise click.exceptions.Exit(subprocess.call([*command, *start]))
