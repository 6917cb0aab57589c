"""The promise of confidentiality, printed on every report; GLOSSARY and README quote it."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language

PROMISE = Label(
    "Không một con số nào bàn làm việc này cho phép công bố làm lộ câu trả lời của một người, "
    "hoặc của một nhóm dưới 10 người – kể cả khi ghép các bảng, các kỳ và các cấp tổng hợp đã "
    "công bố bằng chính công cụ này. Phiếu gốc và ý kiến viết không rời khỏi máy của cán bộ phân "
    "tích. Ô nào bị ẩn thì ghi rõ là bị ẩn và vì sao; công cụ không bao giờ thay bằng số 0.",
    "Nothing this workbench clears for release reveals how one person, or any group of fewer than "
    "ten people, answered – even when every table, period and level released through it is "
    "combined. Raw answers and comments never leave the analyst's machine. A hidden cell says "
    "that it is hidden and why; it is never shown as zero.",
)

NOT_PROMISED = Label(
    "Không cam kết: chống lại người nắm giữ dữ liệu gốc, các bảng công bố bằng cách khác, hoặc "
    "những gì đồng nghiệp vốn đã biết về nhau. Sổ tay là một chương trình: chỉ mở sổ tay của mình.",
    "Not promised: protection against someone who holds the microdata, against tables released "
    "by other means, or against what colleagues already know about each other. A notebook is a "
    "program: open only your own.",
)


RESTRICTED = Label(
    "Bản này dành cho người có cùng trách nhiệm bảo mật: mỗi số liệu dựa trên ít nhất 10 người, "
    "mỗi phía của một tỷ lệ có ít nhất 5 người.",
    "This is for readers bound by the same duty of confidence: every figure rests on at least ten "
    "people, and either side of a share on at least five.",
)


PAGE_LINES = {
    "public": Label(
        "Bản công khai (“public”): ít nhất 10 phiếu sau mỗi số liệu và 10 ở mỗi phía của một tỷ "
        "lệ; không làm lộ câu trả lời của một người hay một nhóm dưới 10 người.",
        "Profile “public”: at least 10 answers behind any figure and 10 on either side of a share; "
        "no person’s answers, nor those of fewer than 10 people, are revealed.",
    ),
    "restricted": Label(
        "Bản hạn chế (“restricted”), không phổ biến: ít nhất 10 phiếu sau mỗi số liệu và 5 ở mỗi "
        "phía của một tỷ lệ; không làm lộ câu trả lời của một người hay một nhóm dưới 5 người.",
        "Profile “restricted”, not for the public: at least 10 answers behind any figure and 5 on "
        "either side of a share; no person’s answers, nor those of fewer than 5 people, are "
        "revealed.",
    ),
}


def profile_line(language: Language, profile: str = "public") -> str:
    """Return the profile and its promise in one line, which stands on every page of every form.

    Parameters
    ----------
    language : {"vi", "en"}
        Language of the line.
    profile : {"public", "restricted"}
        Profile of the rules.
    """
    return PAGE_LINES[profile].text(language)


def promise_paragraphs(language: Language, profile: str = "public") -> tuple[str, str]:
    """Return the promise, and what it does not hold; see :func:`describe_promise`."""
    promise = PROMISE.text(language)
    if profile == "restricted":
        ten = Label("của một nhóm dưới 10 người", "any group of fewer than ten people")
        five = Label("của một nhóm dưới 5 người", "any group of fewer than five people")
        promise = f"{promise.replace(ten.text(language), five.text(language))} "
        promise += RESTRICTED.text(language)
    return promise, NOT_PROMISED.text(language)


def describe_promise(language: Language, profile: str = "public") -> str:
    """Return the promise and its limits; that of the restricted profile names its own number.

    Parameters
    ----------
    language : {"vi", "en"}
        Language of the sentences.
    profile : {"public", "restricted"}
        Profile of the rules: ``run.rules.profile``.
    """
    return " ".join(promise_paragraphs(language, profile))
