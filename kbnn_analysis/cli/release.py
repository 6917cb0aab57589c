"""`kbnn release`: what may be shared, or why not."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only scan files made elsewhere; release nothing.")
@click.option("--by", "who", default="", metavar="NAME", help="Who releases; kept in the ledger.")
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FILE", multiple=True,
    help="A file of answers that no longer lies where it lay; may be given again.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Where the bundle goes; releases/ beside the run by default.",
)  # fmt: skip
def release(
    paths: tuple[Path, ...], check: bool, who: str, data: tuple[Path, ...], output: Path | None
) -> None:
    """Bundle a finished run for sharing, or refuse with the list of what forbids it (exit 3).

    \b
    Examples:
      kbnn release outputs/2023-1 --by "Nguyễn Văn A"
      kbnn release --check notebook.ipynb table.xlsx
    """
    from kbnn_analysis.errors import DisclosureError, UsageError
    from kbnn_analysis.runs.release import check_files, release_run

    if check:
        findings = check_files(paths)
        if findings:
            lines = "".join(f"\n  {finding}" for finding in findings)
            raise DisclosureError(f"{len(findings)} findings:{lines}")
        click.echo(f"{len(paths)} files checked; nothing was found. The numbers in them were not.")
        return
    if len(paths) > 1:
        raise UsageError("Release one finished run at a time, such as outputs/2023-1.")
    cleared = release_run(paths[0], who=who, data=data, output=output)
    click.echo(f"Bundle: {cleared.bundle}\nCheck report: {cleared.report}")
    click.echo(f"Ledger: {cleared.head[:16]}")
