"""What a sheet is made from: disclosed results, for all units at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.wording import capital
from kbnn_analysis.results import Change, Estimates, Funnel, Ranking, Result, Shrinkage


@dataclass(frozen=True)
class SheetFacts:
    """Disclosed results from which the sheets of all units of a period are made.

    Parameters
    ----------
    units : Estimates
        By period, measure and unit; one period. The first proportion that is a top box, else the
        first measure, is the headline.
    whole : Estimates
        The same measures for the whole country: by period and measure.
    ranking : Ranking, optional
        Of the headline.
    shrinkage : Shrinkage, optional
        Of the headline.
    funnel : Funnel, optional
        Of the headline.
    comparison : Result, optional
        Differences of units from a common level, with p-values, of the headline.
    change : Change, optional
        Changes of units since an earlier period, of the headline.

    Raises
    ------
    DisclosureError
        If a result was not disclosed.
    UsageError
        If there are several periods, or a measure of the units has no figure for the country.
    """

    units: Estimates
    whole: Estimates
    ranking: Ranking | None = None
    shrinkage: Shrinkage | None = None
    funnel: Funnel | None = None
    comparison: Result | None = None
    change: Change | None = None
    _rows: dict[tuple[int, str], list[dict[str, Any]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        given = (
            self.units, self.whole, self.ranking, self.shrinkage, self.funnel, self.comparison,
            self.change,
        )  # fmt: skip
        for result in given:
            if result is not None and not result.notes.get("disclosed"):
                raise DisclosureError(
                    f"A sheet was asked of a {type(result).__name__} that was not disclosed; "
                    "write `disclose(result, run.rules)` first."
                )
        if self.units.frame["period"].nunique() != 1:
            raise UsageError("Sheets are made for one period; choose it with .where(period=...).")
        absent = set(self.units.frame["measure"]) - set(self.whole.frame["measure"])
        if absent:
            raise UsageError(f"`whole` has no figure for {', '.join(sorted(absent))}.")
        for at, result in enumerate(given):
            for row in rows.records(result) if result is not None else ():
                self._rows.setdefault((at, str(row.get("unit", ""))), []).append(row)

    @property
    def measures(self) -> list[str]:
        """Return the measures in their order."""
        return [str(name) for name in dict.fromkeys(self.units.frame["measure"])]

    def of_unit(self, unit: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a unit by measure."""
        return {str(row["measure"]): row for row in self._rows.get((0, unit), [])}

    def of_whole(self) -> dict[str, dict[str, Any]]:
        """Return the rows of the country by measure."""
        return {str(row["measure"]): row for row in self._rows.get((1, ""), [])}

    def rank_of(self, unit: str) -> dict[str, Any] | None:
        """Return the rank set of a unit."""
        return self._one(2, unit)

    def posterior_of(self, unit: str) -> dict[str, Any] | None:
        """Return the shrunken estimate of a unit."""
        return self._one(3, unit)

    def band_of(self, unit: str) -> dict[str, Any] | None:
        """Return where a unit stands in the funnel."""
        return self._one(4, unit)

    def difference_of(self, unit: str) -> dict[str, Any] | None:
        """Return the difference of a unit from the common level."""
        return self._one(5, unit)

    def change_of(self, unit: str) -> Change | None:
        """Return the change of a unit, hidden or not; its p-value allows for all units."""
        if self.change is None or not self._rows.get((6, unit)):
            return None
        frame = self.change.frame
        return replace(self.change, frame=frame[frame["unit"].astype(str) == unit])

    def _one(self, at: int, unit: str) -> dict[str, Any] | None:
        found = self._rows.get((at, unit), [])
        return found[0] if found and found[0].get("suppressed") is not True else None

    def question(self, language: Language) -> str:
        """Return the question that all measures are of; empty where there are several."""
        told = {self._label(name, language).rpartition(": ")[0] for name in self.measures}
        return told.pop() if len(told) == 1 else ""

    def name_of(self, measure: str, language: Language) -> str:
        """Return what a measure is called beside the others of the sheet."""
        label = self._label(measure, language)
        return capital(label.rpartition(": ")[2]) if self.question(language) else label

    def _label(self, measure: str, language: Language) -> str:
        return rows.value_label(self.units, "measure", measure, language)
