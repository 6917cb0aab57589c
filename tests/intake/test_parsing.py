"""Numbers, dates and answers: written in many ways, never guessed."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.intake import Codebook
from kbnn_analysis.intake.answers import answer_codes, clean, fold
from kbnn_analysis.intake.parsing import decimal_mark, parse_date, parse_number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_machine_writes_is_read_back(number: float) -> None:
    assert parse_number(repr(number)) == number


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_vietnamese_numbers_are_read_back(whole: int, cents: int) -> None:
    written = f"{whole:,}".replace(",", ".") + f",{cents:02d}"
    sign = -1 if whole < 0 else 1
    assert math.isclose(parse_number(written, ","), whole + sign * cents / 100)


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for mark in (".", ","):
        try:
            number = parse_number(text, mark)
        except ValueError:
            continue
        assert math.isfinite(number)


@pytest.mark.parametrize(
    "text", ["inf", "nan", "1e999", "1_000", "12 000", "0x10", "٣", "--1", "5%"]
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        parse_number(text)


def test_a_point_that_separates_nothing_is_refused_beside_decimal_commas() -> None:
    with pytest.raises(ValueError, match="is no number"):
        parse_number("98.19", ",")


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["98,19", "5"], ","),
        (["1.234,56"], ","),
        (["1.234.567"], ","),
        (["0,554"], ","),
        (["0.553675"], "."),
        (["1,234.5"], "."),
        (["1.234"], "."),
        (["1.234", "98,1"], ","),
        (["1,234"], None),
        (["98,1", "98.1"], None),
        ([], "."),
    ],
)
def test_decimal_mark(texts: list[str], mark: str | None) -> None:
    assert decimal_mark(texts) == mark


@given(st.dates(dt.date(1000, 1, 1)))
def test_days_are_read_in_every_writing(day: dt.date) -> None:
    for written in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02d}-{day.month:02d}-{day.year}",
        f"{day.day:02d}.{day.month:02d}.{day.year} 08:30",
    ):
        assert parse_date(written) == day


@given(st.integers(20_000, 79_999))
def test_excel_serials_count_days(serial: int) -> None:
    assert parse_date(str(serial)) == dt.date(1899, 12, 30) + dt.timedelta(days=serial)


@given(st.text())
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        day = parse_date(text)
    except ValueError:
        return
    assert dt.date(1, 1, 1) <= day <= dt.date(9999, 12, 31)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("31/02/2023", "does not exist"),
        ("29/02/2023", "does not exist"),
        ("00/01/2023", "does not exist"),
        ("2023-13-45", "does not exist"),
        ("12/25/2023", "month first"),
        ("1/2/23", "no date"),
        ("19000", "no date"),
        ("hôm qua", "no date"),
    ],
)
def test_impossible_days_are_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_date(text)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean(unicodedata.normalize("NFD", text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5", 5), ("5.0", 5), ("5,0", 5), (" 5\u00a0", 5), ("05", 5),
        ("Rất hài lòng", 5), ("RẤT  HÀI LÒNG", 5), ("Very Satisfied", 5),
        (unicodedata.normalize("NFD", "Rất hài lòng"), 5), ("Rất\u200b hài lòng", 5),
        ("5 - Rất hài lòng", 5), ("5. Very satisfied", 5), ("5: rất hài lòng", 5),
        ("5) Rất hài lòng", 5),
        ("0", 0), ("9", 9), ("6", 6), ("N/A", 6), ("không trả lời", 9), ("6 - N/A", 6),
        ("4,5", None), ("4.5", None), ("99", None), ("-1", None), ("5 - Hài lòng", None),
        ("55", None), ("tốt", None), ("⁵", None), ("５", 5), ("5 5", None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_answers(small: Codebook, text: str, code: int | None) -> None:
    assert answer_codes(small.scale_of("q1")).read(text) == code


@given(text=st.text())
def test_any_text_is_an_answer_or_none(small: Codebook, text: str) -> None:
    answers = answer_codes(small.scale_of("q1"))
    code = answers.read(text)
    assert code is None or code in answers.kinds
    assert answers.read(fold(text)) == code
