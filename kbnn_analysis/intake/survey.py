"""The validated survey: answers, design, instrument and period in one frozen object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, check_one_of, nearest
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Label
from kbnn_analysis.results.breaks import Break

Target = Literal["period", "process", "self-selected"]
LonelyPsu = Literal["adjust", "average", "remove", "fail"]


@dataclass(frozen=True, kw_only=True)
class Design:
    """How the respondents came to answer, by names of attributes.

    Parameters
    ----------
    target : {"period", "process", "self-selected"}
        What the intervals speak of. "period": these offices in this period; the offices all
        answered, so they are strata. "process": the process behind them; offices are primary
        sampling units and there is no finite population correction. "self-selected": whoever
        answered; no finite population correction, and no claim about those who did not answer.
    weight, strata, psu, fpc : str, optional
        Attributes that hold the weight, the stratum, the primary sampling unit and the number of
        such units in the population of the stratum.
    second_psu, second_fpc : str, optional
        Attributes of a second stage: the unit sampled within each primary one (respondents where
        it is left out), and the number of such units in the primary one.
    lonely_psu : {"adjust", "average", "remove", "fail"}
        What a stratum with one sampling unit does: be centred at zero instead of its own mean
        (conservative), add the average of the other strata, add nothing, or stop.
    """

    target: Target = "self-selected"
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    second_psu: str | None = None
    second_fpc: str | None = None
    lonely_psu: LonelyPsu = "adjust"

    def __post_init__(self) -> None:
        check_one_of("lonely_psu", self.lonely_psu, get_args(LonelyPsu))
        if (self.second_psu or self.second_fpc) and not (self.psu and self.fpc):
            raise UsageError(
                "A second stage needs `psu` and `fpc` of the first: without a finite population "
                "the first stage stands for all."
            )
        if self.target != "period" and self.fpc is not None:
            raise UsageError(
                f"`fpc` belongs to the target 'period'; for {self.target!r} leave it out."
            )


@dataclass(frozen=True, kw_only=True)
class Survey:
    """A period's validated answers.

    Parameters
    ----------
    scores : DataFrame of float, respondents x items
        Valid answers in the codebook's direction (reverse-coded items already turned); NaN where
        there is none.
    not_applicable : DataFrame of bool, respondents x items
        True where the respondent said that the item does not apply.
    attributes : DataFrame, respondents x attributes
        Categories keep all levels of the codebook or of the unit list, so that an absent unit is
        a visible row. The unit stands in the column ``unit`` as well as under its own name.
    comments : Series of str
        Free texts; they never leave the workbench.
    design, codebook, period, source, sha256
        Where it came from and how it is to be weighed.
    unit_labels : mapping
        Unit code -> name in both languages.
    unit_vintage : str, optional
        The vintage of administrative units, for example "provinces-63"; None for other units.
    simulated : bool
        True for simulated answers.
    rows : ndarray of int, optional
        The row of the file that each respondent stands in, as a person sees it.
    announced : tuple of str
        What reading and validation did or noticed without stopping.
    periods : tuple of str
        Several periods in time, where surveys were stacked: see
        :func:`kbnn_analysis.intake.stacking.stack_surveys`. ``period`` is then the latest, and the
        attribute ``period`` tells whose answers are whose.
    breaks : tuple of Break
        What differs between the periods besides the answers.
    """

    scores: pd.DataFrame
    not_applicable: pd.DataFrame
    attributes: pd.DataFrame
    design: Design
    codebook: Codebook
    period: str
    source: str = ""
    sha256: str = ""
    comments: pd.Series | None = None
    unit_labels: Mapping[str, Label] = field(default_factory=dict)
    unit_vintage: str | None = None
    simulated: bool = False
    rows: npt.NDArray[np.integer[Any]] | None = None
    announced: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.scores)
        if len(self.not_applicable) != rows or len(self.attributes) != rows:
            raise ValueError("scores, not_applicable and attributes differ in length")

    def __len__(self) -> int:
        return len(self.scores)

    def score(self, item: str) -> npt.NDArray[np.float64]:
        """Return the valid answers to one item, NaN where there is none."""
        self._check(item, self.scores, "item")
        return self.scores[item].to_numpy(dtype=float)

    def attribute(self, name: str) -> pd.Series:
        """Return one attribute of the respondents."""
        self._check(name, self.attributes, "attribute")
        return self.attributes[name]

    def weights(self) -> npt.NDArray[np.float64]:
        """Return the design weights; ones where none are declared."""
        if self.design.weight is None:
            return np.ones(len(self))
        return self.attribute(self.design.weight).to_numpy(dtype=float)

    def codes(self, name: str | None) -> npt.NDArray[np.intp] | None:
        """Return an attribute as integer codes (for strata and PSUs); None for None."""
        if name is None:
            return None
        return pd.factorize(self.attribute(name), sort=True)[0]

    def _check(self, name: str, frame: pd.DataFrame, kind: str) -> None:
        if name in frame.columns:
            return
        likely = nearest(name, [str(column) for column in frame.columns], most=1)
        hint = f"; did you mean {likely[0]!r}?" if likely else "."
        raise UsageError(f"the survey has no {kind} {name!r}{hint}")
