"""Vietnamese order: equal to ICU's on all provinces and on words that differ by one mark."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.units import vietnamese_key, vietnamese_sorted

GOLDEN = Path(__file__).parents[1] / "golden" / "sorting.json"


@pytest.mark.parametrize("which", ["names", "words"])
def test_as_icu_sorts(which: str) -> None:
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))[which]
    assert vietnamese_sorted(reversed(expected)) == expected


def test_alphabet_and_tones() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert vietnamese_sorted(reversed(alphabet)) == alphabet
    assert vietnamese_sorted(["mạ", "má", "mã", "mả", "mà", "ma"]) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]


def test_letters_come_before_tones() -> None:
    assert vietnamese_sorted(["Hải Dương", "Hà Tĩnh", "Hà Nam"]) == [
        "Hà Nam",
        "Hà Tĩnh",
        "Hải Dương",
    ]
    assert vietnamese_key("Hoà Bình")[:2] == vietnamese_key("Hòa Bình")[:2]


@given(st.lists(st.text(max_size=6)))
def test_order_is_total_and_blind_to_unicode_form(texts: list[str]) -> None:
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    decomposed = [unicodedata.normalize("NFD", text) for text in texts]
    again = [unicodedata.normalize("NFC", text) for text in vietnamese_sorted(decomposed)]
    assert again == vietnamese_sorted(composed)
