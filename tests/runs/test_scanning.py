"""The gate reads every byte: each danger has a file that shows it, and clean files pass."""

# ruff: noqa: E501  (a line a danger)

from __future__ import annotations

import base64
import json
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from kbnn_analysis.cli.archive import NOT_PROTECTED
from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.scanning import scan_file
from kbnn_analysis.runs.scanning_canaries import Canaries

HEADER = "period,measure,unit,n,estimate,suppressed,suppressed_reason\n"
CLEAN = HEADER + '2023-1,m,19,825,0.97,False,\n2023-1,m,12,,,True,"ít hơn 10 phiếu"\n'
PDF_STREAM = b"%%PDF-1.7 1 0 obj << %b >> stream\n%b\nendstream endobj"


def told(path: Path, canaries: Canaries | None = None) -> str:
    return " | ".join(finding.what for finding in scan_file(path, canaries=canaries))


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def notebook(**cell: object) -> str:
    made = {"cell_type": "code", "source": "1", "outputs": [], "metadata": {}} | cell
    return json.dumps({"cells": [made], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def output(kind: str, value: str) -> dict[str, object]:
    return {"output_type": "display_data", "data": {kind: value}, "metadata": {}}


def drawing(marks: int, kind: str = '<use x="1"/>') -> str:
    return f'<svg><g id="PathCollection_1">{kind * marks}</g><g id="text_1"/></svg>'


def png(extra: bytes = b"", after: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0"))
    text = chunk(b"tEXt", extra) if extra else b""
    return b"\x89PNG\r\n\x1a\n" + head + text + body + chunk(b"IEND", b"") + after


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("table.csv", CLEAN),
        ("page.html", "<html><body><p>98,19% (19.250 phiếu)</p></body></html>"),
        ("drawing.svg", '<svg><path d="M 0912345678 0912345678"/></svg>'),
        ("note.ipynb", notebook(outputs=[output("text/plain", "97%")])),
        ("image.png", png(b"Software\0matplotlib")),
        ("run.json", '{"sha": "00000012345678901234567890"}'),
    ],
)
def test_clean_files_pass(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert told(written(tmp_path, name, content)) == ""


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("table.csv", CLEAN + "2023-1,m,x,7,0.9,False,\n", "small or not rounded"),
        ("table.csv", CLEAN + "2023-1,m,x,823,0.9,False,\n", "small or not rounded"),
        ("table.csv", CLEAN + "2023-1,m,x,,0.9,True,\n", "numbers in a hidden row"),
        ("table.csv", "period,n,estimate\n2023-1,20,0.9\n", "was not disclosed"),
        ("table.csv", CLEAN + "=cmd|'/c calc'!A0,m,x,20,0.9,False,\n", "spreadsheet would run"),
        ("table.csv", CLEAN + "＠SUM(1),m,x,20,0.9,False,\n", "spreadsheet would run"),
        ("table.csv", HEADER + "a,b,c,20,1,False,\n" * 5001, "more than 5000 rows"),
        ("page.html", "gọi 0912 345 678 nhé", "phone number"),
        ("page.html", "số +84 24 3825 1234", "phone number"),
        ("page.html", "CCCD 001099012345", "identity number"),
        ("page.html", "tài khoản 9527.3.1234567", "account or card"),
        ("page.html", "viết cho nguyen.a@kbnn.gov.vn", "e-mail"),
        ("page.html", "<p>/home/lan/khao-sat.csv</p>", "path of a machine"),
        ("page.html", r"C:\Users\lan\x", "path of a machine"),
        ("page.html", "Traceback (most recent call last):", "traceback"),
        ("page.html", "<script>1</script>", "active content"),
        ("page.html", '<b onclick="x()">', "active content"),
        ("page.html", '<a href="javascript:x">', "active content"),
        ("page.html", '<img src="https://a.vn/x.png">', "from another place"),
        ("page.html", '<table class="dataframe">', "raw data frame"),
        ("page.html", "CHỈ ĐỂ KHÁM PHÁ", "exploring"),
        ("table.csv", f"# {NOT_PROTECTED}\nperiod,mean\n2023-1,4.5\n", "exploring"),
        ("drawing.svg", drawing(2000), "more marks"),
        ("drawing.svg", drawing(2000, '<path d="M 0 0"/>'), "more marks"),
        ("drawing.svg", "<svg><title>A</title></svg>", "tooltips"),
        ("drawing.svg", "<svg><script/></svg>", "active content"),
        ("note.ipynb", notebook(outputs=[output("application/vnd.plotly.v1+json", "{}")]), "plotly"),
        ("note.ipynb", notebook(outputs=[output("text/plain", "[400 rows x 9 columns]")]), "raw data"),
        ("note.ipynb", notebook(outputs=[output("text/html", "<script>")]), "active content"),
        ("note.ipynb", notebook(attachments={"a.png": {}}), "attachments"),
        ("note.ipynb", notebook(source='audience: str = "explore"'), "for exploring"),
        ("note.ipynb", notebook(outputs=[{"output_type": "error"}]), "error"),
        ("note.ipynb", notebook().replace('"metadata": {}, "nbf', '"metadata": {"widgets": {}}, "nbf'), "widgets"),
        ("image.png", png(b"Comment\0mai@kbnn.vn"), "e-mail"),
        ("image.png", png(after=b"respondents"), "after its end"),
        ("paper.pdf", b"%PDF-1.7 /Author (Lan)", "author"),
        ("paper.pdf", b"%PDF-1.7 1 0 obj <</S/Java#53cript/J#53(app.alert)>>", "scripts"),
        ("paper.pdf", b"%PDF-1.7 stream\n" + zlib.compress(b"(0912345678) Tj") + b"\nendstream", "phone"),
        ("paper.pdf", b"%PDF-1.7 1 0 obj << /S /JavaScript /JS (x) >> endobj", "scripts"),
        ("paper.pdf", PDF_STREAM % (b"/Type /ObjStm", zlib.compress(b"<< /JS (x) >>")), "scripts"),
        ("book.xlsx", b"not a zip", "not what its name says"),
        ("data.parquet", b"PAR1", "never leaves"),
        ("data.pkl", b"", "never leaves"),
        ("readme", b"", "never leaves"),
    ],
)  # fmt: skip
def test_each_danger_is_found(tmp_path: Path, name: str, content: str | bytes, what: str) -> None:
    assert what in told(written(tmp_path, name, content))


