"""How many things the questions measure, whether the codebook's factors fit, in sentences."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.wording import counted, inside, sentence
from kbnn_analysis.results import Result

LEAST_CFI, MOST_RMSEA, MOST_SRMR, HIGH_VIF = 0.95, 0.06, 0.08, 5.0
_COUNT = Label(
    "Phân tích song song: {found} vượt mức của nhiễu. Trị riêng thứ nhất là {first} (nhiễu: "
    "{first_noise}), thứ hai là {second} (nhiễu: {second_noise})",
    "Parallel analysis: {found} above noise. The first eigenvalue is {first} (noise: "
    "{first_noise}), the second {second} (noise: {second_noise})",
)
_GENERAL = Label(
    "Phần lớn các câu trả lời đi cùng nhau, như khi có một ấn tượng chung; các nhóm tiêu chí vì "
    "thế khó tách bạch",
    "The answers mostly move together, as with one general impression, so that the factors are "
    "hard to tell apart",
)
_FIT = Label(
    "Mô hình theo bộ câu hỏi ({model}; {n} phiếu trả lời đủ): CFI {cfi}, RMSEA {rmsea} ({low}–"
    "{high}), SRMR {srmr}; {verdict}",
    "The codebook's model ({model}; {n} complete answers): CFI {cfi}, RMSEA {rmsea} ({low}–{high}),"
    " SRMR {srmr}; {verdict}",
)
_FITS = Label(
    "đạt cả ba ngưỡng thường dùng ({limits})", "it meets the three usual limits ({limits})"
)
_MISSES = Label(
    "không đạt mọi ngưỡng thường dùng ({limits}): có câu hỏi đi cùng nhau khác với cách chia nhóm",
    "it misses some of the usual limits ({limits}): some questions go together in other ways",
)
_LIMITS = Label(
    "CFI từ {cfi}, RMSEA đến {rmsea}, SRMR đến {srmr}",
    "CFI from {cfi}, RMSEA up to {rmsea}, SRMR up to {srmr}",
)
_VIF = Label(
    "Hệ số phóng đại phương sai lớn nhất là {value} ({item}); {verdict}",
    "The largest variance inflation is {value} ({item}); {verdict}",
)
_LOW = Label("dưới {limit}", "below {limit}")
_HIGH = Label(
    "từ {limit} trở lên: câu này gần như do các câu khác quyết định",
    "{limit} or more: the others nearly determine this question",
)
_NOTHING = Label("Không đủ phiếu trả lời để hiển thị", "There are too few answers to be shown")


def describe_factor_count(roots: Result, language: Language) -> str:
    """Say how many factors lie above noise, and whether one of them is general.

    Parameters
    ----------
    roots : Diagnosis
        Of ``count_factors``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Two sentences, three where the first eigenvalue is five times the second.
    """
    frame = roots.frame[rows.shown(roots, "eigenvalue")]
    if len(frame) < 2:
        return sentence(_NOTHING.text(language))
    value, noise = frame["eigenvalue"].to_numpy(float), frame["eigenvalue_noise"].to_numpy(float)
    known = {
        name: numbers.number(each, language)
        for name, each in zip(
            ("first", "second", "first_noise", "second_noise"),
            [*value[:2], *noise[:2]],
            strict=True,
        )
    }
    found = counted(int(roots.notes["factors"]), language, "nhân tố", "factor")
    told = [_COUNT.text(language).format(found=found, **known)]
    if value[0] >= 5 * value[1]:
        told.append(_GENERAL.text(language))
    return " ".join(sentence(part) for part in told)


def describe_factor_fit(fit: Result, language: Language) -> str:
    """Say how the codebook's factors fit, against the limits that are usually named."""
    if rows.hidden(fit).any():
        return sentence(_NOTHING.text(language))
    row = fit.frame.iloc[0]
    limits = _LIMITS.text(language).format(
        cfi=numbers.number(LEAST_CFI, language),
        rmsea=numbers.number(MOST_RMSEA, language),
        srmr=numbers.number(MOST_SRMR, language),
    )
    good = row["cfi"] >= LEAST_CFI and row["rmsea"] <= MOST_RMSEA and row["srmr"] <= MOST_SRMR
    indices = {
        name: numbers.number(float(row[column]), language)
        for name, column in (
            ("cfi", "cfi"), ("rmsea", "rmsea"), ("low", "rmsea_low"), ("high", "rmsea_high"),
            ("srmr", "srmr"),
        )
    }  # fmt: skip
    told = _FIT.text(language).format(
        model=rows.value_label(fit, "model", str(row["model"]), language),
        n=numbers.count(float(row["n"]), language),
        verdict=(_FITS if good else _MISSES).text(language).format(limits=limits),
        **indices,
    )
    return sentence(told)


def describe_collinearity(inflation: Result, language: Language) -> str:
    """Say which question the others explain most, and whether that is much."""
    frame = inflation.frame.assign(name=rows.row_labels(inflation, language, ("item",)))
    frame = frame[rows.shown(inflation, "vif")]
    if frame.empty:
        return sentence(_NOTHING.text(language))
    row = frame.sort_values("vif", kind="stable").iloc[-1]
    limit = numbers.number(HIGH_VIF, language, decimals=0)
    verdict = (_LOW if row["vif"] < HIGH_VIF else _HIGH).text(language).format(limit=limit)
    value = numbers.number(float(row["vif"]), language, decimals=1)
    told = _VIF.text(language).format(value=value, item=inside(str(row["name"])), verdict=verdict)
    return sentence(told)
