"""Many runs at once: several params files, and a grid of values for each."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.strict_yaml import YamlDocument, read_yaml
from kbnn_analysis.runs.params import ONE_UNIT, Params, Settings, with_data
from kbnn_analysis.runs.typed import check_values

EVERY = "all"
_WILD = re.compile(r"[*?\[]")

Grid = Mapping[str, Sequence[str]]


def load_many(
    paths: Sequence[Path], *, data: str | None = None, grid: Sequence[str] = ()
) -> list[Params]:
    """Read params files, each with all combinations of its grid.

    Parameters
    ----------
    paths : sequence of Path
        Files, or patterns such as ``params/2023-*.yaml``.
    data : str, optional
        A data file that takes the place of the one in the params file.
    grid : sequence of str
        ``name=value,value`` each: a parameter (``seed``, ``simulate.scale``) or a column of the
        answers, by which rows are selected; ``province=all`` stands for all units of the vintage.
        They are added to ``grid:`` in the file. A run of one unit has none to compare: it takes
        the notebooks that ask about one population, unless the file names its own.

    Returns
    -------
    list of Params
        File by file. With a grid, the values end the name of the folder of results.

    Raises
    ------
    UsageError
        With everything that is wrong in any file; if two runs would make the same folder, or a
        pattern fits no file.
    """
    found: list[Params] = []
    problems: list[str] = []
    for path in _expanded(paths):
        try:
            found += _load(path, data, _parsed(grid))
        except UsageError as problem:
            problems.append(str(problem))
    twice = sorted({each.folder for each in found if _count(found, each.folder) > 1})
    if twice:
        problems.append(
            f"Several runs would make the folder {twice[0]!r}; give each file its own `name`."
        )
    if problems:
        raise UsageError("\n".join(dict.fromkeys(problems)))
    return found


def _count(found: Sequence[Params], folder: str) -> int:
    return sum(each.folder == folder for each in found)


def _expanded(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.exists() or not _WILD.search(str(path)):
            yield path
            continue
        start = Path(path.anchor) if path.anchor else Path()
        fitting = sorted(start.glob(str(path.relative_to(path.anchor))))
        if not fitting:
            raise UsageError(f"No file fits {path}.")
        yield from fitting


def read_params(path: Path) -> tuple[Params, Grid]:
    """Read a params file without making the combinations of its grid.

    Raises
    ------
    UsageError
        With everything that is wrong in it.
    """
    document, values, grid = _read(path)
    return check_values(Params, values, name=path.name, document=document), grid


def _read(path: Path) -> tuple[YamlDocument, dict[str, Any], Grid]:
    document = read_yaml(path)
    if not isinstance(document.data, dict):
        raise UsageError(f"{path.name} must hold lines `name: value`; see params/2023-1.yaml.")
    values: dict[str, Any] = dict(document.data)
    return document, values, _of_file(values.pop("grid", None), path.name)


def _load(path: Path, data: str | None, asked: Grid) -> list[Params]:
    document, values, of_file = _read(path)
    grid = {**of_file, **asked}
    if data is not None:
        values = with_data(values, data)
    plain = check_values(Params, values, name=path.name, document=document)
    names = {name: _every(name, each, plain) for name, each in grid.items()}
    return [
        check_values(Params, _filled(values, combination, plain), name=path.name, document=document)
        for combination in _combinations(names)
    ]


def _of_file(given: object, file: str) -> Grid:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise UsageError(f"{file}: `grid` holds lines `name: [value, value]`.")
    return {name: [each] if isinstance(each, str) else list(each) for name, each in given.items()}


def _parsed(grid: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in grid:
        name, sign, values = each.partition("=")
        if not sign or not name or not all(values.split(",")):
            raise UsageError(f"`--grid` takes name=value,value such as seed=1,2; got {each!r}.")
        found.setdefault(name.strip(), []).extend(value.strip() for value in values.split(","))
    return found


def _every(name: str, values: Sequence[str], params: Params) -> list[str]:
    """Return the values of a column; "all" are the units of the run's vintage."""
    if list(values) != [EVERY]:
        return list(dict.fromkeys(values))
    if params.unit_vintage is None or _is_parameter(name):
        raise UsageError(
            f"`grid`: {name}={EVERY} needs a column of units and a `unit_vintage`; list the values."
        )
    from kbnn_analysis.units import load_vintage

    return [unit.name.vi for unit in load_vintage(params.unit_vintage).units]


def _combinations(grid: Grid) -> Iterator[dict[str, str]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def _filled(
    values: Mapping[str, Any], combination: Mapping[str, str], params: Params
) -> dict[str, Any]:
    filled = dict(values)
    for name, value in combination.items():
        room, dot, part = name.partition(".")
        if not _is_parameter(name):
            room, dot, part = "select", ".", name
            filled["earlier"] = _selected(filled.get("earlier"), name, value)
            if _is_unit(value, params):
                filled.setdefault("notebooks", list(ONE_UNIT))
        filled[room] = {**(filled.get(room) or {}), part: value} if dot else value
    if combination:
        filled["name"] = "-".join([params.folder, *map(_slug, combination.values())])[:64]
    return filled


def _selected(earlier: Any, name: str, value: str) -> Any:
    """Return the earlier periods with the same rows selected, where they do not say others."""
    return [{**each, "select": {name: value, **each.get("select", {})}} for each in earlier or ()]


def _is_unit(value: str, params: Params) -> bool:
    if params.unit_vintage is None:
        return False
    from kbnn_analysis.units import resolve_names

    return value in resolve_names([value], params.unit_vintage).codes


def _is_parameter(name: str) -> bool:
    return name.partition(".")[0] in Settings.model_fields


def _slug(text: str) -> str:
    """Return a text as part of a folder's name, without marks.

    Examples
    --------
    >>> _slug("Bà Rịa - Vũng Tàu"), _slug("Đắk Lắk"), _slug("0.95")
    ('ba-ria-vung-tau', 'dak-lak', '0-95')
    """
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", bare.encode("ascii", "ignore").decode()).strip("-")
