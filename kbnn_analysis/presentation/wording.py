"""The words of tables, figures and sentences, in both languages: one term, one wording."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.headings import HEADINGS
from kbnn_analysis.presentation.numbers import count

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
    "log-t": Label("Student t trên thang logarit", "Student's t on the log scale"),
    "woodruff": Label.same("Woodruff"),
    "order": Label("thống kê thứ tự", "order statistics"),
    "each difference by itself": Label("từng chênh lệch riêng", "each difference by itself"),
    "all differences together": Label("mọi chênh lệch cùng lúc", "all differences together"),
    "by Bonferroni": Label("theo Bonferroni", "by Bonferroni"),
    "by the largest of them": Label("theo chênh lệch lớn nhất", "by the largest of them"),
    "scaled beta": Label("phân phối beta trên thang đo", "a beta distribution on the scale"),
}

REASONS: dict[str, Label] = {
    "fewer than {k} valid answers": Label(
        "ít hơn {k} phiếu hợp lệ", "fewer than {k} valid answers"
    ),
    "fewer than {k} valid answers for a share": Label(
        "ít hơn {k} phiếu hợp lệ để tính tỷ lệ", "fewer than {k} valid answers for a share"
    ),
    "fewer than {k} answers on one side of a share": Label(
        "có ít hơn {k} phiếu ở một phía của tỷ lệ",
        "fewer than {k} answers on one side of a share",
    ),
    "fewer than {k} degrees of freedom": Label(
        "ít hơn {k} bậc tự do", "fewer than {k} degrees of freedom"
    ),
    "one or two weights dominate": Label(
        "một hoặc hai quyền số chiếm phần lớn", "one or two weights dominate"
    ),
    "hidden to protect another figure": Label(
        "ẩn để bảo vệ một số liệu khác", "hidden to protect another figure"
    ),
}

_WORDS = {
    "interval": Label("Khoảng tin cậy {level}", "{level} confidence interval"),
    "higher": Label("Cao hơn", "Higher"),
    "lower": Label("Thấp hơn", "Lower"),
    "not_apart": Label("Không phân biệt được", "Not told apart"),
    "row_higher": Label("Dòng cao hơn cột", "Row higher than column"),
    "row_lower": Label("Dòng thấp hơn cột", "Row lower than column"),
    "pairs_mean": Label(
        "Mỗi ô so sánh đơn vị của dòng với đơn vị của cột; chấm nhỏ: chưa thấy khác biệt, không có "
        "nghĩa là bằng nhau.",
        "Each cell compares the unit of the row with that of the column; a small dot: no "
        "difference was found, which does not mean that they are equal.",
    ),
    "pairs_hidden": Label("{count} cặp không hiển thị.", "Pairs not shown: {count}."),
    "margin_mean": Label(
        "Dải xám: chênh lệch được coi là không đáng kể (±{margin}).",
        "Grey band: differences stated to be negligible (±{margin}).",
    ),
    "difference_in_points": Label("Chênh lệch (điểm phần trăm)", "Difference (percentage points)"),
    "difference_in_scale": Label("Chênh lệch (điểm thang đo)", "Difference (points of the scale)"),
    "letters_mean": Label(
        "Hai đơn vị có chung chữ cái là hai đơn vị chưa thấy khác biệt; điều đó không có nghĩa là "
        "bằng nhau.",
        "Units that share a letter were not found to differ; that does not make them equal.",
    ),
    "totals_mean": Label(
        "Ước lượng là số người của tổng thể mà quyền số đại diện; không có quyền số thì là số "
        "người đã trả lời.",
        "The estimate is a number of people of the population that the weights stand for; without "
        "weights, of respondents.",
    ),
    "set_means": Label(
        "Các đơn vị trong nhóm không có thứ tự: dữ liệu không cho biết đơn vị nào hơn đơn vị nào.",
        "Units of the set stand in no order: the data do not say which of them is ahead.",
    ),
    "may_be_best": Label("Có thể thuộc nhóm tốt nhất", "May be among the best"),
    "may_be_last": Label("Có thể thuộc nhóm cuối", "May be among the last"),
    "spread_drawn": Label(
        "Bên trái: trung bình, ± một τ (dải đậm) và khoảng dự báo cho một đơn vị mới (đường mảnh). "
        "Bên phải: phần khác biệt không do ngẫu nhiên, với khoảng tin cậy.",
        "Left: the mean, ± one τ (thick band) and the prediction interval of a new unit (thin "
        "line). Right: the part of the variance that is not chance, with its interval.",
    ),
    "included": Label("có", "yes"),
    "excluded": Label("không", "no"),
    "posterior_means": Label(
        "Khoảng thứ hạng hậu nghiệm và các xác suất là phát biểu của mô hình, đúng trung bình trên "
        "các đơn vị tương tự; chúng hẹp hơn và không thay cho khoảng thứ hạng tin cậy.",
        "Posterior rank intervals and probabilities are statements of a model, right on average "
        "over units like these; they are narrower than rank confidence intervals and no "
        "substitute.",
    ),
    "limits_mean": Label(
        "Ngoài giới hạn kiểm soát: khác mức kỳ vọng nhiều hơn ngẫu nhiên và độ phân tán thường "
        "thấy giữa các đơn vị cho phép.",
        "Beyond the control limits: further from the expected value than chance and the usual "
        "spread between units allow.",
    ),
    "needed_means": Label(
        "Số phiếu cần có ở mỗi đơn vị trong hai đơn vị để tìm ra chênh lệch với {reference}, nếu "
        "chênh lệch thực như ước lượng (lực kiểm định {power}).",
        "Answers that each of the two units would need for its difference from {reference} to be "
        "found, if it is as estimated (power {power}).",
    ),
    "needed_hidden": Label(
        "Ước lượng của đơn vị tốt nhất không được công bố, nên không nêu được cần bao nhiêu phiếu "
        "để phân định.",
        "The estimate of the best unit is not published, so it cannot be told how many answers "
        "would settle the comparison with it.",
    ),
    "reliable_means": Label(
        "Độ tin cậy là phần trọng số mà mô hình dành cho phiếu của chính đơn vị, phần còn lại dành "
        "cho mức của các đơn vị khác. Số phiếu cần có là để đạt độ tin cậy {level}.",
        "Reliability is the weight that the model gives to a unit's own answers; the rest goes to "
        "the level of the others. Answers needed are those for a reliability of {level}.",
    ),
    "needed_beyond": Label(
        "Mũi tên: hơn một triệu phiếu.", "An arrow: more than a million answers."
    ),
    "needed_has": Label("Số phiếu hiện có", "Answers there are"),
    "needed_enough": Label("Số phiếu cần có: đã đủ", "Answers needed: enough"),
    "needed_more": Label("Số phiếu cần có: chưa đủ", "Answers needed: not enough"),
    "needed_axis": Label("Số phiếu hợp lệ (thang logarit)", "Valid answers (logarithmic scale)"),
    "under": Label("dưới {value}", "under {value}"),
    "between_units": Label("Khác biệt giữa các đơn vị", "Differences between units"),
    "spread_means": Label(
        "τ là độ lệch chuẩn của mức thực giữa các đơn vị, cùng đơn vị tính với chỉ tiêu.",
        "τ is the standard deviation of the units' true values, in the unit of the measure.",
    ),
    "prob_best_right": Label("Xác suất đứng đầu (bên phải)", "Probability of being best (right)"),
    "no_value": Label("không có số liệu", "no figures"),
    "table_number": Label("Bảng {number}.", "Table {number}."),
    "figure_number": Label("Hình {number}.", "Figure {number}."),
    "by_item": Label("{what} theo câu hỏi", "{what} by item"),
    "results": Label("kết quả", "results"),
    "answers": Label("các mức trả lời", "answers"),
    "by_groups": Label(" theo {what}", " by {what}"),
    "and_by_groups": Label(" và {what}", " and {what}"),
    "by_factor": Label("{what} theo nhóm tiêu chí", "{what} by factor"),
    "by_measure": Label("kết quả theo chỉ tiêu", "results by measure"),
    "themes": Label("ý kiến viết theo nội dung", "comments by theme"),
    "signs": Label("dấu hiệu về chất lượng phiếu", "signs of the quality of answers"),
    "answered": Label("trả lời và bỏ trống theo câu hỏi", "answered and missing by item"),
    "see_notes": Label(
        "Các ghi chú khác: xem dưới Bảng {numbers}.", "Other notes: see under Table{s} {numbers}."
    ),
    "content": Label("Nội dung", "Content"),
    "shrunken": Label("Sau khi co về trung bình", "Shrunken"),
    "direct": Label("Ước lượng trực tiếp", "Direct"),
    "control_limits": Label("Giới hạn kiểm soát {level}", "{level} control limits"),
    "warning_limits": Label("Giới hạn cảnh báo {level}", "{level} warning limits"),
    "expected_value": Label("Mức kỳ vọng", "Expected value"),
    "and": Label("và", "and"),
    "or": Label("hoặc", "or"),
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
    "regression_means": Label(
        "Hồi quy về trung bình: thay đổi được chờ đợi ở một đơn vị dù mức thực của nó giữ nguyên "
        "khoảng cách với trung bình; đơn vị từng rất cao hoặc rất thấp thường trở lại gần mức "
        "chung.",
        "Regression to the mean: the change to be expected of a unit whose true level kept its "
        "distance from the mean; a unit that stood very high or low usually falls back.",
    ),
    "moved_means": Label(
        "Số bậc thay đổi: mọi mức lên (+) hoặc xuống (−) hạng mà dữ liệu hai đợt còn cho phép.",
        "Places gained (+) or lost (−): everything that the data of the two periods still allow.",
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
    "and_more": Label("và {number} dòng khác, xem bảng", "and {number} more, see the table"),
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
        "Chênh lệch của tỷ lệ tính bằng điểm phần trăm.",
        "Differences of shares are in percentage points.",
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


def listing(names: list[str], language: Language, *, most: int = 6, last: str = "and") -> str:
    """Join names as a sentence does; a long list is cut and what is left is counted.

    Examples
    --------
    >>> listing(["A", "B", "C"], "en"), listing(["A", "B", "C"], "vi")
    ('A, B and C', 'A, B và C')
    >>> listing(list("ABCDEFGH"), "vi", most=3)
    'A, B, C và 5 đơn vị khác'
    >>> listing(["A", "B"], "vi", last="or")
    'A hoặc B'
    """
    joint = f" {word(last, language)} "
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


def capital(text: str) -> str:
    """Give a text its capital.

    Examples
    --------
    >>> capital("đợt I năm 2023")
    'Đợt I năm 2023'
    """
    return text[:1].upper() + text[1:]


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence: small first letter, but for names."""
    first = label.split(" ", 1)[0]
    return (
        label if first[1:] != first[1:].lower() or len(first) < 2 else label[0].lower() + label[1:]
    )
