"""How a coefficient changes with the level of the answer, in sentences."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_word
from kbnn_analysis.presentation.wording import inside, listing, sentence
from kbnn_analysis.results import Result

_CHANGES = Label(
    "Khi hệ số được khác nhau theo mức trả lời, logarit tỷ số chênh của {name} là {told}",
    "Where coefficients may change with the level of the answer, the log odds ratio of {name} is "
    "{told}",
)
_AT = Label("{value} cho câu trả lời trên {answer}", "{value} for an answer above {answer}")
_MERGED = Label(
    "Các mức trả lời có quá ít phiếu để tách ra được gộp lại",
    "Levels of the answer that too few respondents tell apart are taken together",
)
_NOTHING = Label("Mô hình không được hiển thị", "The model is not shown")


def describe_partial(model: Result, language: Language) -> str:
    """Say how the coefficients that are free change from the lowest to the highest level.

    Parameters
    ----------
    model : Coefficients
        Of ``fit_partial_drivers``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A sentence for each free driver that is not hidden.
    """
    frame = model.frame[rows.shown(model, "estimate")]
    if frame.empty:
        return sentence(_NOTHING.text(language))
    parts = frame["term"].astype(str).str.rpartition(">")
    told = []
    for driver in str(model.notes["free"]).split(", "):
        own = frame.assign(answer=parts[2])[parts[0] == driver]
        if own.empty:
            continue
        each = [
            _AT.text(language).format(
                value=numbers.signed(float(row["estimate"]), language), answer=row["answer"]
            )
            for row in own.to_dict(orient="records")
        ]
        name = inside(rows.value_label(model, "term", driver, language))
        told.append(_CHANGES.text(language).format(name=name, told=listing(each, language, most=9)))
    if not told:
        return sentence(_NOTHING.text(language))
    if model.notes["merged"]:
        told.append(_MERGED.text(language))
    return " ".join([*(sentence(part) for part in told), driver_word("no_cause", language)])
