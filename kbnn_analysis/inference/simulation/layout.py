"""Lay drawn answers out as the columns of the codebook ``kbnn-assumed``, all text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.inference.simulation.answers import draw_priorities, encode
from kbnn_analysis.inference.simulation.behaviour import CHANNELS, PROCEDURES
from kbnn_analysis.inference.simulation.comments import draw_comments
from kbnn_analysis.inference.simulation.instrument import PRIORITY_ITEMS, RATED_ITEMS
from kbnn_analysis.inference.simulation.places import place_units
from kbnn_analysis.inference.simulation.population import RESPONDENT_TYPES, Population
from kbnn_analysis.inference.simulation.respondents import Respondents
from kbnn_analysis.inference.simulation.streams import stream


def file_frame(
    population: Population,
    respondents: Respondents,
    scores: npt.NDArray[np.int64],
    period: str,
    seed: int,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows of the file in the order of their dates, and who is a straight-liner.

    Parameters
    ----------
    population, respondents
        The frame and those who answer.
    scores : int array (respondents, items)
        Their answers 1..5 before anything is left out.
    period, seed : str, int
        Name the random streams.

    Returns
    -------
    tuple of DataFrame and tuple of str
        All columns are text; the identifiers number the rows.
    """
    people = len(respondents)
    office = population.office[respondents.cell]
    names = np.array([name for _, name in place_units(period)])
    day, seconds = _timing(respondents, period, seed)
    kinds = np.array(RESPONDENT_TYPES)[population.kind[respondents.cell]]
    columns: dict[str, npt.NDArray[np.generic]] = {
        "province": names[population.province_of_office[office]],
        "office": np.array(population.office_ids)[office],
        "respondent_type": kinds,
        "channel": np.array(CHANNELS)[respondents.channel],
        "procedure": np.array(PROCEDURES)[respondents.procedure],
        "submitted_on": day.astype(str),
        "duration_seconds": seconds.astype(str),
    }
    columns |= dict(zip(RATED_ITEMS, encode(scores, respondents, period, seed).T, strict=True))
    columns |= dict(zip(PRIORITY_ITEMS, draw_priorities(people, period, seed).T, strict=True))
    columns["comment"] = draw_comments(scores, period, seed)
    order = np.lexsort((stream(seed, period, "order").uniform(size=people), day))
    frame = pd.DataFrame(columns, dtype="str").iloc[order].reset_index(drop=True)
    identifiers = [f"{period}-{k:06d}" for k in range(1, people + 1)]
    frame.insert(0, "respondent_id", pd.Series(identifiers, dtype="str"))
    straight = respondents.straight[order]
    return frame, tuple(frame.loc[straight, "respondent_id"])


def _timing(
    respondents: Respondents, period: str, seed: int
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.int64]]:
    """Draw the day (31 days from 15 May or 15 November) and the seconds taken."""
    rng = stream(seed, period, "timing")
    year, half = period.split("-")
    start = np.datetime64(f"{year}-{'05' if half == '1' else '11'}-15")
    days = start + rng.integers(0, 31, size=len(respondents)).astype("timedelta64[D]")
    median = np.where(respondents.straight, 95.0, 420.0)
    seconds = np.exp(0.4 * rng.standard_normal(len(respondents))) * median
    return days, np.maximum(np.rint(seconds), 20).astype(int)


def population_frame(population: Population, period: str, copies: int) -> pd.DataFrame:
    """Return the account holders by unit, province, office and respondent type."""
    codes, names = (np.array(part) for part in zip(*place_units(period), strict=True))
    return pd.DataFrame(
        {
            "unit": codes[population.province],
            "province": names[population.province],
            "office": np.array(population.office_ids)[population.office],
            "respondent_type": np.array(RESPONDENT_TYPES)[population.kind],
            "population": population.count * copies,
        }
    )
