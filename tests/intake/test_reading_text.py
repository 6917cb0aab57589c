"""Delimited text: encodings, delimiters and everything that makes a file no table."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import DataError, UsageError
from kbnn_analysis.intake import SIMULATED_MARK, RawResponses, read_raw
from kbnn_analysis.intake.encodings import decode
from kbnn_analysis.intake.reading_csv import read_csv
from kbnn_analysis.intake.source_file import SourceFile
from kbnn_analysis.intake.vietnamese_bytes import TCVN3, VNI_MARKS

TEXT = "id;tỉnh;ý kiến\n1;Hà Nội;Rất hài lòng, đúng hẹn\n2;Đà Nẵng;Thủ tục còn phiền hà\n"
ROWS = [["1", "Hà Nội", "Rất hài lòng, đúng hẹn"], ["2", "Đà Nẵng", "Thủ tục còn phiền hà"]]


def source(content: bytes, name: str = "answers.csv") -> SourceFile:
    return SourceFile(Path(name), content, hashlib.sha256(content).hexdigest())


def read(tmp_path: Path, content: bytes | str, name: str = "answers.csv") -> RawResponses:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_raw(path)


def refused(tmp_path: Path, content: bytes | str, name: str = "answers.csv") -> DataError:
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, name)
    assert [path.name for path in tmp_path.iterdir()] == [name]  # nothing was written
    return caught.value


def cp1258(text: str) -> bytes:
    """Write as Windows-1258 does: tone marks apart, other marks composed."""
    out = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        out.append(base + "".join(tones))
    return "".join(out).encode("cp1258")


def tcvn3(text: str) -> bytes:
    back = {letter: byte for byte, letter in TCVN3.items()}
    return bytes(back.get(letter, ord(letter)) for letter in text)


def vni(text: str) -> bytes:
    back = {marks: letter for letter, marks in VNI_MARKS.items()}
    horned = {"ơ": "ô", "ư": "ö", "đ": "ñ", "Đ": "Ñ"}
    out = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        if letter in horned:
            out.append(horned[letter])
        elif "\u031b" in parts:  # ở: the horned letter, then its tone
            tone = parts.replace("\u031b", "")[1:]
            out.append(horned[unicodedata.normalize("NFC", parts[0] + "\u031b")] + back[tone])
        elif len(parts) > 1 and parts[0] in "aeouyAEOUY":
            marks = sorted(parts[1:], key=lambda mark: mark not in "\u0302\u0306")
            out.append(parts[0] + back["".join(marks)])
        else:
            out.append({"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò"}.get(letter, letter))
    return "".join(out).encode("cp1252")


@pytest.mark.parametrize(
    ("content", "encoding", "announced"),
    [
        (TEXT.encode(), "utf-8", False),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", False),
        (TEXT.encode("utf-16"), "utf-16", True),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16", True),
        (cp1258(TEXT), "windows-1258", True),
    ],
)
def test_encodings_are_found(
    tmp_path: Path, content: bytes, encoding: str, announced: bool
) -> None:
    raw = read(tmp_path, content)
    assert raw.frame.to_numpy().tolist() == ROWS
    assert list(raw.frame.columns) == ["id", "tỉnh", "ý kiến"]
    assert raw.encoding == encoding
    assert any("read as" in said for said in raw.announced) == announced
    assert raw.sha256 == hashlib.sha256(content).hexdigest()
    assert raw.source == "answers.csv"


@pytest.mark.parametrize(("writer", "name"), [(tcvn3, "TCVN3"), (vni, "VNI")])
def test_legacy_encodings_are_named_with_the_way_out(
    tmp_path: Path, writer: object, name: str
) -> None:
    content = writer(TEXT)  # type: ignore[operator]
    error = refused(tmp_path, content)
    assert name in str(error)
    assert "Unikey" in str(error)
    misread = content.decode("latin-1").encode("utf-8")  # saved as Unicode by Excel
    assert name in str(refused(tmp_path, misread))


def test_a_legacy_comment_far_down_is_found(tmp_path: Path) -> None:
    head = b"id;q1;comment\n" + b"1;5;fine\n" * 30_000
    assert "TCVN3" in str(refused(tmp_path, head + tcvn3("2;5;Rất hài lòng với Kho bạc\n")))


def test_known_bytes_of_the_legacy_encodings() -> None:
    assert tcvn3("Hà Nội") == b"H\xb5 N\xe9i"
    assert vni("Hà Nội") == b"Ha\xf8 No\xe4i"
    assert cp1258("Hà Nội") == b"Ha\xcc N\xf4\xf2i"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode("utf-16-le"), "UTF-16 without its mark"),
        (b"id,q1\n1,\x005\n", "NUL byte (line 2)"),
        ("id,q1\n1,\0\n".encode("utf-16"), "NUL"),
        ("id;tỉnh\n1;Hà Nội\n2;Đà Nẵng\n".encode().decode("latin-1").encode(), "read twice"),
        (b"id,q1\n1,caf\xe9\n", "neither UTF-8"),
        (b"\xff\xfe\x00", "utf-16"),
    ],
)
def test_other_bytes_are_refused(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in str(refused(tmp_path, content))


def test_a_given_encoding_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(b"id,name\n1,caf\xe9\n")
    assert read_raw(path, encoding="cp1252").frame["name"].item() == "café"
    with pytest.raises(UsageError, match="klingon"):
        read_raw(path, encoding="klingon")
    with pytest.raises(DataError, match="are not utf-8"):
        read_raw(path, encoding="utf-8")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_data_error(content: bytes) -> None:
    try:
        raw = read_csv(source(content or b"x"))
    except DataError:
        return
    assert len(raw.frame) == len(raw.rows) > 0


@given(st.text(alphabet="Hàộảđ ,;\"'\n=5", max_size=80), st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_back(cell: str, delimiter: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([["id", "text", "q"], ["a", cell, "5"], ["b", "x", "4"]])
    raw = read_csv(source(stream.getvalue().encode()), delimiter=delimiter)
    assert raw.frame["text"].tolist() == [cell, "x"]


@given(st.text(max_size=200))
def test_decoding_utf8_keeps_the_text(text: str) -> None:
    try:
        decoded = decode(text.encode(), "x.csv")
    except DataError:
        return
    assert decoded.text == text or text.startswith("\ufeff") or decoded.encoding != "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in [["id", "q1", "w"], ["a", "5", "1.5"]])
    raw = read(tmp_path, text)
    assert raw.delimiter == delimiter
    assert raw.frame.iloc[0].tolist() == ["a", "5", "1.5"]


def test_excel_in_vietnam_writes_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    raw = read(tmp_path, "\ufeffid;w;s\r\na;98,19;1.234,56\r\nb;97,5;2,5\r\n")
    assert raw.frame["w"].tolist() == ["98,19", "97,5"]
    assert any("semicolon" in said for said in raw.announced)


def test_excels_own_delimiter_line_is_understood(tmp_path: Path) -> None:
    raw = read(tmp_path, "sep=;\nid;w\na;1,5\n")
    assert raw.frame.iloc[0].tolist() == ["a", "1,5"]
    assert raw.rows.tolist() == [3]


def test_nothing_is_guessed_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    raw = read(tmp_path, 'id,q1\n01,NA\n\n002,"two\nlines"\n3,null\n')
    assert raw.frame["id"].tolist() == ["01", "002", "3"]
    assert raw.frame["q1"].tolist() == ["NA", "two\nlines", "null"]
    assert raw.rows.tolist() == [2, 4, 5]


@pytest.mark.parametrize("line", [SIMULATED_MARK, SIMULATED_MARK + ",,", f'"{SIMULATED_MARK}",,'])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_simulated_data_are_recognised(tmp_path: Path, line: str, form: str) -> None:
    text = unicodedata.normalize(form, line) + "\nid,q1,q2\na,5,4\n"  # type: ignore[arg-type]
    raw = read(tmp_path, text)
    assert raw.simulated
    assert raw.rows.tolist() == [3]
    assert list(raw.frame.columns) == ["id", "q1", "q2"]
    assert not read(tmp_path, "id,q1,q2\na,5,4\n").simulated


@pytest.mark.parametrize(
    ("text", "rule", "row", "column"),
    [
        ("", "empty", None, ""),
        ("\n\n", "empty", None, ""),
        (SIMULATED_MARK + "\n", "empty", None, ""),
        ("id,q1\n", "empty", None, ""),
        ('id,q1\na,"5\nb,4\n', "open-quote", 2, ""),
        ('id,q1\na,"5"4\n', "open-quote", 2, ""),
        ("id,q1,Q1\na,5,4\n", "repeated-column", 1, "Q1"),
        ("id,,q1\na,5,4\n", "unnamed-column", 1, ""),
        ("Báo cáo khảo sát,,\nid,q1,q2\na,5,4\n", "title", 1, ""),
        ("Báo cáo khảo sát\nid,q1,q2\na,5,4\nb,5,4\n", "title", 1, ""),
        ("id,q1\na,5\nb\n", "row-length", 3, ""),
        ("id,q1\na,5,4\n", "row-length", 2, ""),
        ("id,q1\na,5\nTổng cộng,5\n", "total-row", 3, ""),
        ("STT,id,q1\n1,a,5\n,Total,5\n", "total-row", 3, ""),
        ("id,q1\na," + "x" * 3_000_000 + "\n", "huge-field", 2, ""),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, text: str, rule: str, row: int | None, column: str
) -> None:
    first = refused(tmp_path, text).problems[0]
    assert (first.rule, first.row, first.column) == (rule, row, column)
    assert len(str(first)) < 250


def test_all_rows_of_wrong_length_are_told(tmp_path: Path) -> None:
    problems = refused(tmp_path, "id,q1\na\nb,5\nc\n").problems
    assert [problem.row for problem in problems] == [2, 4]


def test_trailing_empty_cells_are_no_problem(tmp_path: Path) -> None:
    raw = read(tmp_path, "id,q1,,\na,5,,\nb,4,,\n")
    assert list(raw.frame.columns) == ["id", "q1"]
    assert len(raw) == 2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.sav", "SPSS"), ("a.dta", "Stata"), ("a.xlsm", "macros"), ("a.xls", ".xlsx"),
        ("a.pkl", "never opened"), ("a", "only .csv"), ("a.doc", "CSV UTF-8"),
    ],
)  # fmt: skip
def test_other_formats_are_refused_with_the_way_out(tmp_path: Path, name: str, told: str) -> None:
    assert told in str(refused(tmp_path, "id,q1\na,5\n", name))


def test_a_file_of_another_kind_is_recognised(tmp_path: Path) -> None:
    assert "Rename it to .xlsx" in str(refused(tmp_path, b"PK\x03\x04rest"))
    assert "pickle" in str(refused(tmp_path, b"\x80\x04\x95rest"))


def test_missing_files_and_foreign_options_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no data file"):
        read_raw(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="no data file"):
        read_raw(tmp_path)
    path = tmp_path / "a.csv"
    path.write_text("id,q1\na,5\n")
    with pytest.raises(UsageError, match="sheet"):
        read_raw(path, sheet="Answers")
    with pytest.raises(UsageError, match="delimiter"):
        read_raw(path, delimiter="#")
