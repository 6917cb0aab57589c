"""Names as people write them: resolved when equal, listed when not."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.units import VINTAGES, Unit, Vintage, load_vintage, resolve_names

OLD = load_vintage("provinces-63")
PREFIXES = [
    "",
    "Tỉnh ",
    "tinh ",
    "KBNN ",
    "KBNN tỉnh ",
    "Kho bạc Nhà nước ",
    "KHO BẠC NHÀ NƯỚC tỉnh ",
]
CITY_PREFIXES = ["TP ", "TP. ", "Tp.", "T.P. ", "Thành phố ", "thanh pho ", "KBNN TP. "]
BLANKS = [" ", "  ", "\u00a0", "\u2009", "\t", " \u200b", "\u200b "]
MOVED = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "úy": "uý"}


def code(name: str, vintage: str = "provinces-63") -> str | None:
    return resolve_names([name], vintage).codes.get(name)


def without_marks(text: str) -> str:
    kept = [c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)]
    return "".join(kept).replace("Đ", "D").replace("đ", "d")


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, str]:
    """A unit's code, and its name as a careless hand would write it."""
    unit = draw(st.sampled_from(OLD.units))
    text = draw(st.sampled_from([unit.name.vi, unit.name.en, *unit.aliases]))
    if draw(st.booleans()):
        for usual, moved in MOVED.items():
            text = text.replace(usual, moved)
    if draw(st.booleans()):
        text = without_marks(text)
    prefixes = PREFIXES + (CITY_PREFIXES if unit.ever_city else [])
    text = draw(st.sampled_from(prefixes)) + text
    if draw(st.booleans()):
        text = text.replace("Đ", draw(st.sampled_from("ÐƉ")))
    if draw(st.booleans()):
        text = text.replace(" ", draw(st.sampled_from(BLANKS)))
    text = text.replace(" - ", draw(st.sampled_from([" - ", "-", "–", " "])))
    case = draw(st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase]))
    form = draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    around = draw(st.sampled_from(["{}", " {}", "{}\n", "\ufeff{}", "\u00a0{} "]))
    return unit.code, around.format(unicodedata.normalize(form, case(text)))


@given(mangled())
def test_a_mangled_name_has_the_same_code(case: tuple[str, str]) -> None:
    expected, text = case
    assert code(text) == expected


@given(st.text(max_size=15) | st.text("aăâđhniìoôủQuảng TtPp.-'?", max_size=12))
def test_random_text_resolves_only_if_its_letters_are_those_of_the_unit(text: str) -> None:
    found = resolve_names([text], "provinces-63")
    assert len(found.codes) + len(found.unresolved) == 1
    for name, resolved in found.codes.items():
        letters = re.sub(
            "[^a-z0-9]", "", without_marks(unicodedata.normalize("NFKC", name)).lower()
        )
        unit = OLD.unit(resolved)
        known = [*unit.name, *unit.aliases, resolved, *(n for c in unit.changes for n in c.name)]
        assert any(letters.endswith(re.sub("\\W", "", without_marks(k)).lower()) for k in known)


@given(st.lists(st.text(max_size=8) | st.sampled_from(["Hà Nội", "01", "x"]), max_size=8))
def test_every_name_is_in_exactly_one_list(names: list[str]) -> None:
    found = resolve_names(names, "provinces-34")
    told = [*found.codes, *(left.name for left in found.unresolved)]
    assert sorted(told) == sorted(set(names))


@pytest.mark.parametrize("vintage", VINTAGES)
def test_own_names_and_codes_resolve(vintage: str) -> None:
    for unit in load_vintage(vintage).units:
        for name in (unit.code, *unit.name, *unit.full_name, *unit.aliases):
            assert code(name, vintage) == unit.code, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hanoi", "01"),
        ("Thai Nguyen province", "19"),
        ("Hai Phong City", "31"),
        ("State Treasury of Ha Giang Province", "02"),
        ("Thừa Thiên-Huế", "46"),
        ("Thành phố Huế", "46"),
        ("Ðà Nẵng", "48"),
        ("Daklak", "66"),
        ("Đắc Lắc", "66"),
        ("TPHCM", "79"),
        ("BR-VT", "77"),
        ("Bà Rịa – Vũng Tàu", "77"),
        (" 01 ", "01"),
    ],
)
def test_spellings_met_in_practice(name: str, expected: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    "name",
    ["KBNN Khu vực VII", "Kho bạc Nhà nước khu vực 7", "KV7", "kv VII", "Region 7", "VII", "07"],
)
def test_treasury_regions_in_roman_and_arabic(name: str) -> None:
    assert code(name, "treasury-regions-385") == "VII"


@pytest.mark.parametrize(
    "name", ["KBNN Khu vực XXI", "Khu vực 0", "Khu vực", "Khu vực VII-VIII", "IIII"]
)
def test_no_such_region(name: str) -> None:
    assert code(name, "treasury-regions-385") is None


@pytest.mark.parametrize(
    ("name", "vintage", "why", "candidates"),
    [
        ("Thai Nguyn", "provinces-63", "unknown", "Thái Nguyên (19)"),
        ("Đak Lak", "provinces-63", "unknown", "Đắk Lắk (66)"),  # some marks, not all
        ("Hà Nôi", "provinces-63", "unknown", "Hà Nội (01)"),
        ("1", "provinces-63", "unknown", "Hà Nội (01)"),
        ("TP Thái Nguyên", "provinces-63", "not a city", "Thái Nguyên (19)"),
        ("Hà Giang", "provinces-34", "other vintage", "Tuyên Quang (08)"),
        ("Bắc Kạn", "treasury-regions-385", "other vintage", "KBNN Khu vực VI (VI)"),
        (" \u200b", "provinces-63", "empty", None),
        ("KBNN Hải Lăng (Quảng Trị)", "provinces-63", "unknown", "Quảng Trị (45)"),
    ],
)
def test_unresolved_with_reason_and_candidate(
    name: str, vintage: str, why: str, candidates: str | None
) -> None:
    (left,) = resolve_names([name], vintage).unresolved
    assert left.reason == why
    assert left.candidates[:1] == ((candidates,) if candidates else ())
    assert repr(name) in str(left)


def test_a_name_that_fits_two_units_is_refused_with_both() -> None:
    two = Vintage(
        "two", (Unit("1", Label("Hòa An", "Hoa An (N)")), Unit("2", Label("Hoá Ân", "S")))
    )
    (left,) = resolve_names(["Hoa An"], two).unresolved
    assert (left.reason, left.candidates) == ("ambiguous", ("Hòa An (1)", "Hoá Ân (2)"))
    assert resolve_names(["Hoà An", "Hóa Ân"], two).codes == {"Hoà An": "1", "Hóa Ân": "2"}


def test_none_is_an_empty_name_and_a_number_is_refused() -> None:
    assert [left.name for left in resolve_names([None], "provinces-63").unresolved] == [""]
    with pytest.raises(UsageError, match="must be text"):
        resolve_names([1], "provinces-63")  # type: ignore[list-item]


def test_all_428_aliases(shared_data: Path) -> None:
    path = shared_data / "vietnam" / "province_aliases_63.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        expected = {row["alias"]: row["code63"] for row in csv.DictReader(handle)}
    assert len(expected) == 428
    assert resolve_names(expected, "provinces-63").codes == expected
