"""A params file for a new period, from that of an earlier one: commented, and marked where open."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kbnn_analysis.errors import UsageError
from kbnn_analysis.periods import Period, parse_period
from kbnn_analysis.runs.described import descriptions
from kbnn_analysis.runs.following import Mark, following
from kbnn_analysis.runs.many_params import Grid, read_params
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.typed import check_values
from kbnn_analysis.runs.yaml_text import block

YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class NewParams:
    """A params file that is not written yet.

    Parameters
    ----------
    path : Path
        Where it goes.
    text : str
        What it says.
    like : Path, optional
        The file whose values it has; None where it has the defaults.
    marks : tuple of Mark
        What a person must fill in or check.
    """

    path: Path
    text: str
    like: Path | None
    marks: tuple[Mark, ...]


def draft_params(
    period: str, *, folder: Path, like: str | None = None, name: str | None = None
) -> NewParams:
    """Return a params file for a period; nothing is written.

    Parameters
    ----------
    period : str
        The new period, in any writing.
    folder : Path
        Where params files lie.
    like : str, optional
        A period whose file lies in `folder`, or the path of a params file. Where it is left out,
        the newest earlier period of the folder; where there is none, the defaults.
    name : str, optional
        Name of the folder of results, and of the file; it follows from `like` where it can.

    Raises
    ------
    UsageError
        If there is no such file, it does not hold valid parameters, or no name follows.
    """
    wanted = parse_period(period)
    source = _find(like, folder, wanted)
    old, grid = read_params(source) if source else (None, {})
    values, marks = following(old, wanted, name)
    made = check_values(Params, {**values, "data": "x"}, name="the new file")
    path = (source.parent if source else folder) / f"{made.folder}.yaml"
    lines = [*_head(path, source), *_entries(values, grid, marks)]
    return NewParams(path, "\n".join(lines) + "\n", source, marks)


def write_params(draft: NewParams) -> None:
    """Write a new params file.

    Raises
    ------
    UsageError
        If something of that name is there, or the folder is not.
    """
    try:
        file = draft.path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise UsageError(f"{draft.path} is there already; edit it, or give --name.") from None
    except OSError as problem:
        raise UsageError(f"Cannot write {draft.path}: {problem.strerror}.") from None
    with file:
        file.write(draft.text)


def shown(path: Path) -> str:
    """Return a path from the current folder on, so that nothing of this machine stays in it."""
    here = Path.cwd().resolve()
    place = path.resolve()
    return place.relative_to(here).as_posix() if place.is_relative_to(here) else path.name


def _find(like: str | None, folder: Path, wanted: Period) -> Path | None:
    if like is None:
        return max(_earlier(folder, wanted), default=(None, None), key=lambda each: each[0])[1]
    if like.endswith(YAML):
        return Path(like)
    path = folder / f"{parse_period(like).id}.yaml"
    if not path.is_file():
        here = ", ".join(sorted(each.stem for each in folder.glob("*.yaml"))) or "nothing"
        raise UsageError(f"There is no {path} to take values from; {folder} holds {here}.")
    return path


def _earlier(folder: Path, wanted: Period) -> Iterator[tuple[Any, Path]]:
    """Give the files of a folder that are named as earlier periods of the same length."""
    for path in folder.glob("*.yaml"):
        try:
            period = parse_period(path.stem)
        except UsageError:
            continue
        if (period.half is None) == (wanted.half is None) and period < wanted:
            yield period, path


def _head(path: Path, source: Path | None) -> Iterator[str]:
    yield "# Parameters of one survey period: what changes from run to run, and nothing else."
    yield f"#   kbnn check {shown(path)}"
    yield f"#   kbnn run {shown(path)}"
    yield f"# The values are those of {source.name}." if source else "# The values are defaults."
    yield "# A line such as #seed: 2023 tells a default; take the # away to set another value."
    yield f"# {Mark.FILL} marks what is missing, {Mark.CHECK} what may be another now."


def _entries(values: Mapping[str, Any], grid: Grid, marks: tuple[Mark, ...]) -> Iterator[str]:
    told = {mark.name: mark for mark in marks}
    for name, meaning in descriptions(Params).items():
        yield ""
        yield from _comment(meaning)
        if name in told:
            yield from _comment(str(told[name]))
        yield from _entry(name, values)
    if grid:
        yield ""
        yield from _comment("One run for each combination of these values.")
        yield from block("grid", grid)


def _entry(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Give a parameter, or its default as a comment; of a group, each of its parameters."""
    default = Params.model_fields[name].default
    if isinstance(default, BaseModel):
        yield from _group(name, type(default), values.get(name) or {})
    elif name in values:
        value = values[name]
        yield from [f"{name}:"] if value is None and name == "data" else block(name, value)
    else:
        plain = Params(period="2023-1").model_dump(mode="json")
        yield from (f"#{line}" for line in block(name, plain.get(name)))


def _group(name: str, model: type[BaseModel], values: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name}:" if values else f"#{name}:"
    defaults = model().model_dump(mode="json")
    for each, meaning in descriptions(model).items():
        yield from _comment(meaning, "  ")
        if each in values:
            yield from (f"  {line}" for line in block(each, values[each]))
        else:
            yield from (f"#  {line}" for line in block(each, defaults[each]))


def _comment(text: str, before: str = "") -> Iterator[str]:
    plain = text.replace("None", "null")
    yield from (f"{before}# {line}" for line in textwrap.wrap(plain, 96 - len(before)))
