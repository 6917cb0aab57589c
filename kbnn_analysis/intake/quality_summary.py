"""The quality of a period's answers as tidy results: by item, and by respondents' flags."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kbnn_analysis.intake.quality import constant_items, respondent_flags, suspected_reverse
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results.diagnosis import Diagnosis

FLAG_LABELS = {
    "nothing_answered": Label("Không trả lời câu nào", "Nothing answered"),
    "mostly_missing": Label("Bỏ trống trên một nửa số câu", "More than half missing"),
    "straight_line": Label("Mọi câu cùng một mức", "All answers alike"),
    "too_fast": Label("Trả lời nhanh bất thường", "Too fast to have read"),
}


def item_quality(survey: Survey) -> Diagnosis:
    """Return valid answers, missing and not-applicable shares of each item.

    Parameters
    ----------
    survey : Survey
        The survey.

    Returns
    -------
    Diagnosis
        By period and item: ``n`` valid answers, ``share_missing`` and ``share_not_applicable``
        of all respondents. The notes name constant items and items that may be reverse-coded.
    """
    outside = survey.not_applicable.to_numpy(dtype=bool)
    valid = survey.scores.notna().to_numpy()
    rows = max(len(survey), 1)
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "item": [str(name) for name in survey.scores.columns],
            "n": valid.sum(axis=0),
            "share_missing": (~valid & ~outside).sum(axis=0) / rows,
            "share_not_applicable": outside.sum(axis=0) / rows,
        }
    )
    labels = {"item": {item.name: item.label.label for item in survey.codebook.items}}
    return Diagnosis(
        frame=frame,
        by=("period", "item"),
        method="Unweighted counts; missing and not-applicable answers are kept apart.",
        labels=labels,
        notes={
            "respondents": len(survey),
            "constant_items": ", ".join(constant_items(survey)),
            "suspected_reverse": ", ".join(suspected_reverse(survey)),
            "announced": "\n".join(survey.announced),
        },
        simulated=survey.simulated,
    )


def flag_summary(survey: Survey) -> Diagnosis:
    """Return how many respondents each quality flag tells of.

    Parameters
    ----------
    survey : Survey
        The survey.

    Returns
    -------
    Diagnosis
        By period and flag: ``n`` respondents for whom the flag is known, ``count`` of those it
        tells of, and their ``share``. Nobody is left out because of a flag.
    """
    flags = respondent_flags(survey)
    names = [name for name in FLAG_LABELS if name in flags]
    known = np.array([_known(flags, name) for name in names])
    counts = np.array([int(flags[name].sum()) for name in names])
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "flag": names,
            "n": known,
            "count": counts,
            "share": np.divide(counts, known, out=np.full(len(names), np.nan), where=known > 0),
        }
    )
    return Diagnosis(
        frame=frame,
        by=("period", "flag"),
        method="Unweighted counts of respondents; flags inform and drop nobody.",
        labels={"flag": {name: FLAG_LABELS[name] for name in names}},
        notes={"respondents": len(survey)},
        simulated=survey.simulated,
    )


def _known(flags: pd.DataFrame, name: str) -> int:
    return int(flags["seconds"].notna().sum()) if name == "too_fast" else len(flags)
