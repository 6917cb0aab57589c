"""Is the unit that a model puts first really first? Its answer by the rank sets."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.ranking import compared
from kbnn_analysis.presentation.narrative.shrinkage import likeliest
from kbnn_analysis.presentation.wording import counted
from kbnn_analysis.results import Ranking, Shrinkage

_ASKED = Label(
    "{unit} (đơn vị có khả năng đứng đầu cao nhất theo mô hình) có thật sự đứng đầu không?",
    "Is {unit} (the likeliest best under the model) really first?",
)
_OPEN = Label(
    "Chưa thể khẳng định: dữ liệu cho phép mọi thứ hạng từ {low} đến {high} trong {count}.",
    "It cannot be said: the data allow it any rank from {low} to {high} of {count}.",
)
_YES = Label(
    "Có: trong {count}, đó là đơn vị duy nhất mà dữ liệu cho phép đứng thứ nhất.",
    "Yes: of {count} it is the only one that the data allow to rank first.",
)
_NO = Label(
    "Không: dữ liệu chỉ cho phép các thứ hạng từ {low} đến {high} trong {count}.",
    "No: the data allow it only ranks from {low} to {high} of {count}.",
)


def describe_candidate(ranking: Ranking, shrinkage: Shrinkage, language: Language) -> str:
    """Ask of the likeliest best unit whether it is really first, and answer by its rank set.

    Parameters
    ----------
    ranking : Ranking
        Rank sets of one measure and period, disclosed where they are shared.
    shrinkage : Shrinkage
        Of the same units: it says which unit to ask about, not what is answered.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A question and its answer; empty where either result shows no unit.
    """
    modelled = shrinkage.frame.assign(name=rows.row_labels(shrinkage, language, ("unit",)))
    modelled = modelled[rows.shown(shrinkage, "prob_best")]
    ranked = ranking.frame[rows.shown(ranking, "rank_low")].set_index("unit")
    if modelled.empty or likeliest(modelled)["unit"] not in ranked.index:
        return ""
    unit = likeliest(modelled)
    low, high = ranked.loc[unit["unit"], ["rank_low", "rank_high"]]
    answer = _NO if low > 1 else _YES if high == 1 else _OPEN
    told = answer.text(language).format(
        low=numbers.count(low, language),
        high=numbers.count(high, language),
        count=counted(compared(ranked), language, "đơn vị", "unit"),
    )
    return f"{_ASKED.text(language).format(unit=unit['name'])} {told}"
