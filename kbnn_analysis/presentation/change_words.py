"""The words of change: why two periods are not compared, or only with care."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.numbers import MISSING
from kbnn_analysis.presentation.wording import capital, listing, sentence
from kbnn_analysis.results import Result
from kbnn_analysis.results.breaks import REASONS, SEVERE, Reason

WHY: dict[Reason, Label] = {
    "instrument": Label("dùng phiếu khảo sát khác", "another questionnaire was used"),
    "definition": Label("cách tính chỉ tiêu khác", "the measure was defined otherwise"),
    "wording": Label("câu hỏi được diễn đạt khác", "the question was worded otherwise"),
    "scale": Label("thang trả lời khác", "the answers were graded otherwise"),
    "absent": Label("câu hỏi chưa được hỏi", "the question was not asked"),
    "target": Label("khoảng tin cậy nói về điều khác", "the intervals speak of something else"),
    "design": Label("thiết kế mẫu khác", "the sample design was another"),
    "frame": Label("hỏi những người khác", "other people were asked"),
    "mode": Label("hỏi bằng cách khác", "people were asked in another way"),
    "precision": Label(
        "không biết sai số: số phiếu không được công bố",
        "the error is not known: the number of answers was not published",
    ),
    "version": Label(
        "phiên bản bộ câu hỏi khác; các câu hỏi được so sánh giữ nguyên",
        "another version of the questionnaire; the questions compared are the same",
    ),
    "vintage": Label(
        "địa giới đơn vị đã đổi; phiếu của đợt trước được tính lại theo đơn vị mới",
        "the units were redrawn; answers of the earlier period are recounted to the new ones",
    ),
    "numbers": Label(
        "số phiếu tăng hoặc giảm quá hai lần: người trả lời có thể đã khác",
        "answers more than doubled or halved: others than before may have answered",
    ),
    "independent": Label(
        "hai đợt được coi là độc lập vì không biết hiệp phương sai giữa chúng",
        "the periods are taken as independent, as the covariance between them is not known",
    ),
}


def reasons_in_words(told: str, language: Language, *, severe: bool | None = None) -> str:
    """Return the reasons of a row in words.

    Parameters
    ----------
    told : str
        Codes joined by commas, as in the column ``reason``.
    language : {"vi", "en"}
        Language of the words.
    severe : bool, optional
        Only those that break a comparison, or only those that do not.

    Examples
    --------
    >>> reasons_in_words("wording, vintage", "en", severe=True)
    'the question was worded otherwise'
    """
    codes = [code for code in REASONS if code in told.split(", ")]
    if severe is not None:
        codes = [code for code in codes if (code in SEVERE) == severe]
    return "; ".join(WHY[code].text(language) for code in codes)


def row_names(result: Result, language: Language) -> tuple[str, list[str]]:
    """Return what the names of all rows share, and the names without it.

    Measures of several questions are "question: rule": one rule is told once.
    """
    names = rows.row_labels(result, language)
    rules = {name.rpartition(": ")[2] for name in names}
    if len(rules) == 1 and len(names) > 1 and all(": " in name for name in names):
        return rules.pop(), [name.rpartition(": ")[0] for name in names]
    return "", names


_SPAN = Label("từ {earlier} đến {later}", "{earlier} to {later}")


def change_title(result: Result, language: Language) -> str:
    """Return a title: the measure where there is one, or the rule, and both periods."""
    measures = [str(name) for name in dict.fromkeys(result.frame["measure"])]
    what = row_names(result, language)[0]
    if len(measures) == 1:
        what = rows.value_label(result, "measure", measures[0], language)
    elif "measure" in result.by:
        what = rows.of_measures(result, language)
    earlier, later = (
        rows.period_label(str(result.notes[name]), language) for name in ("earlier", "later")
    )
    span = _SPAN.text(language).format(earlier=earlier, later=later)
    return capital(f"{what}, {span}" if what else span)


def shared_note(result: Result, language: Language) -> str:
    """Return a sentence on what all rows share; empty where they share nothing."""
    told = reasons_in_words(", ".join(shared_reasons(result)), language)
    head = Label("Lưu ý khi so sánh: {why}", "Mind when comparing: {why}")
    return sentence(head.text(language).format(why=told)) if told else ""


def shared_reasons(result: Result) -> list[str]:
    """Return the codes that all rows with a reason share: they are told once, below a table."""
    told = [set(text.split(", ")) for text in result.frame["reason"].dropna().astype(str)]
    shared = set.intersection(*told) if told else set()
    return [code for code in REASONS if code in shared]


def reason_cells(result: Result, language: Language) -> list[str]:
    """Return what is special in each row; a dash where there is nothing but what all share."""
    shared = set(shared_reasons(result))
    told = result.frame["reason"].fillna("").astype(str)
    own = [", ".join(code for code in text.split(", ") if code not in shared) for text in told]
    return [reasons_in_words(text, language) or MISSING for text in own]


def rows_noun(result: Result, number: int) -> Label:
    """Return what the rows of a change are: units, measures or groups."""
    several = {name for name in result.by if result.frame[name].nunique() > 1}
    plural = "" if number == 1 else "s"
    if "unit" in several:
        return Label("đơn vị", f"unit{plural}")
    if "measure" in several:
        return Label("chỉ tiêu", f"measure{plural}")
    return Label("nhóm", f"group{plural}")


def named(names: list[str], language: Language) -> str:
    """Join names in the order of the result."""
    return listing(names, language, most=12)
