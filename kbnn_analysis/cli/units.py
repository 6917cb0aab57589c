"""`kbnn units`: administrative units, their names and their crosswalks."""

from __future__ import annotations

import click

VINTAGE = click.option(
    "--vintage", required=True, metavar="NAME", help="A vintage, or a table of your own (.csv)."
)


@click.group()
def units() -> None:
    """Show administrative units, resolve their names, follow their changes.

    \b
    Example:
      kbnn units show provinces-34
    """


@units.command("list")
def list_vintages() -> None:
    """List the vintages, with the dates on which they hold.

    \b
    Example:
      kbnn units list
    """
    from kbnn_analysis.units import VINTAGES, load_vintage

    for name in VINTAGES:
        vintage = load_vintage(name)
        since = vintage.valid_from or ""
        click.echo(f"{name}\t{len(vintage)} units\t{since} .. {vintage.valid_to or ''}")


@units.command()
@click.argument("vintage")
def show(vintage: str) -> None:
    """Show the units of a vintage: code, Vietnamese and English name.

    \b
    Example:
      kbnn units show provinces-63
    """
    from kbnn_analysis.units import load_vintage

    for unit in load_vintage(vintage).units:
        click.echo(f"{unit.code}\t{unit.name.vi}\t{unit.name.en}")


@units.command()
@click.argument("names", nargs=-1, required=True)
@VINTAGE
def resolve(names: tuple[str, ...], vintage: str) -> None:
    """Find the codes of names as people write them; what is unclear is listed, never guessed.

    \b
    Example:
      kbnn units resolve "KBNN Thái Nguyên" "TP. Hồ Chí Minh" --vintage provinces-63
    """
    from kbnn_analysis.errors import UsageError
    from kbnn_analysis.units import resolve_names

    found = resolve_names(names, vintage)
    for name, code in found.codes.items():
        click.echo(f"{code}\t{name}")
    if found.unresolved:
        lines = "".join(f"\n  {each}" for each in found.unresolved)
        raise UsageError(f"{len(found.unresolved)} of {len(names)} names are not resolved:{lines}")


@units.command()
@click.argument("source")
@click.argument("target")
def crosswalk(source: str, target: str) -> None:
    """Show what each unit of one vintage became part of in another.

    \b
    Example:
      kbnn units crosswalk provinces-63 provinces-34
    """
    from kbnn_analysis.units import crosswalk as units_crosswalk
    from kbnn_analysis.units import load_vintage

    before, after = load_vintage(source).labels(), load_vintage(target).labels()
    for code, became in units_crosswalk(source, target).items():
        click.echo(f"{code}\t{before[code].vi}\t{became}\t{after[became].vi}")
