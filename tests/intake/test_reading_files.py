"""Workbooks and Parquet: typed cells as text, traps told, bombs and disguises refused."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kbnn_analysis.errors import DataError, KbnnError, UsageError
from kbnn_analysis.intake import SIMULATED_MARK, read_raw

ROWS: list[list[Any]] = [["id", "tỉnh", "q1"], ["01", "Hà Nội", 5], ["02", "Huế", None]]


def book(
    path: Path, rows: list[list[Any]] = ROWS, change: Callable[[Any], None] | None = None
) -> Path:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    if change:
        change(workbook)
    workbook.save(path)
    return path


def repack(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def refused(path: Path, rule: str) -> str:
    with pytest.raises(DataError) as caught:
        read_raw(path)
    assert caught.value.problems[0].rule == rule
    assert caught.value.problems[0].file == path.name
    return str(caught.value)


def test_typed_cells_become_text(tmp_path: Path) -> None:
    values = [5, 5.0, 98.19, "05", True, dt.datetime(2023, 5, 31), dt.date(2023, 6, 1), None, "x"]
    path = book(tmp_path / "a.xlsx", [[f"c{i}" for i in range(9)], values])
    raw = read_raw(path)
    assert raw.frame.iloc[0].tolist() == [
        "5", "5", "98.19", "05", "TRUE", "2023-05-31", "2023-06-01", "", "x",
    ]  # fmt: skip
    assert raw.sheet == "Sheet"
    assert raw.rows.tolist() == [2]
    assert raw.encoding is None


def test_the_mark_of_simulated_data_is_recognised(tmp_path: Path) -> None:
    raw = read_raw(book(tmp_path / "SIMULATED.xlsx", [[SIMULATED_MARK], *ROWS]))
    assert raw.simulated
    assert raw.rows.tolist() == [3, 4]

    def merge(workbook: Any) -> None:
        workbook.active.merge_cells("A1:C1")

    assert read_raw(book(tmp_path / "m.xlsx", [[SIMULATED_MARK], *ROWS], merge)).simulated


def test_blank_rows_and_wrong_dimensions_do_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [ROWS[0], [], ROWS[1], [], []])
    sheet = "xl/worksheets/sheet1.xml"
    repack(path, sheet, lambda xml: xml.replace(b'ref="A1:C3"', b'ref="A1:XFD1048576"'))
    assert read_raw(path).rows.tolist() == [3]


def test_hidden_sheets_are_told_and_never_read(tmp_path: Path) -> None:
    def hide(workbook: Any) -> None:
        other = workbook.create_sheet("Nháp")
        other.append(["id", "q1"])
        other.sheet_state = "hidden"

    path = book(tmp_path / "a.xlsx", change=hide)
    raw = read_raw(path)
    assert raw.sheet == "Sheet"
    assert any("'Nháp' was not read" in said for said in raw.announced)
    with pytest.raises(DataError, match="is hidden"):
        read_raw(path, sheet="Nháp")


def test_several_sheets_must_be_chosen_from(tmp_path: Path) -> None:
    def add(workbook: Any) -> None:
        workbook.create_sheet("Đợt 2").append(["id", "q1"])
        workbook["Đợt 2"].append(["9", 4])
        workbook.create_sheet("Empty")

    path = book(tmp_path / "a.xlsx", change=add)
    with pytest.raises(UsageError, match="2 filled sheets"):
        read_raw(path)
    assert read_raw(path, sheet="Đợt 2").frame["id"].tolist() == ["9"]
    with pytest.raises(UsageError, match="did you mean 'Đợt 2'"):
        read_raw(path, sheet="Đợt 3")


def test_hidden_rows_are_told(tmp_path: Path) -> None:
    def hide(workbook: Any) -> None:
        workbook.active.row_dimensions[3].hidden = True

    raw = read_raw(book(tmp_path / "a.xlsx", change=hide))
    assert any("1 hidden rows" in said for said in raw.announced)
    assert len(raw) == 2


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([["BÁO CÁO KHẢO SÁT"], *ROWS], "title"),
        ([*ROWS, ["Tổng cộng", "", 5]], "total-row"),
        ([["id", "q1", "q1"], ["a", 1, 2]], "repeated-column"),
        ([ROWS[0]], "empty"),
        ([], "empty"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, rows: list[list[Any]], rule: str) -> None:
    refused(book(tmp_path / "a.xlsx", rows), rule)


def test_merged_headers_are_refused_and_named(tmp_path: Path) -> None:
    def merge(workbook: Any) -> None:
        workbook.active.merge_cells("B1:C1")

    assert "B1:C1" in refused(book(tmp_path / "a.xlsx", change=merge), "merged-cells")


def test_formulas_without_a_saved_value_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [ROWS[0], ["1", "Huế", "=2+3"], ["2", "Huế", "=1+1"]])
    assert "2 formulas" in refused(path, "formula")
    sheet = "xl/worksheets/sheet1.xml"
    repack(
        path, sheet, lambda xml: xml.replace(b"<v></v>", b"<v>5</v>").replace(b"<v />", b"<v>5</v>")
    )
    assert read_raw(path).frame["q1"].tolist() == ["5", "5"]


def test_bombs_are_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    repack(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 30_000_000)
    assert "unpacks to" in refused(path, "bomb")


def test_entity_bombs_get_a_clear_word(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    repack(path, "xl/worksheets/sheet1.xml", lambda xml: doctype + xml.split(b"?>")[-1])
    assert "entities" in refused(path, "entities")


def test_macros_are_refused_whatever_the_name(tmp_path: Path) -> None:
    path = repack(book(tmp_path / "a.xlsx"), "xl/vbaProject.bin", lambda _: b"macro")
    refused(path, "macros")


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 old", b"id,q1\n1,5\n"]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match="workbook"):
        read_raw(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_damaged_parts_are_refused(tmp_path: Path, part: str) -> None:
    path = repack(book(tmp_path / "a.xlsx"), part, lambda xml: xml[: len(xml) // 2])
    with pytest.raises(DataError, match="parsed"):
        read_raw(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("readme.txt", "x")
    path = tmp_path / "a.xlsx"
    path.write_bytes(stream.getvalue())
    refused(path, "broken")


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame(
        {
            "id": ["01", "02"],
            "q1": [5.0, None],
            "n": [1, 2],
            "day": pd.to_datetime(["2023-05-31", "2023-06-01"]),
            "unit_name": pd.Categorical(["Huế", "Huế"], categories=["Huế", "Bí mật"]),
        }
    )
    frame.to_parquet(path)
    raw = read_raw(path)
    assert raw.frame.iloc[0].tolist() == ["01", "5", "1", "2023-05-31", "Huế"]
    assert raw.frame["q1"].tolist() == ["5", ""]
    assert raw.rows.tolist() == [2, 3]
    assert "Bí mật" not in pickle.dumps(raw.frame).decode("utf-8", "ignore")
    assert not raw.simulated


def test_parquet_metadata_carry_the_mark(tmp_path: Path) -> None:
    table = pa.table({"id": ["a"]}).replace_schema_metadata({"kbnn": SIMULATED_MARK})
    pq.write_table(table, tmp_path / "a.parquet")
    assert read_raw(tmp_path / "a.parquet").simulated


def test_a_pickle_named_parquet_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(pickle.dumps({"id": [1]}))
    assert "pickle" in refused(path, "wrong-extension")


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        (pa.table({"id": ["a"], "ID": ["b"]}), "repeated-column"),
        (pa.table({"id": [["a", "b"]]}), "nested-column"),
        (pa.table({"id": pa.array([], pa.string())}), "empty"),
        (pa.table({"id": ["a\0b"]}), "nul"),
    ],
)
def test_parquet_that_is_no_table_of_answers_is_refused(
    tmp_path: Path, table: pa.Table, rule: str
) -> None:
    pq.write_table(table, tmp_path / "a.parquet")
    refused(tmp_path / "a.parquet", rule)


def test_a_cut_off_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["a"] * 100}), path)
    content = path.read_bytes()
    path.write_bytes(content[:40])
    refused(path, "wrong-extension")
    path.write_bytes(content[:40] + b"PAR1")
    refused(path, "broken")


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_are_read_or_refused_and_nothing_else(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / rng.choice(["a.xlsx", "a.parquet"])
    if path.suffix == ".xlsx":
        book(path)
    else:
        pq.write_table(pa.table({"id": ["a", "b"], "q1": [5, 4]}), path)
    content = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 3, 20])):
        place = rng.randrange(len(content))
        if rng.random() < 0.7:
            content[place] = rng.randrange(256)
        else:
            del content[place : place + rng.randrange(1, 40)]
    path.write_bytes(bytes(content))
    try:
        raw = read_raw(path)
    except KbnnError:
        return
    assert len(raw) == len(raw.rows)
