"""The page of all periods: what a run left is listed, each form with its language."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kbnn_analysis.runs.index_page import write_index


def finished(output: Path, period: str, *names: str) -> None:
    folder = output / period
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("x", encoding="utf-8")
    told = {"identity": {"period": period, "simulated": True}}
    told["headline"] = {"vi": [["Hài lòng", "97%", "96–98"]], "en": [["Satisfied", "97%", "96–98"]]}
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")


def links(output: Path, language) -> list[tuple[str, str]]:
    page = write_index(output, language).read_text(encoding="utf-8")
    return re.findall(r'<a href="(2\d[^"]+)">([^<]+)</a>', page)


def test_forms_of_two_languages_say_which(tmp_path: Path) -> None:
    finished(tmp_path, "2023-1", "report.html", "report.en.html", "tables.xlsx", "tables.en.xlsx")
    assert links(tmp_path, "vi") == [
        ("2023-1/report.html", "HTML (vi)"),
        ("2023-1/tables.xlsx", "Excel (vi)"),
        ("2023-1/report.en.html", "HTML (en)"),
        ("2023-1/tables.en.xlsx", "Excel (en)"),
    ]
    assert links(tmp_path, "en")[0] == ("2023-1/report.en.html", "HTML (en)")


def test_forms_of_one_language_are_listed_once(tmp_path: Path) -> None:
    finished(tmp_path, "2023-1", "report.html", "report.pdf")
    assert links(tmp_path, "en") == [
        ("2023-1/report.html", "HTML"),
        ("2023-1/report.pdf", "PDF"),
    ]


def test_periods_stand_with_their_headline_and_a_broken_record_does_not_stop_it(
    tmp_path: Path,
) -> None:
    finished(tmp_path, "2023-1", "report.html")
    finished(tmp_path, "2023-2", "report.html")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{", encoding="utf-8")
    page = write_index(tmp_path, "vi").read_text(encoding="utf-8")
    assert re.findall(r'id="p-([\d-]+)"', page) == ["2023-2", "2023-1"]
    assert page.count("96–98") == 2
