"""Does the interval of a change hold it? By simulation, where the same offices answer again.

    python tests/coverage/study_change.py --surveys 40 --write docs/validation/change.md

63 units of a few offices each, two periods. An office keeps a part of what sets it apart: its
effect in one period correlates with that in the other. The truth is the rate behind the offices
("process"), known from the model; respondents are drawn anew in each period.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special

from kbnn_analysis.inference.change import change
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import two_box
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.stacking import stack_surveys
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.units import as_vintage

ITEM, PERIODS = "overall_treasury", ("2023-1", "2023-2")
VINTAGE = as_vintage("provinces-63")
CODES = np.array(VINTAGE.codes)
ICC, SPREAD = 0.05, 0.25  # of offices on the latent scale; of units
LEVEL = 0.95


@dataclass(frozen=True)
class World:
    """What is true of two periods.

    Parameters
    ----------
    offices, answers : int
        Offices of a unit, and answers of an office in each period.
    rate : float
        Rate of the earlier period, common to the units but for their own levels.
    kept : float
        Correlation of an office's effects in the two periods.
    moved : float
        Standard deviation of the units' own changes on the latent scale; 0 where none changed.
    """

    offices: int
    answers: int
    rate: float
    kept: float = 0.7
    moved: float = 0.0

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
        """Return each respondent's office, their satisfaction by period, and the true rates."""
        spread = np.sqrt(ICC / (1 - ICC))
        level = special.ndtri(self.rate) + rng.normal(0, SPREAD, len(CODES))
        levels = np.column_stack([level, level + rng.normal(0, self.moved, len(CODES))])
        truth = special.ndtr(levels)
        shape = (len(CODES) * self.offices, 2)
        effect = rng.normal(size=shape)
        effect[:, 1] = self.kept * effect[:, 0] + np.sqrt(1 - self.kept**2) * effect[:, 1]
        chance = special.ndtr(
            np.repeat(levels, self.offices, axis=0) * np.hypot(1, spread) + spread * effect
        )
        office = np.repeat(np.arange(shape[0]), self.answers)
        drawn = [rng.random(len(office)) < chance[office, period] for period in (0, 1)]
        return office, drawn, truth


