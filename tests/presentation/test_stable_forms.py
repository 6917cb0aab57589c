"""Every form has the same bytes in another folder, time zone, language, home and hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

MAKE = """
import hashlib, json
from dataclasses import replace
import nbformat.v4 as nbf, numpy as np, pandas as pd
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import figures, style, tables
from kbnn_analysis.presentation.document import read_document
from kbnn_analysis.presentation.excel import Sheet, render_excel
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.report import Entry, headline_figures, render_index, render_page
from kbnn_analysis.presentation.sheets import SheetFacts, province_sheet
from kbnn_analysis.presentation.word import render_word
from kbnn_analysis.results import Estimates, MeasureInfo

frame = pd.DataFrame({"period": "2023-1", "measure": "share", "unit": ["01", "02"], "n": 100.0,
    "estimate": [0.9, 0.8], "std_error": 0.02, "conf_low": [0.86, 0.76], "conf_high": [0.94, 0.84],
    "suppressed": False, "suppressed_reason": ""})
known = MeasureInfo("share", "two_box", "1", "proportion", Label("Hỏi: tỷ lệ", "Q: share"), ("q",))
units = Estimates(frame=frame, by=("period", "measure", "unit"), method="Quotients.",
    labels={"unit": {"01": Label.same("Hà Nội"), "02": Label.same("Hà Giang")}},
    notes={"conf_level": 0.95, "disclosed": 10, "target": "period", "interval": "wilson"},
    simulated=True, covariance=np.diag(np.full(2, 4e-4)), measures={"share": known})
whole = units.take([0])
whole = replace(whole, frame=whole.frame.drop(columns="unit"), by=("period", "measure"))
made = {}
for language in ("vi", "en"):
    drawn = figures.plot_estimates(units, language=language)
    svg, png = style.to_svg(drawn), style.to_png(drawn)
    html = tables.table_estimates(units, language=language).as_raw_html()
    outputs = [nbf.new_output("display_data", data={"image/svg+xml": svg}, metadata={"alt": "A"}),
               nbf.new_output("display_data", data={"text/html": html})]
    cell = nbf.new_code_cell("x = {'a', 'b', 'c'}", outputs=outputs)
    document = read_document([nbf.new_notebook(cells=[cell])], language=language, title="Báo cáo",
                             provenance={"a": "b"}, simulated=True)
    sheet = province_sheet(SheetFacts(units=units, whole=whole), "01", language=language)
    entry = Entry("2023-1", headline_figures(whole, language), (("HTML", "a/b.html"),), True)
    forms = {"svg": svg, "png": png, "html": render_page(document), "pdf": render_pdf(document),
        "docx": render_word(document), "sheet": render_pdf(sheet, contents=False),
        "xlsx": render_excel([Sheet("a", units)], language=language, title="Bảng"),
        "index": render_index([entry], language=language)}
    for name, content in forms.items():
        content = content.encode() if isinstance(content, str) else content
        made[f"{name}.{language}"] = hashlib.sha256(content).hexdigest()
print(json.dumps(made))
"""


def made_in(folder: Path, **environment: str) -> dict[str, str]:
    folder.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MAKE)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_every_form_has_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    here = made_in(tmp_path / "a", TZ="UTC", LANG="C.UTF-8", PYTHONHASHSEED="0")
    there = made_in(
        tmp_path / "một nơi khác",
        TZ="Asia/Ho_Chi_Minh",
        LANG="vi_VN.UTF-8",
        LC_ALL="C",
        PYTHONHASHSEED="77",
        HOME=str(tmp_path / "b"),
        PYTHONUTF8="1",
    )
    assert len(here) == 16
    assert here == there
