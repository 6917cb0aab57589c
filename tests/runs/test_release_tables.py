"""What the audit reads in the tables of a run is what the rules said, in whatever language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.audit import audit
from kbnn_analysis.errors import DisclosureError
from kbnn_analysis.intake import load_codebook
from kbnn_analysis.language import LANGUAGES, Label, Language
from kbnn_analysis.presentation.tables.csv import csv_text
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.runs.release_tables import read_rows

MEASURE = "overall_treasury_top_box"
CODEBOOK = load_codebook("kbnn-assumed")


def table() -> Estimates:
    frame = pd.DataFrame(
        {"period": "2023-1", "measure": MEASURE, "unit": ["01", "02", "04"], "n": [400.0, 7, 15],
         "count": [200.0, 4, 6], "estimate": [0.5, 4 / 7, 0.4], "std_error": 0.02,
         "conf_low": 0.3, "conf_high": 0.7}
    )  # fmt: skip
    info = MeasureInfo(MEASURE, "top_box", "1", "proportion", Label.same("m"))
    return Estimates(
        frame=frame, by=("period", "measure", "unit"), method="counts",
        covariance=np.eye(3), measures={MEASURE: info},
    )  # fmt: skip


def write(folder: Path, text: str, language: Language, kind: str = "tables") -> Path:
    (folder / kind).mkdir()
    (folder / kind / f"units.{language}.csv").write_text(text, encoding="utf-8-sig")
    return folder


@pytest.mark.parametrize("kind", ["tables", "figures"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_row_is_audited_in_either_language(
    tmp_path: Path, language: Language, kind: str
) -> None:
    folder = write(tmp_path, csv_text(disclose(table()), language), language, kind)
    parameters = {"languages": [language], "unit_vintage": "provinces-63"}
    rows = read_rows(folder, parameters, CODEBOOK)
    assert [row.reason for row in rows] == [
        "",
        "fewer than 10 valid answers",
        "fewer than 20 valid answers for a share",
    ]
    told = {(row.key[-1], found.what) for row, found in audit(rows, Rules())}
    assert {("unit=02", "n"), ("unit=04", "outside"), ("unit=04", "inside")} <= told


def test_a_row_hidden_for_no_rule_stops_the_audit(tmp_path: Path) -> None:
    text = csv_text(disclose(table()), "vi").replace("ít hơn 10 phiếu hợp lệ", "vì thế")
    folder = write(tmp_path, text, "vi")
    with pytest.raises(DisclosureError, match="No rule hides a row for the reason 'vì thế"):
        read_rows(folder, {"languages": ["vi"]}, CODEBOOK)