def survey(
    office: np.ndarray, satisfied: np.ndarray, world: World, period: str, book: Codebook
) -> Survey:
    """Return the answers of one period."""
    score = pd.DataFrame({ITEM: np.where(satisfied, 5.0, 2.0)})
    unit = pd.Categorical(CODES[office // world.offices], categories=CODES)
    return Survey(
        scores=score,
        not_applicable=score.isna(),
        attributes=pd.DataFrame({"office": [f"{each:04d}" for each in office], "unit": unit}),
        design=Design(target="process", psu="office"),
        codebook=book,
        period=period,
        unit_labels=VINTAGE.labels(),
        unit_vintage=VINTAGE.name,
    )


def one(world: World, rng: np.random.Generator, book: Codebook) -> dict[str, float]:
    """Return what one pair of surveys shows: shares of intervals that hold, and findings."""
    office, drawn, truth = world.draw(rng)
    periods = [
        survey(office, each, world, period, book)
        for each, period in zip(drawn, PERIODS, strict=True)
    ]
    levels = estimate(stack_surveys(periods), two_box(ITEM), "unit")
    single = change(levels, adjust="none", level=LEVEL).frame
    together = change(levels, adjust="max-t", level=LEVEL).frame
    true = (truth[:, 1] - truth[:, 0])[np.searchsorted(CODES, single["unit"].astype(str))]
    apart = _apart(levels, single)
    return {
        "single": _held(single, true),
        "width": float((single["conf_high"] - single["conf_low"]).mean()),
        "shrunken": _held(single, true, "shrunken_low", "shrunken_high"),
        "shrunken width": float((single["shrunken_high"] - single["shrunken_low"]).mean()),
        "all": float(_held(together, true) == 1),
        "apart": apart,
        "any": float((together["p_adjusted"] <= 1 - LEVEL).any()),
        "found": float((together["p_adjusted"] <= 1 - LEVEL).mean()),
    }


def _held(
    frame: pd.DataFrame, true: np.ndarray, low: str = "conf_low", high: str = "conf_high"
) -> float:
    told = frame[low].notna().to_numpy()
    return float(((frame[low] <= true) & (true <= frame[high]))[told].mean())


def _apart(levels: object, single: pd.DataFrame) -> float:
    """Return how much wider intervals were if the periods were taken as independent."""
    variance = np.diag(levels.covariance)  # type: ignore[attr-defined]
    frame = levels.frame.assign(variance=variance)  # type: ignore[attr-defined]
    summed = frame.groupby("unit", observed=True)["variance"].sum()
    own = single.set_index("unit")["std_error"] ** 2
    both = pd.concat([summed, own], axis=1).dropna()
    return float(np.sqrt(both.iloc[:, 0].mean() / both.iloc[:, 1].mean()))


WORLDS = (
    World(11, 27, 0.90),
    World(11, 27, 0.97),
    World(11, 27, 0.99),
    World(4, 30, 0.90),
    World(4, 30, 0.97),
    World(3, 10, 0.95),
    World(11, 136, 0.97),
    World(11, 27, 0.97, kept=0.0),
    World(11, 27, 0.97, kept=0.95),
)
MOVED = 0.15


def study(world: World, surveys: int, seed: int = 20231) -> dict[str, tuple[float, float]]:
    """Return the mean of each figure of `one` with its Monte Carlo error."""
    book, rng = load_codebook("kbnn-assumed"), np.random.default_rng(seed)
    told = pd.DataFrame([one(world, rng, book) for _ in range(surveys)])
    return {
        name: (float(column.mean()), float(column.std(ddof=1) / np.sqrt(surveys)))
        for name, column in told.items()
    }


def table(surveys: int) -> str:
    """Return the study as a Markdown table, in per cent and percentage points."""
    head = ("offices x answers", "rate", "kept", "changed", "one interval", "its width",
            "all 63 together", "any found", "shrunken interval", "its width",
            "if independent")  # fmt: skip
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for world in (each for base in WORLDS for each in (base, replace(base, moved=MOVED))):
        seen = study(world, surveys)
        cells = [
            f"{world.offices} x {world.answers}",
            f"{100 * world.rate:g} %",
            f"{world.kept:g}",
            "yes" if world.moved else "no",
            _percent(seen["single"]),
            f"{100 * seen['width'][0]:.1f}",
            _percent(seen["all"]),
            _percent(seen["any"]),
            _percent(seen["shrunken"]),
            f"{100 * seen['shrunken width'][0]:.1f}",
            f"x {seen['apart'][0]:.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _percent(told: tuple[float, float]) -> str:
    return f"{100 * told[0]:.1f} ± {100 * told[1]:.1f}"


PAGE = """# Does the interval of a change hold the change?

Written by `python tests/coverage/study_change.py --surveys {surveys}`. 63 units whose offices
answer in both periods; intra-class correlation of offices {icc:g} on the latent scale; the truth is
the rate behind the offices. "kept": correlation of an office's effects in the two periods.
"changed": whether units truly moved (standard deviation {moved:g} on the latent scale). Per cent
with Monte Carlo error, widths in percentage points.

{rows}

- "one interval": how many of the single 95 % intervals hold their unit's change.
- "all 63 together": how many pairs of surveys have all simultaneous (max-t) intervals hold at once.
- "any found": how many pairs name any unit as changed. Where nothing changed: at most 5.
- "shrunken interval": of the joint shrinkage of levels and changes; holds on average over units.
- "if independent": how much wider intervals were, had the shared offices been left out of account.
"""


def main() -> None:
    """Run the study and print or write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surveys", type=int, default=40)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    page = PAGE.format(surveys=asked.surveys, icc=ICC, moved=MOVED, rows=table(asked.surveys))
    if asked.write:
        asked.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
