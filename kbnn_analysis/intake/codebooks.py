"""Codebooks by name or by path, read strictly and checked before anything uses them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.intake.codebook_checks import codebook_mistakes
from kbnn_analysis.intake.strict_yaml import YamlDocument, build_record, read_yaml

_SUFFIXES = (".yaml", ".yml")


def list_codebooks() -> tuple[str, ...]:
    """Return the names of the codebooks shipped with the workbench.

    Returns
    -------
    tuple of str
        Names in alphabetical order.

    Examples
    --------
    >>> list_codebooks()
    ('ecsi-mobi', 'kbnn-assumed', 'lq2002', 'sfo-2013', 'sipas-2022-service')
    """
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def load_codebook(name_or_path: str | Path) -> Codebook:
    """Load a shipped codebook by its name, or any codebook by the path of its YAML file.

    Parameters
    ----------
    name_or_path : str or Path
        A name of :func:`list_codebooks`, or a path that ends in ``.yaml``.

    Returns
    -------
    Codebook
        The instrument, typed and checked.

    Raises
    ------
    UsageError
        If there is no such codebook, or it is wrong; with the file, the line and the place.

    Examples
    --------
    >>> codebook = load_codebook("kbnn-assumed")
    >>> codebook.version, codebook.assumed, len(codebook.items_with("satisfaction"))
    ('1.0', True, 23)
    """
    document = read_yaml(_path(name_or_path))
    codebook = build_record(Codebook, document)
    _check(codebook, document)
    return codebook


def _path(name_or_path: str | Path) -> Path:
    if str(name_or_path).endswith(_SUFFIXES):
        return Path(name_or_path)
    name = str(name_or_path)
    known = list_codebooks()
    if name in known:
        return _folder() / f"{name}.yaml"
    likely = nearest(name, known, most=1)
    hint = f"did you mean {likely[0]!r}?" if likely else "give one of these or a .yaml file."
    raise UsageError(f"no codebook {name[:80]!r} is shipped ({', '.join(known)}); {hint}")


def _check(codebook: Codebook, document: YamlDocument) -> None:
    mistakes = codebook_mistakes(codebook)
    if not mistakes:
        return
    told = [
        f"line {document.line(place)}, {'.'.join(map(str, place))}: {sentence}"
        for place, sentence in mistakes
    ]
    more = f" (and {len(told) - 5} more)" if len(told) > 5 else ""
    raise UsageError(f"{document.file}: {' '.join(told[:5])}{more}")


def _folder() -> Path:
    return Path(str(resources.files("kbnn_analysis.intake") / "codebooks"))
