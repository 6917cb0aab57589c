"""Is the first really first? What a ranking supports, and what it does not."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.disclosure.ranks import LEAST_FOR_A_RANK
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_hidden
from kbnn_analysis.presentation.wording import counted, listing, sentence
from kbnn_analysis.results import Result

_NONE = Label("Không có đơn vị nào đủ phiếu để xếp hạng", "No unit has enough answers to be ranked")
_ONLY_BOUNDS = Label(
    "Không đơn vị nào được xếp hạng: tỷ lệ quá gần 100% hoặc 0% nên chỉ công bố dưới dạng cận",
    "No unit is ranked: so close to 100% or 0% only bounds are published",
)
_BOUNDED = Label(
    "{count} chỉ được công bố dưới dạng cận và không xếp hạng, vì có quá ít phiếu ở một phía",
    "{count} {are} published as a bound and not ranked, for too few answers lie on one side",
)
_ONE = Label(
    "Chỉ có {leader} đủ phiếu ({value}); một đơn vị thì không có thứ hạng",
    "Only {leader} has enough answers ({value}); a single unit has no rank",
)
_HIGHEST = Label("cao nhất", "highest")
_LOWEST = Label("tốt nhất, tức thấp nhất,", "best, that is lowest,")
# a unit told as a bound, or hidden, may be ahead of all that are seen
_HIGHEST_SEEN = Label("cao nhất trong số được công bố", "highest published")
_LOWEST_SEEN = Label(
    "tốt nhất, tức thấp nhất, trong số được công bố", "best published, that is lowest,"
)
_ALL_ALIKE = Label(
    "{leaders} có ước lượng {most} ({value}), nhưng dữ liệu không phân biệt được {count} với nhau: "
    "mỗi đơn vị đều có thể đứng ở bất kỳ thứ hạng nào, nên không nên đọc bảng này như một bảng "
    "xếp hạng",
    "{leaders} {have} the {most} estimate ({value}), but the data cannot tell the {count} apart: "
    "each may hold any rank, so this should not be read as a league table",
)
_CLEAR = Label(
    "{leader} có kết quả {most} ({value}) và là đơn vị duy nhất mà dữ liệu cho phép đứng "
    "thứ nhất trong {count}",
    "{leader} has the {most} result ({value}) and is the only one of {count} that the data allow "
    "to rank first",
)
_UNCLEAR = Label(
    "{leader} có ước lượng {most} ({value}), nhưng không thể phân biệt với {others}: thứ hạng "
    "thực có thể từ {low} đến {high} trong {count}",
    "{leader} has the {most} estimate ({value}) but cannot be told apart from {others}: its true "
    "rank may be anywhere from {low} to {high} of {count}",
)
_TIED = Label(
    "{leaders} có ước lượng {most} và bằng nhau ({value}); dữ liệu không nói đơn vị nào đứng "
    "thứ nhất trong {count}",
    "{leaders} share the {most} estimate ({value}); the data do not say which of {count} is first",
)
_CANDIDATES = Label(
    "Những đơn vị có thể đứng thứ nhất: {names}", "The units that could rank first are {names}"
)
_UNRANKED = Label(
    "{count} không được xếp hạng vì quá ít phiếu hợp lệ",
    "{count} {are} not ranked for want of valid answers",
)
_UNTOLD = Label(
    "{count} được so sánh nhưng không nêu thứ hạng, vì có dưới {least} phiếu hợp lệ",
    "{count} {were} compared, but no rank is told for fewer than {least} valid answers",
)


def describe_ranking(ranking: Result, language: Language) -> str:
    """Say whether the first is really first, how many could be, and who is not ranked.

    Parameters
    ----------
    ranking : Ranking
        Estimates with ``rank_low`` and ``rank_high``; hidden and unranked rows have none.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Two to four sentences. The last place is never named: a low rank with a wide interval
        says little and harms.
    """
    frame = ranking.frame.assign(
        name=rows.row_labels(ranking, language), told=rows.released(ranking, language)
    )
    ranked = frame[rows.shown(ranking) & frame["rank_low"].notna()]
    ranked = rows.by_estimate(ranking, ranked)
    told = [_leading(ranking, ranked, language), _candidates(ranked, language)]
    hidden = rows.hidden(ranking)
    bounded = int((rows.banded(ranking) & ~hidden).sum())
    if bounded:
        count = counted(bounded, language, "đơn vị", "unit")
        are = "is" if bounded == 1 else "are"
        told.append(sentence(_BOUNDED.text(language).format(count=count, are=are)))
    told += _without_rank(ranked, int((~hidden).sum()) - len(ranked) - bounded, bounded, language)
    if hidden.any():
        told.append(describe_hidden(ranking, language))
    return " ".join(part for part in told if part)


def _without_rank(
    ranked: pd.DataFrame, unranked: int, bounded: int, language: Language
) -> list[str]:
    """Tell units whose ranks are not told from those that were left out of the comparison."""
    untold = min(unranked, compared(ranked) - len(ranked) - bounded) if len(ranked) else 0
    told = []
    for pattern, number in ((_UNTOLD, untold), (_UNRANKED, unranked - max(untold, 0))):
        if number > 0:
            facts = {
                "count": counted(number, language, "đơn vị", "unit"),
                "are": "is" if number == 1 else "are",
                "were": "was" if number == 1 else "were",
                "least": LEAST_FOR_A_RANK,
            }
            told.append(sentence(pattern.text(language).format(**facts)))
    return told


def describe_leader(ranking: Result, language: Language) -> str:
    """Say in one sentence whether the first is really first, as :func:`describe_ranking` begins."""
    frame = ranking.frame.assign(
        name=rows.row_labels(ranking, language), told=rows.released(ranking, language)
    )
    ranked = frame[rows.shown(ranking) & frame["rank_low"].notna()]
    return _leading(ranking, rows.by_estimate(ranking, ranked), language)


def _leading(ranking: Result, ranked: pd.DataFrame, language: Language) -> str:
    if ranked.empty:
        bounded = rows.banded(ranking).any()
        return sentence((_ONLY_BOUNDS if bounded else _NONE).text(language))
    first = ranked.iloc[0]
    best = ranked[ranked["estimate"] == first["estimate"]]
    kind = rows.kind_of(ranking, str(first["measure"])) if "measure" in ranking.by else "mean"
    facts = {
        "most": _most(ranking, ranked).text(language),
        "have": "has" if len(best) == 1 else "share",
        "leader": first["name"],
        "leaders": listing(list(best["name"]), language, most=4),
        "value": first["told"] or numbers.value(first["estimate"], language, kind=kind),
        "count": counted(compared(ranked), language, "đơn vị", "unit"),
        "others": _others(int(first["rank_high"]) - 1, language),
        "low": numbers.count(first["rank_low"], language),
        "high": numbers.count(first["rank_high"], language),
    }
    return sentence(_pattern(ranked, best).text(language).format(**facts))


def _most(ranking: Result, ranked: pd.DataFrame) -> Label:
    all_seen = compared(ranked) == len(ranked)
    if rows.high_is_best(ranking):
        return _HIGHEST if all_seen else _HIGHEST_SEEN
    return _LOWEST if all_seen else _LOWEST_SEEN


def _pattern(ranked: pd.DataFrame, best: pd.DataFrame) -> Label:
    units = compared(ranked)
    if units == 1:
        return _ONE
    if ((ranked["rank_low"] == 1) & (ranked["rank_high"] == units)).all():
        return _ALL_ALIKE
    if len(best) > 1:
        return _TIED
    return _CLEAR if ranked.iloc[0]["rank_high"] == 1 else _UNCLEAR


def compared(ranked: pd.DataFrame) -> int:
    """Return how many units were compared: rank intervals count those shown as bounds too."""
    return max(len(ranked), int(ranked["rank_high"].max()))


def _others(number: int, language: Language) -> str:
    return counted(number, language, "đơn vị khác", "other unit")


def _candidates(ranked: pd.DataFrame, language: Language) -> str:
    """Name the units that could be first, unless it is one alone or all of them."""
    able = ranked[ranked["rank_low"] == 1]
    if len(able) < 2 or len(able) == len(ranked):
        return ""
    names = listing(list(able["name"]), language, most=10)
    return sentence(_CANDIDATES.text(language).format(names=names))
