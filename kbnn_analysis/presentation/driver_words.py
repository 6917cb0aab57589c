"""The words of driver tables, figures and sentences, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kbnn_analysis.language import Label, Language

HEADINGS: dict[str, Label] = {
    "driver": Label("Nhân tố", "Driver"),
    "term": Label("Biến", "Term"),
    "contrast": Label("So sánh", "Contrast"),
    "n": Label("Số phiếu dùng", "Answers used"),
    "share": Label("Tỷ trọng", "Share of the fit"),
    "share_interval": Label("Khoảng tin cậy của tỷ trọng", "Interval of the share"),
    "rank_set": Label("Thứ hạng có thể", "Possible ranks"),
    "stated": Label("Người trả lời tự nêu (1–3)", "Stated by respondents (1–3)"),
    "stated_rank": Label("Thứ hạng tự nêu", "Stated rank"),
    "performance": Label("Điểm trung bình", "Mean score"),
    "performance_interval": Label("Khoảng tin cậy của điểm", "Interval of the score"),
    "quadrant": Label("Ô", "Quadrant"),
    "prob_quadrant": Label("Xác suất đúng ô", "Probability of it"),
    "quadrant_other_cut": Label("Nếu cắt cách khác", "With the other cut"),
    "coefficient": Label("Hệ số", "Coefficient"),
    "interval": Label("Khoảng tin cậy", "Interval"),
    "p_value": Label("Giá trị p", "p-value"),
    "p_adjusted": Label("Giá trị p hiệu chỉnh", "Adjusted p-value"),
    "statistic": Label("Thống kê F", "F statistic"),
    "factor_type": Label("Loại", "Type"),
    "share_not_satisfied": Label("Chưa hài lòng", "Not yet satisfied"),
    "change": Label(
        "Chênh lệch dự đoán (điểm phần trăm)", "Predicted difference (percentage points)"
    ),
    "part": Label("Phần trong mức giải thích được", "Part of the fit"),
    "relative_weight": Label("Trọng số tương đối (Johnson)", "Relative weight (Johnson)"),
    "alone": Label("Khi đứng một mình", "Alone"),
    "last": Label("Khi thêm sau cùng", "Added last"),
    "vif": Label("VIF", "VIF"),
    "dominates": Label("Trội hoàn toàn so với", "Completely dominates"),
    "others": Label("Số nhân tố đã có", "Drivers already in"),
    "dominates_by_size": Label("Trội ở mọi cỡ mô hình so với", "Dominates at every size"),
}

DOMINANCE_METHODS: dict[str, Label] = {
    "share": Label("trung bình mọi mô hình con", "the average over submodels"),
    "relative_weight": Label("trọng số tương đối của Johnson", "Johnson's relative weight"),
    "alone": Label("khi đứng một mình", "alone"),
    "last": Label("khi thêm sau cùng", "added last"),
}

ROLES: dict[str, Label] = {
    "driver": Label("nhân tố", "driver"),
    "adjustment": Label("biến điều chỉnh", "adjustment"),
    "context": Label("bối cảnh", "context"),
    "product": Label("nhân tố × bối cảnh", "driver × context"),
    "between": Label("khác biệt giữa các đơn vị", "difference between units"),
}

QUADRANTS: dict[str, Label] = {
    "concentrate": Label("tập trung cải thiện", "concentrate here"),
    "keep": Label("duy trì kết quả tốt", "keep up the good work"),
    "low_priority": Label("ưu tiên thấp", "low priority"),
    "ample": Label("có thể đầu tư quá mức", "possible overkill"),
}

FACTOR_TYPES: dict[str, Label] = {
    "basic": Label("cơ bản", "basic"),
    "performance": Label("tuyến tính", "performance"),
    "excitement": Label("tạo hứng khởi", "excitement"),
    "unclear": Label("chưa rõ", "unclear"),
}

CORRELATIONS = Label("Tương quan giữa các nhân tố", "Correlations of the drivers")
_WORDS: dict[str, Label] = {
    "importance": Label("Tỷ trọng của từng nhân tố", "Share of each driver"),
    "specifications": Label(
        "Tỷ trọng của từng nhân tố theo từng cách phân tích",
        "Share of each driver in each specification",
    ),
    "share_axis": Label(
        "Tỷ trọng trong phần giải thích được, khoảng tin cậy {level}",
        "Share of the explained part, {level} interval",
    ),
    "share_short": Label("Tỷ trọng, khoảng tin cậy {level}", "Share, {level} interval"),
    "performance_axis": Label("Điểm trung bình", "Mean score"),
    "share_only": Label("Tỷ trọng", "Share"),
    "dominance": Label("Mức độ quan trọng theo nhiều cách đo", "Importance by several measures"),
    "conditional": Label(
        "Phần nhân tố góp thêm vào mô hình đã có một số nhân tố khác",
        "What a driver adds to models of so many others",
    ),
    "beside": Label("Đã có {size}", "Beside {size}"),
    "quadrants": Label("Mức độ quan trọng và mức độ thực hiện", "Importance and performance"),
    "uncertain": Label(
        "Chấm rỗng: chưa chắc ô (dưới {sure})", "Open mark: quadrant uncertain (below {sure})"
    ),
    "cut_note": Label(
        "Mức cắt trên cả hai trục là {cut} của các nhân tố; nằm đúng mức cắt được tính là cao.",
        "The cut on either axis is the {cut} of the drivers; a driver on the cut counts as high.",
    ),
    "mean": Label("trung bình", "mean"),
    "median": Label("trung vị", "median"),
    "penalty": Label("Thấp hơn khi chưa hài lòng", "Penalty when not satisfied"),
    "reward": Label("Cao hơn khi rất hài lòng", "Reward when very satisfied"),
    "penalty_reward": Label("Khi chưa hài lòng và khi rất hài lòng", "Penalty and reward"),
    "points_axis": Label("Chênh lệch điểm của kết quả chung", "Difference of the outcome's score"),
    "coefficients": Label("Hệ số của mô hình", "Coefficients of the model"),
    "ordinal": Label("Hệ số của mô hình thứ bậc", "Coefficients of the ordinal model"),
    "intercepts": Label(
        "Hệ số của mô hình có hằng số riêng cho từng đơn vị",
        "Coefficients of the model with an intercept for each unit",
    ),
    "log_odds_axis": Label(
        "Logarit tỷ số chênh trên mỗi điểm", "Log odds ratio per point of the driver"
    ),
    "score_axis": Label("Điểm trên mỗi điểm của nhân tố", "Points per point of the driver"),
    "partial": Label(
        "Hệ số khi được khác nhau theo mức trả lời",
        "Coefficients where they may change with the level of the answer",
    ),
    "correlations": CORRELATIONS,
    "priorities": Label("Bảng ưu tiên", "Priority table"),
    "tests": Label("Kiểm định", "Tests"),
    "equal drivers": Label(
        "Kiểm định: các {groups} có khác nhau không", "Tests of whether the {groups} differ"
    ),
    "smallest": Label(
        "Số bậc tự do không đủ để kiểm định mọi nhân tố cùng lúc bằng một thống kê; giá trị p của "
        "tất cả các nhân tố là giá trị p hiệu chỉnh nhỏ nhất.",
        "There are too few degrees of freedom for one statistic of all drivers; their p-value "
        "together is the smallest adjusted one.",
    ),
    "proportional odds": Label(
        "Kiểm định: hệ số có như nhau ở mọi mức trả lời không",
        "Tests of whether coefficients are the same at all levels",
    ),
    "no_cause": Label(
        "Đây là mối liên hệ giữa các câu trả lời của cùng một người, không phải quan hệ nhân quả.",
        "These are associations between answers of the same people, not causes.",
    ),
    "cases": Label(
        "Dùng {used} trong {all} phiếu{left}", "Respondents used: {used} of {all}{left}"
    ),
    "left out": Label("; bỏ {parts}", "; left out: {parts}"),
    "left outcome": Label(
        "{count} phiếu không trả lời câu hỏi chung", "{count} without the overall answer"
    ),
    "left na": Label(
        "{count} phiếu có nhân tố không áp dụng", "{count} to whom a driver does not apply"
    ),
    "left missing": Label("{count} phiếu thiếu câu trả lời", "{count} with missing answers"),
    "moving": Label(
        "Chênh lệch dự đoán: tỷ lệ hài lòng theo mô hình khác đi bao nhiêu nếu {moving} số người "
        "trả lời ở mức cao hơn một bậc ở riêng nhân tố đó. Đây là cách đọc mô hình, không phải dự "
        "báo tác động của một biện pháp.",
        "Predicted difference: by how much the modelled satisfaction rate differs if {moving} of "
        "the respondents stood one level higher on that driver alone. It is a way of reading the "
        "model, not a forecast of what an action would do.",
    ),
}


_GROUPS: dict[str, Label] = {
    "period": Label("đợt", "periods"),
    "region": Label("vùng", "regions"),
    "other": Label("nhóm", "groups"),
}


def driver_word(name: str, language: Language, **values: str) -> str:
    """Return a fixed phrase of driver results, with its places filled.

    Examples
    --------
    >>> driver_word("cut_note", "en", cut="mean")
    'The cut on either axis is the mean of the drivers; a driver on the cut counts as high.'
    """
    return _WORDS[name].text(language).format(**values)


def tests_word(notes: Mapping[str, Any], language: Language) -> str:
    """Return what tests are of: the title of their table."""
    return driver_word(
        str(notes.get("test", "tests")), language, groups=groups_word(notes, language)
    )


def coefficients_word(notes: Mapping[str, Any], language: Language) -> str:
    """Return which model coefficients are of: the title of their table.

    Examples
    --------
    >>> coefficients_word({"model": "ordinal"}, "en")
    'Coefficients of the ordinal model'
    """
    if notes.get("free"):
        return driver_word("partial", language)
    if "icc" in notes:
        return driver_word("intercepts", language)
    return driver_word("ordinal" if notes.get("model") == "ordinal" else "coefficients", language)


def importance_word(by: Sequence[str], language: Language) -> str:
    """Return what shares of drivers are told for: the title of their table."""
    return driver_word("specifications" if "specification" in by else "importance", language)


def groups_word(notes: Mapping[str, Any], language: Language) -> str:
    """Return what the groups of a driver result are called.

    Examples
    --------
    >>> groups_word({"by": "region"}, "en")
    'regions'
    """
    return _GROUPS.get(str(notes.get("by")), _GROUPS["other"]).text(language)


def driver_heading(column: str, language: Language) -> str:
    """Return the heading of a column of driver tables."""
    return HEADINGS[column].text(language)


def quadrant_word(name: object, language: Language) -> str:
    """Return what a quadrant is called; an empty text for a hidden one."""
    return QUADRANTS[str(name)].text(language) if str(name) in QUADRANTS else ""


def role_word(role: str, language: Language) -> str:
    """Return what a term is in a model: studied, or held equal."""
    return ROLES[role].text(language) if role in ROLES else role


def factor_type_word(name: object, language: Language) -> str:
    """Return what a type of factor is called; an empty text for a hidden one."""
    return FACTOR_TYPES[str(name)].text(language) if str(name) in FACTOR_TYPES else ""
