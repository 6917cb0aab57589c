"""From the parameters of a period to those of another: what follows, and what a person must say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.periods import SIMULATED_PERIODS, Period, parse_period
from kbnn_analysis.runs.archived import ARCHIVED
from kbnn_analysis.runs.params import SIMULATED, Params


@dataclass(frozen=True)
class Mark:
    """What a person must fill in or check, and why.

    Parameters
    ----------
    name : str
        The parameter.
    why : str
        A sentence.
    fill : bool
        True where a value is missing.
    """

    FILL: ClassVar[str] = " / ".join(Label("ĐIỀN VÀO", "FILL IN"))
    CHECK: ClassVar[str] = " / ".join(Label("KIỂM TRA", "CHECK"))

    name: str
    why: str
    fill: bool = False

    def __str__(self) -> str:
        return f"{self.FILL if self.fill else self.CHECK}: {self.why}"


def following(
    old: Params | None, period: Period, name: str | None = None
) -> tuple[dict[str, Any], tuple[Mark, ...]]:
    """Return the values of a new period, and what of them a person must fill in or check.

    Parameters
    ----------
    old : Params, optional
        Those of another period; None takes the defaults.
    period : Period
        The new period.
    name : str, optional
        Name of the folder of results.

    Returns
    -------
    tuple
        Values by name as YAML holds them, only those that are set; a missing one is None.

    Raises
    ------
    UsageError
        If the old folder has a name that says nothing of its period, and `name` is None.
    """
    if old is None:
        named = {"name": name} if name else {}
        return {"period": period.id, "data": None, **named}, (
            Mark("data", "the file of answers.", fill=True),
        )
    values = old.model_dump(mode="json", exclude_unset=True)
    values |= {"period": period.id}
    called = name or _named(old, period)
    if called:
        values["name"] = called
    marks = [each for fill in (_data, _select, _vintage) for each in fill(old, period, values)]
    return values, (*marks, *_quotations(old, values), *_earlier(old, values))


def _named(old: Params, period: Period) -> str | None:
    """Return the name with the new period in the place of the old one."""
    if old.name is None:
        if old.period == period.id:
            raise UsageError(f"The file is that of {period.id} itself; give --name or a period.")
        return None
    if old.period != period.id and old.period in old.name:
        return old.name.replace(old.period, period.id)
    raise UsageError(f"No name follows from {old.name!r} for {period.id}; give --name.")


def _data(old: Params, period: Period, values: dict[str, Any]) -> list[Mark]:
    if old.data == SIMULATED and period.id not in SIMULATED_PERIODS:
        values["data"] = None
        return [Mark("data", "the file of answers; this period cannot be simulated.", fill=True)]
    if old.data == SIMULATED:
        why = "the answers are simulated; name the file when there is one."
        values["data"] = SIMULATED
        return [Mark("data", why)]
    if old.data == ARCHIVED:
        return []
    values["data"] = None
    why = f'the file of answers; that of {old.period} was "{Path(old.data).name}".'
    return [Mark("data", why, fill=True)]


def _select(old: Params, period: Period, values: dict[str, Any]) -> list[Mark]:
    """Move values that name the old period on to the new one."""
    if not old.select:
        return []
    before = parse_period(old.period)
    moved = {before.id: period.id, str(before.year): str(period.year)}
    values["select"] = {key: moved.get(each, each) for key, each in old.select.items()}
    return [Mark("select", f"these values choose the rows of {period.id}.")]


def _quotations(old: Params, values: dict[str, Any]) -> list[Mark]:
    """Leave approved quotations behind: who approved read the answers of the old period only."""
    if values.pop("quotations", None) is None:
        return []
    return [Mark("quotations", f"those of {old.period} stay there; approve those of this period.")]


def _earlier(old: Params, values: dict[str, Any]) -> list[Mark]:
    """Leave earlier periods behind: simulated ones must not stand beside a new file of answers."""
    if not values.pop("earlier", None):
        return []
    named = ", ".join([*(each.period for each in old.earlier), old.period])
    return [Mark("earlier", f"name each period to compare with, and its file: {named}.")]


def _vintage(old: Params, period: Period, values: dict[str, Any]) -> list[Mark]:
    """Take the vintage in force where the old one, a shipped list of provinces, is not."""
    from kbnn_analysis.units import load_vintage, vintage_for

    name = old.unit_vintage
    if name is None or name.endswith(".csv"):
        return [] if name is None else [Mark("unit_vintage", f"are these the units of {period}?")]
    vintage = load_vintage(name)
    if vintage.in_force(period.start) and vintage.in_force(period.end):
        return []
    try:
        in_force = vintage_for(period)
    except UsageError as problem:
        return [Mark("unit_vintage", str(problem))]
    if not name.startswith("provinces-"):
        return [Mark("unit_vintage", f"{name} was not in force throughout {period}.")]
    values["unit_vintage"] = in_force
    why = f"{old.period} had {name}; in {period} this one is in force."
    return [Mark("unit_vintage", why)]
