"""Units that share a letter, and units that may be among the best: sets, never an order."""

from __future__ import annotations

from collections import Counter

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_hidden, describe_nothing
from kbnn_analysis.presentation.wording import counted, listing, sentence, word
from kbnn_analysis.results import BestUnits, LetterGroups

MOST_NAMED = 10

_ONE_LETTER = Label(
    "Cả {count} cùng mang một chữ cái: không tìm thấy khác biệt giữa bất kỳ hai đơn vị nào",
    "All {count} share one letter: no two of them were found to differ",
)
_LETTERS = Label(
    "{count} mang {letters}; số đơn vị không chung chữ cái với đơn vị nào khác: {alone}",
    "{count} carry {letters}; units that share no letter with another: {alone}",
)
_BEST = Label(
    "Với độ tin cậy {level}, {tau} đơn vị tốt nhất đều nằm trong số {inside} trên {count}",
    "With {level} confidence, the {tau} best are all among {inside} of {count}",
)
_BEST_ONE = Label(
    "Với độ tin cậy {level}, đơn vị tốt nhất nằm trong số {inside} trên {count}",
    "With {level} confidence, the best unit is among {inside} of {count}",
)
_CLEAR = Label(
    "Với độ tin cậy {level}, {names} là {tau} đơn vị tốt nhất trong {count}",
    "With {level} confidence, the {tau} best of {count}: {names}",
)
_CLEAR_ONE = Label(
    "Với độ tin cậy {level}, {names} là đơn vị tốt nhất trong {count}",
    "With {level} confidence, {names} is the best of {count}",
)
_LAST = Label(
    "Với độ tin cậy {level}, {inside} trên {count} có thể {among}; các đơn vị còn lại thì không",
    "With {level} confidence, {inside} of {count} may {among}; the others may not",
)
_ALL = Label(
    "Dữ liệu không loại được đơn vị nào trong {count} khỏi nhóm {tau} đơn vị đứng đầu",
    "The data rule out none of the {count} from the best {tau}",
)
_ALL_FIRST = Label(
    "Dữ liệu không loại được đơn vị nào trong {count} khỏi khả năng đứng đầu",
    "The data rule out none of the {count} from being the best",
)
_ALL_LAST = Label(
    "Dữ liệu không loại được đơn vị nào trong {count} khỏi nhóm {tau} đơn vị cuối",
    "The data rule out none of the {count} from the last {tau}",
)
_PARTLY = Label(
    "Trong {count} được hiển thị, {inside} có thể {among} (độ tin cậy {level}); các đơn vị không "
    "hiển thị giá trị cũng có thể như vậy",
    "Of {count} shown, {inside} may {among} (confidence {level}); so may units whose values are "
    "not shown",
)
_NAMED = Label("Đó là {names}", "These are {names}")


def describe_letters(letters: LetterGroups, language: Language) -> str:
    """Say how many units share a letter with others, and that sharing one is not being equal.

    Parameters
    ----------
    letters : LetterGroups
        One measure and period, disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Two or three sentences.
    """
    told = [str(text) for text in letters.frame["letters"][rows.shown(letters)].fillna("") if text]
    if not told:
        return describe_nothing(letters, language)
    own = [rows.letters_of(text) for text in told]
    used = {letter for each in own for letter in each}
    count = counted(len(told), language, "đơn vị", "unit")
    if len(used) == 1:
        parts = [sentence(_ONE_LETTER.text(language).format(count=count))]
    else:
        alone = _alone(own)
        told_alone = numbers.count(alone, language)
        how_many = counted(len(used), language, "chữ cái", "letter")
        text = _LETTERS.text(language).format(count=count, letters=how_many, alone=told_alone)
        parts = [sentence(text)]
    parts.append(word("letters_mean", language))
    if rows.hidden(letters).any():
        parts.append(describe_hidden(letters, language))
    return " ".join(parts)


def _alone(own: list[list[str]]) -> int:
    """Return how many units share no letter with another."""
    holders = Counter(letter for each in own for letter in each)
    return sum(all(holders[letter] == 1 for letter in each) for each in own)


def describe_best_units(best: BestUnits, language: Language) -> str:
    """Say which units may be among the best, or how many may be among the last.

    Parameters
    ----------
    best : BestUnits
        One measure and period, disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One to three sentences. Units that may be last are counted, never named.
    """
    frame = best.frame.assign(name=rows.row_labels(best, language, ("unit",)))
    frame = frame[rows.shown(best) & frame["included"].notna()]
    if frame.empty:
        return describe_nothing(best, language)
    inside = frame[frame["included"] > 0]
    tau = int(best.notes["tau"])
    text = _pattern(best, len(inside), len(frame), tau).text(language).format(
        level=numbers.percent(float(best.notes["rank_level"]), language, decimals=0),
        tau=numbers.count(tau, language),
        inside=numbers.count(len(inside), language),
        count=counted(len(frame), language, "đơn vị", "unit"),
        among=_among(best, tau).text(language),
        names=listing(list(inside["name"]), language, most=MOST_NAMED),
    )  # fmt: skip
    parts = [sentence(text)]
    if not best.notes.get("last") and tau < len(inside) < len(frame):
        names = listing(list(inside["name"]), language, most=MOST_NAMED)
        parts.append(sentence(_NAMED.text(language).format(names=names)))
    if rows.hidden(best).any():
        parts.append(describe_hidden(best, language))
    return " ".join(parts)


def _among(best: BestUnits, tau: int) -> Label:
    last = bool(best.notes.get("last"))
    vi, en = ("cuối", "last") if last else ("tốt nhất", "best")
    if tau == 1:
        return Label(f"là đơn vị {vi}", f"be the {en}")
    return Label(f"thuộc nhóm {tau} đơn vị {vi}", f"be among the {en} {tau}")


def _pattern(best: BestUnits, inside: int, units: int, tau: int) -> Label:
    last = bool(best.notes.get("last"))
    studied = len(best.frame) - int(best.notes.get("left_out") or 0)
    if units < studied:
        return _PARTLY
    if inside == units:
        return _ALL_LAST if last else _ALL_FIRST if tau == 1 else _ALL
    if last:
        return _LAST
    if inside == tau:
        return _CLEAR_ONE if tau == 1 else _CLEAR
    return _BEST_ONE if tau == 1 else _BEST
