"""Letters that say which units cannot be told apart."""

from __future__ import annotations

import numpy as np

from kbnn_analysis.inference.comparable import comparable_units
from kbnn_analysis.inference.comparison import compare
from kbnn_analysis.results import Estimates
from kbnn_analysis.results.comparison import LetterGroups
from kbnn_analysis.stats.letters import compact_letters
from kbnn_analysis.stats.multiplicity import Adjustment


def letter_groups(
    estimates: Estimates, adjust: Adjustment = "max-t", *, level: float = 0.95, min_n: int = 10
) -> LetterGroups:
    """Give units letters from comparisons of all pairs.

    Sharing a letter means that no difference was found, not that there is none; a rank set or an
    interval says more. Letters are given because reports ask for them.

    Parameters
    ----------
    estimates : Estimates
        One measure and period, one row for each unit.
    adjust : {"max-t", "holm", "bonferroni", "benjamini-hochberg", "none"}
        Adjustment of the comparisons.
    level : float
        A pair differs where its adjusted p-value is at most 1 - level.
    min_n : int
        Units with fewer answers get no letter.

    Returns
    -------
    LetterGroups
        With ``letters``; empty for units left out.

    References
    ----------
    Piepho, H.-P. (2004). *Journal of Computational and Graphical Statistics* 13, 456-466. In R:
    ``multcomp::cld``.

    Examples
    --------
    >>> import pandas as pd
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": ["A", "B", "C"], "count": [99, 95, 70], "n": [100] * 3})
    >>> estimates = estimates_from_counts(counts, info, period="2023-1")
    >>> letter_groups(estimates).frame["letters"].tolist()
    ['a', 'a', 'b']
    """
    units = comparable_units(estimates, min_n=min_n, purpose="A display of letters")
    pairs = compare(estimates, "all_pairs", adjust, level=level, min_n=min_n)
    size = len(units.rows)
    different = np.zeros((size, size), dtype=bool)
    different[np.triu_indices(size, k=1)] = pairs.frame["p_adjusted"].to_numpy() <= 1 - level
    letters = np.full(len(estimates.frame), "", dtype=object)
    letters[units.rows] = compact_letters(units.estimate, different | different.T)
    kept = [*estimates.by, "n", "estimate", "std_error", "conf_low", "conf_high"]
    return LetterGroups(
        frame=estimates.to_frame()[kept].assign(letters=letters),
        by=estimates.by,
        method=f"Units that share a letter were not found to differ. {pairs.method}",
        labels=estimates.labels,
        notes={**pairs.notes, "interval": estimates.notes.get("interval"), "limits": None},
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=estimates.conf_level,
    )