def test_bytes_of_a_picture_that_spell_a_name_are_no_script(tmp_path: Path) -> None:
    noise = PDF_STREAM % (b"/Subtype /Image", b"\x00\x93/JS\x80\x11/JavaScript\xff")
    assert "scripts" not in told(written(tmp_path, "paper.pdf", noise))


@pytest.mark.parametrize("kind", ['<use x="1"/>', '<path d="M 0 0"/>', '<circle r="1"/>'])
def test_a_figure_draws_no_more_marks_than_its_rows(tmp_path: Path, kind: str) -> None:
    """Points of 400 respondents beside a table of two types are refused; all pairs of units pass."""
    pairs = HEADER + "2023-1,m,19,825,0.97,False,\n" * 1953
    for name, numbers, marks, refused in (
        ("types", CLEAN, 40, False), ("raw", CLEAN, 400, True), ("pairs", pairs, 3785, False),
    ):  # fmt: skip
        written(tmp_path, f"{name}.vi.csv", numbers)
        found = told(written(tmp_path, f"{name}.vi.svg", drawing(marks, kind)))
        assert ("more marks" in found) is refused, name


def test_what_a_workbook_hides_is_found(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.active["A2"] = "x"
    book.active["A2"].comment = Comment("ai trả lời?", "Lan")
    book.create_sheet("raw").sheet_state = "hidden"
    book.properties.creator = "Nguyễn Thị Lan"
    path = tmp_path / "book.xlsx"
    book.save(path)
    found = told(path)
    for what in ("formula", "comments", "hides a sheet", "names its author"):
        assert what in found


@pytest.mark.parametrize(
    ("member", "content", "what"),
    [
        ("xl/pivotCache/pivotCacheRecords1.xml", "<r/>", "cache of a pivot table"),
        ("xl/vbaProject.bin", "x", "macros"),
        ("xl/externalLinks/externalLink1.xml", "<r/>", "another workbook"),
        ("xl/connections.xml", "<r/>", "data connection"),
        ("xl/embeddings/raw.xlsx", "x", "embeds another file"),
        ("customXml/item1.xml", "<r/>", "hidden XML"),
        ("xl/printerSettings/printerSettings1.bin", "x", "settings of a printer"),
        ("xl/worksheets/a.xml", '<row r="2" hidden="1"/>', "hides rows"),
        ("xl/worksheets/_rels/a.xml.rels", '<Relationship TargetMode="External"/>', "outside"),
        ("word/document.xml", '<w:ins w:id="1"/>', "tracked changes"),
        ("docProps/core.xml", "<dc:creator>Lan</dc:creator>", "its author"),
    ],
)
def test_each_member_of_an_office_file_is_looked_at(
    tmp_path: Path, member: str, content: str, what: str
) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert told(path) == ""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, content)
    assert what in told(path)


def test_canaries_are_found_in_every_wrapping(tmp_path: Path) -> None:
    birds = Canaries.of(["R-2023-000017"], ["Cô ở quầy số 3 hôm thứ Hai rất hay cáu gắt với tôi"])
    comment = "… cô  ở quầy số 3 hôm thứ Hai rất hay cáu …"
    page = base64.b64encode(b"<svg><text>R-2023-000017</text></svg>  ").decode()
    files = {
        "a.html": "<td>R-2023-000017</td>",
        "b.csv": CLEAN + f'2023-1,m,x,20,0.9,False,"{comment}"\n',
        "c.html": f'<img src="data:image/svg+xml;base64,{page}">',
        "d.png": png(b"Comment\0R-2023-000017"),
    }
    for name, content in files.items():
        assert "respondent" in (found := told(written(tmp_path, name, content), birds)) or (
            "comment" in found
        ), name
    book = openpyxl.Workbook()
    book.active["A1"] = "R-2023-000017"
    book.save(tmp_path / "e.xlsx")
    assert "respondent" in told(tmp_path / "e.xlsx", birds)


def test_words_of_the_questionnaire_are_no_comment() -> None:
    words = "Thời gian giải quyết hồ sơ đúng hẹn"
    assert not Canaries.of([], [words], known=[words]).openings


def test_links_and_absent_files(tmp_path: Path) -> None:
    written(tmp_path, "a.csv", CLEAN)
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    assert "link" in told(tmp_path / "b.csv")
    with pytest.raises(UsageError, match="no file"):
        scan_file(tmp_path / "c.csv")
