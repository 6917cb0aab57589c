"""`kbnn codebook`: the instruments."""

from __future__ import annotations

import click


@click.group()
def codebook() -> None:
    """Show and validate codebooks.

    \b
    Example:
      kbnn codebook show kbnn-assumed
    """


@codebook.command("list")
def list_names() -> None:
    """List the codebooks that are shipped.

    \b
    Example:
      kbnn codebook list
    """
    from kbnn_analysis.intake.codebooks import list_codebooks

    for name in list_codebooks():
        click.echo(name)


@codebook.command()
@click.argument("name")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def show(name: str, language: str) -> None:
    """Show a codebook's items: name, role, factor, wording.

    \b
    Example:
      kbnn codebook show sfo-2013 --language en
    """
    from kbnn_analysis.intake.codebooks import load_codebook

    book = load_codebook(name)
    assumed = "  ASSUMED: not the wording of the real instrument" if book.assumed else ""
    click.echo(f"{getattr(book.title, language)} ({book.name} {book.version}){assumed}")
    click.echo(f"{book.source}\nunit: {book.unit}")
    for item in book.items:
        told = (item.name, item.role, item.factor or "", getattr(item.label, language))
        click.echo("\t".join(told))


@codebook.command()
@click.argument("path")
def validate(path: str) -> None:
    """Check a codebook of your own.

    \b
    Example:
      kbnn codebook validate my-survey.yaml
    """
    from kbnn_analysis.intake.codebooks import load_codebook

    book = load_codebook(path)
    click.echo(f"{path}: {book.name} {book.version} with {len(book.items)} items is valid.")
