"""What numbers of answers are needed for, in words that tables, figures and sentences share."""

from __future__ import annotations

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import RespondentsNeeded, Shrinkage


def needed_note(result: RespondentsNeeded | Shrinkage, language: Language) -> str:
    """Return what the answers are needed for; a reference that is not shown is not named."""
    if isinstance(result, Shrinkage):
        level = numbers.percent(float(result.notes["reliability"]), language, decimals=0)
        return word("reliable_means", language, level=level)
    if not reference_shown(result):
        return word("needed_hidden", language)
    reference = rows.value_label(result, "unit", str(result.notes["reference"]), language)
    power = numbers.percent(float(result.notes["power"]), language, decimals=0)
    return word("needed_means", language, reference=reference, power=power)


def reference_shown(needed: RespondentsNeeded) -> bool:
    """Return whether the unit that the others are compared with has an estimate to be seen."""
    own = (needed.frame["unit"] == str(needed.notes["reference"])).to_numpy()
    return bool(rows.shown(needed).to_numpy()[own].any())
