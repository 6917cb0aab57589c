"""The words of tables, figures and sentences, in both languages: one term, one wording."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.numbers import count

HEADINGS: dict[str, Label] = {
    "period": Label("Đợt khảo sát", "Survey period"),
    "measure": Label("Chỉ tiêu", "Measure"),
    "item": Label("Câu hỏi", "Item"),
    "factor": Label("Nhóm tiêu chí", "Factor"),
    "unit": Label("Đơn vị", "Unit"),
    "reference": Label("So với", "Against"),
    "n": Label("Số phiếu hợp lệ", "Valid answers"),
    "count": Label("Số phiếu đạt", "Answers that meet it"),
    "n_eff": Label("Cỡ mẫu hiệu dụng", "Effective answers"),
    "weight_sum": Label("Tổng quyền số", "Sum of weights"),
    "df": Label("Bậc tự do", "Degrees of freedom"),
    "deff": Label("Hiệu ứng thiết kế", "Design effect"),
    "estimate": Label("Ước lượng", "Estimate"),
    "std_error": Label("Sai số chuẩn", "Standard error"),
    "statistic": Label("Thống kê kiểm định", "Test statistic"),
    "p_value": Label("Giá trị p", "p-value"),
    "p_adjusted": Label("Giá trị p hiệu chỉnh", "Adjusted p-value"),
    "difference": Label("Chênh lệch", "Difference"),
    "rank": Label("Thứ hạng ước lượng", "Rank of estimate"),
    "rank_low": Label("Thứ hạng tốt nhất có thể", "Best possible rank"),
    "rank_high": Label("Thứ hạng thấp nhất có thể", "Worst possible rank"),
    "rank_set": Label("Khoảng thứ hạng", "Rank interval"),
    "prob_best": Label("Xác suất đứng đầu", "Probability of being best"),
    "prob_top": Label("Xác suất thuộc nhóm đầu", "Probability of being in the top group"),
    "tier": Label("Nhóm", "Tier"),
    "band": Label("Khoảng", "Band"),
    "share": Label("Tỷ lệ", "Share"),
    "share_missing": Label("Bỏ trống", "Missing"),
    "share_not_applicable": Label("Không áp dụng", "Not applicable"),
    "flag": Label("Dấu hiệu", "Sign"),
    "suppressed": Label("Bị ẩn", "Hidden"),
    "suppressed_reason": Label("Lý do ẩn", "Why hidden"),
    "display": Label("Giá trị", "Value"),
}

TARGETS: dict[str, Label] = {
    "period": Label(
        "Khoảng tin cậy nói về chính các đơn vị này trong đợt khảo sát này.",
        "Intervals speak of these very offices in this survey period.",
    ),
    "process": Label(
        "Khoảng tin cậy nói về chất lượng phục vụ nói chung, coi các điểm giao dịch là một mẫu.",
        "Intervals speak of the service behind the answers; offices are taken as a sample of it.",
    ),
    "self-selected": Label(
        "Người trả lời tự nguyện tham gia: kết quả nói về những người đã trả lời, "
        "không nói thay những người không trả lời.",
        "Respondents chose to answer: the results speak of those who answered, "
        "not of those who did not.",
    ),
}

INTERVALS: dict[str, Label] = {
    "wilson": Label.same("Wilson"),
    "clopper-pearson": Label.same("Clopper–Pearson"),
    "jeffreys": Label.same("Jeffreys"),
    "agresti-coull": Label.same("Agresti–Coull"),
    "korn-graubard": Label.same("Korn–Graubard"),
    "logit": Label.same("logit"),
    "t": Label.same("Student t"),
    "scaled beta": Label("phân phối beta trên thang đo", "a beta distribution on the scale"),
}

REASONS: dict[str, Label] = {
    "fewer than {k} valid answers": Label(
        "ít hơn {k} phiếu hợp lệ", "fewer than {k} valid answers"
    ),
}

_WORDS = {
    "interval": Label("Khoảng tin cậy {level}", "{level} confidence interval"),
    "and": Label("và", "and"),
    "source_simulated": Label(
        "Nguồn: DỮ LIỆU MÔ PHỎNG / SIMULATED DATA – không phải kết quả khảo sát thật.",
        "Source: DỮ LIỆU MÔ PHỎNG / SIMULATED DATA – not the results of a real survey.",
    ),
    "n_means": Label(
        "Số phiếu hợp lệ: số người đã trả lời câu hỏi này, chưa gia quyền.",
        "Valid answers: how many people answered this question, unweighted.",
    ),
    "rank_means": Label(
        "Khoảng thứ hạng: mọi thứ hạng mà dữ liệu còn cho phép. "
        "Các đơn vị có khoảng chồng lên nhau có thể đổi chỗ cho nhau.",
        "Rank interval: every rank that the data still allow. "
        "Units whose intervals overlap may well change places.",
    ),
    "unranked": Label("không xếp hạng", "not ranked"),
    "could_lead": Label("Có thể đứng thứ nhất", "Could rank first"),
    "others": Label("Các đơn vị khác", "Other units"),
    "rank": Label("Thứ hạng", "Rank"),
    "not_shown": Label("Không hiển thị", "Not shown"),
    "no_answers": Label("không có phiếu hợp lệ", "no valid answers"),
    "too_few": Label("quá ít phiếu để xếp hạng", "too few answers to rank"),
    "examined": Label("Số phiếu được xét", "Answers examined"),
    "found": Label("Số phiếu có dấu hiệu", "Answers with the sign"),
    "not_drawn": Label("Không xếp vào hình", "Not drawn"),
    "two_box": Label("Hài lòng hoặc rất hài lòng", "Satisfied or very satisfied"),
    "top_box": Label("Rất hài lòng", "Very satisfied"),
    "overall": Label("Đánh giá chung", "Overall"),
    "assumed": Label(
        "Bộ câu hỏi là GIẢ ĐỊNH: cách diễn đạt của phiếu khảo sát thật không được công bố.",
        "The questionnaire is ASSUMED: the wording of the real one is not public.",
    ),
    "percent": Label("Đơn vị tính: %", "Unit: %"),
    "scale_points": Label("Điểm trên thang đo", "Points of the scale"),
    "difference_points": Label(
        "Chênh lệch tính bằng điểm phần trăm.", "Differences are in percentage points."
    ),
    "adjusted": Label(
        "Giá trị p đã hiệu chỉnh theo số lượng so sánh.",
        "p-values are adjusted for the number of comparisons.",
    ),
}


def word(name: str, language: Language, **values: str) -> str:
    """Return a fixed phrase, with its places filled.

    Examples
    --------
    >>> word("interval", "vi", level="95%")
    'Khoảng tin cậy 95%'
    """
    return _WORDS[name].text(language).format(**values)


def heading(column: str, language: Language) -> str:
    """Return the printed heading of a column; the name itself where none is declared."""
    return HEADINGS.get(column, Label.same(column.replace("_", " "))).text(language)


def listing(names: list[str], language: Language, *, most: int = 6) -> str:
    """Join names as a sentence does; a long list is cut and what is left is counted.

    Examples
    --------
    >>> listing(["A", "B", "C"], "en"), listing(["A", "B", "C"], "vi")
    ('A, B and C', 'A, B và C')
    >>> listing(list("ABCDEFGH"), "vi", most=3)
    'A, B, C và 5 đơn vị khác'
    """
    joint = f" {word('and', language)} "
    if len(names) > most:
        left = len(names) - most
        others = Label(f"{left} đơn vị khác", f"{left} other{'s' if left > 1 else ''}")
        return ", ".join(names[:most]) + joint + others.text(language)
    return joint.join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


def counted(number: int, language: Language, vi: str, en: str, plural: str = "") -> str:
    """Write a count with its noun; English has a plural, Vietnamese has none.

    Examples
    --------
    >>> counted(1, "en", "đơn vị", "unit"), counted(2, "en", "đơn vị", "unit")
    ('1 unit', '2 units')
    >>> counted(2, "vi", "đơn vị", "unit")
    '2 đơn vị'
    """
    noun = Label(vi, en if number == 1 else plural or f"{en}s").text(language)
    return f"{count(number, language)} {noun}"


def sentence(text: str) -> str:
    """Give a text its capital and its full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?:" else ".")


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence: small first letter, but for names."""
    first = label.split(" ", 1)[0]
    return (
        label if first[1:] != first[1:].lower() or len(first) < 2 else label[0].lower() + label[1:]
    )
