"""Words of respondents leave masked, as a named person approved them, and not one letter more."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs import load_params
from kbnn_analysis.runs.quotations import QuotationParams
from kbnn_analysis.runs.scanning import scan_file
from kbnn_analysis.runs.scanning_canaries import Canaries

COMMENT = "Chị Hoa ở quầy số 3 giải thích rất rõ, nhưng tôi phải chờ hai tiếng vì hệ thống chậm."
QUOTED = "Chị Hoa ở quầy số 3 giải thích rất rõ"  # what a careless person would approve
MASKED = "[…] ở quầy […] giải thích rất rõ, nhưng tôi phải chờ hai tiếng"
OTHER = "Tôi không hài lòng vì cán bộ trả hồ sơ ba lần."


def found(text: str, approved: list[str]) -> list[str]:
    return list(Canaries.of(["KH-000017"], [COMMENT, OTHER], approved=approved).found_in(text))


def test_without_approval_no_comment_leaves() -> None:
    assert found(f"Một người viết: “{COMMENT}”", []) == ["holds the words of a comment"]


def test_an_approved_text_leaves_and_nothing_that_goes_on_from_it() -> None:
    assert found(f"“{QUOTED}”", []) == ["holds the words of a comment"]
    assert found(f"“{QUOTED}”", [QUOTED]) == []
    assert found(COMMENT, [QUOTED]) == ["holds the words of a comment"]
    assert found(COMMENT[: len(QUOTED) + 1], [QUOTED]) == ["holds the words of a comment"]
    assert found(f"“{QUOTED}” {OTHER}", [QUOTED]) == ["holds the words of a comment"]
    assert found("KH-000017", [QUOTED]) == ["holds the id of a respondent"]


def test_a_masked_text_leaves() -> None:
    assert found(f"“{MASKED}”", [MASKED]) == []
    assert found(COMMENT, [MASKED]) == ["holds the words of a comment"]


def test_the_gate_reads_files_alike(tmp_path: Path) -> None:
    page = tmp_path / "report.csv"
    page.write_text(f"câu\n“{QUOTED}”\n", encoding="utf-8")
    kept, allowed = (Canaries.of([], [COMMENT], approved=each) for each in ([], [QUOTED]))
    assert [each.what for each in scan_file(page, canaries=kept)] == [
        "holds the words of a comment"
    ]
    assert scan_file(page, canaries=allowed) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("{texts: [rất tốt]}", "approved_by"),
        ('{approved_by: " - ", texts: [rất tốt]}', "names nobody"),
        ("{approved_by: Lan Anh, texts: []}", "texts"),
        ("{approved_by: Lan Anh, texts: [gọi tôi số 0912 345 678]}", "holds a phone number"),
        ("{approved_by: Lan Anh, texts: [thư về lan@kho.vn]}", "holds an e-mail address"),
    ],
)
def test_quotations_need_a_name_and_masks(tmp_path: Path, asked: str, told: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(f'period: "2023-1"\nquotations: {asked}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        load_params(path)


def test_the_name_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        f'period: "2023-1"\nquotations: {{approved_by: Lan Anh, texts: ["{MASKED}"]}}\n',
        encoding="utf-8",
    )
    told = load_params(path).quotations
    assert told == QuotationParams(approved_by="Lan Anh", texts=[MASKED])
