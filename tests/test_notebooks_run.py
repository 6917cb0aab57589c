"""The notebooks of a default run, executed as they are on a small simulated period."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kbnn_analysis.runs import load_params, run_period
from kbnn_analysis.runs.batch import Options, run_batch
from kbnn_analysis.runs.many_params import load_many

DRAWN_FROM = {"map-top-box": "ranking-top-box", "trend": "levels"}
"""Figures whose numbers stand in a table of another name."""
ROOT = Path(__file__).resolve().parents[1]
PARAMS = """
period: "2023-2"
data: simulated
unit_vintage: provinces-63
design: {target: process, strata: province, psu: office}
headline: overall_treasury
languages: [vi]
audience: public
sheets: false
simulate: {seed: 20232, scale: 0.15}
earlier: [{period: "2023-1", simulate: {seed: 20231, scale: 0.15}}]
"""


@pytest.mark.slow
def test_every_notebook_runs_and_the_report_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "params" / "small.yaml"
    path.parent.mkdir()
    path.write_text(PARAMS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    finished = run_period(load_params(path), output=tmp_path / "outputs", start=path.parent)
    page = finished.report.read_text(encoding="utf-8")
    for part in ("DỮ LIỆU MÔ PHỎNG", "GIẢ ĐỊNH", "Cam kết bảo mật", "Hạn chế", "Hoàng Sa"):
        assert part in page
    assert {each.suffix for each in finished.folder.glob("report.*")} == {".html", ".pdf", ".docx"}
    for table in ("drivers", "change"):
        assert (finished.folder / "tables" / f"{table}.vi.csv").exists()
    told = re.sub(r"</?span[^>]*>", "", page)  # they keep numbers and words on one line
    assert "<strong>Thay đổi.</strong> Từ đợt I năm 2023 đến đợt II năm 2023" in told
    # every unit of the country is in it: more answers change numbers, not sizes
    assert len(finished.report.read_bytes()) < 3_000_000
    assert finished.report.with_suffix(".pdf").stat().st_size < 5_000_000
    figures = {each.name.split(".")[0] for each in (finished.folder / "figures").glob("*.svg")}
    tables = {each.name.split(".")[0] for each in (finished.folder / "tables").glob("*.csv")}
    assert len(figures) > 20
    assert {DRAWN_FROM.get(name, name) for name in figures} <= tables
    pdfua = pytest.importorskip("pdfua")
    found = pdfua.validate(str(finished.report.with_suffix(".pdf"))).findings
    assert [each.message for each in found] == []


@pytest.mark.slow
def test_a_grid_of_provinces_makes_a_report_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One unit has none to compare with: the report tells its levels."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    (tmp_path / "small.yaml").write_text(PARAMS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (asked,) = load_many([tmp_path / "small.yaml"], grid=["province=Hà Nội"])
    batch = run_batch([asked], output=Path("outputs"), options=Options())
    assert batch.failed == []
    folder = batch.finished[0].folder
    assert folder.name == "2023-2-ha-noi"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "DỮ LIỆU MÔ PHỎNG" in page
    assert "Đợt II năm 2023 · Tỉnh, thành phố: Hà Nội · Câu chữ" in page
    assert (folder / "tables" / "change.vi.csv").exists()
