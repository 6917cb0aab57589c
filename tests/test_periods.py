"""One period has one identity, however it is written."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.periods import Period, parse_period

FIRST = ["2023-1", "đợt I năm 2023", "đợt 1/2023", "I/2023", "1/2023", "2023H1", "Đợt I/2023"]
FIRST += ["2023-I", "ĐỢT 1 NĂM 2023", "dot I nam 2023", "period I/2023", "2023–1", "2023 h1"]
FIRST += ["Ðợt I năm 2023", " đợt\u00a0I  năm 2023 ", "\ufeffI / 2023", "i/2023", "2023 - 1"]

periods = st.builds(Period, st.integers(1900, 2099), st.sampled_from([None, 1, 2]))


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("text", FIRST)
def test_all_writings_of_a_first_period_are_one(text: str, form: str) -> None:
    assert parse_period(unicodedata.normalize(form, text)) == Period(2023, 1)


@pytest.mark.parametrize(
    "text", ["2023-2", "đợt II năm 2023", "Đợt 2/2023", "II/2023", "2/2023", "2023h2", "2023-II"]
)
def test_second_period(text: str) -> None:
    assert parse_period(text) == Period(2023, 2)


@pytest.mark.parametrize("text", ["2022", "năm 2022", "Year 2022"])
def test_a_bare_year_is_a_whole_year(text: str) -> None:
    period = parse_period(text)
    assert (period.id, period.label("vi"), period.label("en")) == ("2022", "năm 2022", "year 2022")
    assert (period.start, period.end) == (date(2022, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-3",
        "III/2023",
        "2023-01",
        "01/2023",
        "2023/1",
        "1-2023",
        "23-1",
        "I",
        "2023-0",
        "2023-1-1",
        "2023H3",
        "đợt 2023",
        "12023",
        "2023-1 x",
        "1899-1",
        "2100",
        "I/2023 II/2023",
    ],
)
def test_anything_else_is_refused_and_told_what_is_allowed(text: str) -> None:
    with pytest.raises(UsageError, match=r"2023-1.*đợt I năm 2023.*2022"):
        parse_period(text)


def test_a_number_is_refused() -> None:
    with pytest.raises(UsageError, match="quote it"):
        parse_period(2022)  # type: ignore[arg-type]


def test_no_third_half() -> None:
    with pytest.raises(UsageError):
        Period(2023, 3)


@given(periods)
def test_id_and_labels_read_back(period: Period) -> None:
    for text in (period.id, period.label("vi"), period.label("en"), str(period)):
        assert parse_period(text) == period


@given(st.text(max_size=20))
def test_text_is_a_period_or_a_usage_error(text: str) -> None:
    try:
        period = parse_period(text)
    except UsageError:
        return
    assert str(period.year) in unicodedata.normalize("NFKC", text).translate(
        {code: None for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    )


@given(st.builds(Period, st.integers(1901, 2099), st.sampled_from([None, 1, 2])))
def test_the_previous_period_ends_the_day_before(period: Period) -> None:
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.previous() < period
    assert (period.previous().half is None) == (period.half is None)


def test_order_in_time() -> None:
    written = ["2023-2", "2022", "2023", "2022-2", "2023-1", "2022-1"]
    ordered = [period.id for period in sorted(map(parse_period, written))]
    assert ordered == ["2022-1", "2022", "2022-2", "2023-1", "2023", "2023-2"]
