"""A file read piece by piece gives the same survey, or the same problems, as one read at once."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbnn_analysis.errors import DataError, Problem, UsageError
from kbnn_analysis.intake import (
    Codebook,
    Design,
    Survey,
    compact,
    read_raw,
    reading_csv,
    reading_parquet,
    source_file,
    text_columns,
    text_stream,
    validate,
)
from kbnn_analysis.intake.problems import MOST_PER_COLUMN
from kbnn_analysis.intake.raw import SIMULATED_MARK

HEAD = ["id", "province", "q1", "q2", "q3", "q_all", "channel", "weight", "day", "comment"]
CELLS = {
    "id": st.one_of(st.integers(1, 60).map(str), st.sampled_from(["", " 7 ", "Đ1", "a b"])),
    "province": st.sampled_from(["Huế", "Hà Nội", "Hoà Bình", "KBNN Thái Nguyên", "Atlantis", ""]),
    "q": st.sampled_from(["5", "4", "Hài lòng", "6", "0", "", "N/A", "99", "tốt", "5 - Hài lòng"]),
    "channel": st.sampled_from(["01", "02", "", "Counter", "tại quầy"]),
    "weight": st.sampled_from(["1", "1,5", "2.5", "-1", "", "x"]),
    "day": st.sampled_from(["31/05/2023", "2023-06-01", "31/02/2023", "45077", ""]),
    "comment": st.sampled_from(["", "Tốt", 'nói "vậy"', "hai\ndòng", "a;b", "  "]),
}


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Draw a small file, mostly sound, with everything that may be wrong in it."""
    odd = draw(st.booleans())
    lines = [[SIMULATED_MARK]] if draw(st.booleans()) else []
    lines.append(HEAD)
    for number in range(draw(st.integers(0, 40))):
        row = [draw(CELLS[name if name in CELLS else "q"]) for name in HEAD]
        if not odd:
            row = [f"r{number}", "Huế", "5", "4", "", "4", "01", "1", "", row[-1]]
        if odd and draw(st.integers(0, 30)) == 0:
            row = draw(st.sampled_from([row[:-1], [*row, "x"], ["Tổng", *row[1:]], []]))
        lines.append(row)
    mark = draw(st.sampled_from([",", ";", "\t"]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    told = [f"sep={mark}"] if draw(st.integers(0, 5)) == 0 else []
    quoted = [
        mark.join('"' + cell.replace('"', '""') + '"' if set(cell) & set(';,\t"\n') else cell
                  for cell in row)
        for row in lines
    ]  # fmt: skip
    text = end.join([*told, *quoted, ""])
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 9)) == 0 else text


def outcome(path: Path, codebook: Codebook, design: Design) -> Survey | tuple[Problem, ...] | str:
    try:
        raw = read_raw(path)
        return validate(raw, codebook, design, period="2023-1", unit_vintage="provinces-63")
    except DataError as error:
        return error.problems
    except UsageError as error:
        return str(error)


def in_pieces(patch: pytest.MonkeyPatch, rows: int, block: int, codes: int) -> None:
    patch.setattr(source_file, "LARGE", 0)
    patch.setattr(reading_csv, "ROWS_AT_ONCE", rows)
    patch.setattr(reading_parquet, "ROWS_AT_ONCE", rows)
    patch.setattr(text_stream, "BLOCK", block)
    patch.setattr(text_columns, "MOST_CODES", codes)
    patch.setattr(text_columns, "AT_ONCE", rows)
    patch.setattr(compact, "COMPACT_FROM", 0)


def assert_same(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    if not isinstance(one, Survey):
        assert one == other
        return
    for field in fields(Survey):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pd.DataFrame) and field.name != "attributes":
            pd.testing.assert_frame_equal(left.astype(float), right.astype(float))
        elif isinstance(left, pd.DataFrame):  # few texts of many are held as categories
            pd.testing.assert_frame_equal(left.astype(dict(right.dtypes)), right)
        elif isinstance(left, pd.Series):
            pd.testing.assert_series_equal(left, right)
        elif isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right)
        else:
            assert left == right, field.name


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=tables(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1258"]),
    rows=st.integers(1, 9),
    block=st.integers(1, 400),
    codes=st.sampled_from([0, 3, 1000]),
    weighted=st.booleans(),
)
def test_pieces_equal_the_whole(
    text: str,
    encoding: str,
    rows: int,
    block: int,
    codes: int,
    weighted: bool,
    small: Codebook,
    tmp_path: Path,
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(text.encode(encoding, "replace"))
    design = Design(weight="weight") if weighted else Design()
    whole = outcome(path, small, design)
    with pytest.MonkeyPatch.context() as patch:
        in_pieces(patch, rows, block, codes)
        if path.stat().st_size:
            assert_same(outcome(path, small, design), whole)


@pytest.mark.parametrize(
    "content",
    [
        b"id,q1\n1,\0\n",
        "id,q1\n1,H\u00b5 N\u00e9i; \u00a7\u00b5 N\u00bdng; r\u00ca\u00dft h\u00b5i\n".encode(),
        "Hà Nội, Đà Nẵng, rất hài lòng\n".encode().decode("latin-1").encode("utf-8"),
        b"id,q1\n1,H\xb5 N\xe9i\n2,\xa7\xb5 N\xbdng\n",
        b"id,q1\n1,Ha\xf8 No\xe4i\n",
        b"id,q1\n1,\x81\x8d\xff\xfe\n",
        "id,q1\n1,5\n".encode("utf-16-le"),
        b'id,q1\n1,"5\n2,4\n',
        b"\xef\xbb\xbfid,q1\n1,\xff\n",
        b"Report of 2023,,\n\nid,q1,q2\n1,5,5\n",
        b"id,,q1\n1,x,5\n",
        b"id,q1,ID\n1,x,5\n",
        b"\n\n\n",
    ],
)
@pytest.mark.parametrize("block", [1, 7, 1_000_000])
def test_unreadable_files_are_refused_in_the_same_words(
    content: bytes, block: int, small: Codebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    whole = outcome(path, small, Design())
    assert not isinstance(whole, Survey)
    in_pieces(monkeypatch, 3, block, 1000)
    assert outcome(path, small, Design()) == whole


@pytest.mark.parametrize("codes", [0, 1000])
def test_parquet_in_pieces(
    small: Codebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codes: int
) -> None:
    frame = pd.DataFrame({
        "id": range(1, 31), "province": ["Huế", "Hà Nội", "Hoà Bình"] * 10,
        "q1": [5.0, np.nan, 4.0] * 10, "q2": [5, 4, 3] * 10, "q_all": ["Hài lòng", "0", "6"] * 10,
        "day": pd.to_datetime(["2023-05-31", "2023-06-01", None] * 10),
    })  # fmt: skip
    path = tmp_path / "answers.parquet"
    frame.to_parquet(path, row_group_size=4)
    whole = outcome(path, small, Design())
    assert isinstance(whole, Survey)
    with pytest.MonkeyPatch.context() as patch:
        in_pieces(patch, 7, 100, codes)
        assert_same(outcome(path, small, Design()), whole)
    wrong = frame.assign(q2=[9, 77, 88] * 10)
    wrong.to_parquet(path)
    whole = outcome(path, small, Design())
    in_pieces(monkeypatch, 7, 100, codes)
    assert outcome(path, small, Design()) == whole


def test_problems_are_counted_exactly_and_told_in_part(
    small: Codebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = MOST_PER_COLUMN + 7
    rows = "".join(f"{i},Huế,99,4,4,4\n" for i in range(wrong))
    same = "".join(f"0,Huế,{1 + i % 2},4,4,4\n" for i in range(wrong))
    path = tmp_path / "answers.csv"
    path.write_text(f"id,province,q1,q2,q3,q_all\n{rows}{same}", encoding="utf-8")
    in_pieces(monkeypatch, 100, 1000, 100)
    told = outcome(path, small, Design())
    assert isinstance(told, tuple)
    more = [problem.message for problem in told if problem.rule == "more"]
    assert "7 more cells of this column are wrong." in more
    path.write_text("id,q1\n" + "1,2,3\n" * wrong, encoding="utf-8")
    told = outcome(path, small, Design())
    assert isinstance(told, tuple)
    assert (len(told), told[-1].message) == (
        MOST_PER_COLUMN + 1, "7 more rows have another length."
    )  # fmt: skip


@given(st.lists(st.text(alphabet="ab ", max_size=3), max_size=30))
def test_repeated_texts_are_found_exactly(texts: list[str]) -> None:
    wanted = [texts.count(text) > 1 for text in texts]
    for kind in ("object", "str"):
        assert text_columns.repeated(pd.Series(texts, dtype=kind)).tolist() == wanted
    with pytest.MonkeyPatch.context() as patch:  # however the hashes fall
        patch.setattr(text_columns, "_hashes", lambda s: np.zeros(len(s), dtype=np.uint64))
        assert text_columns.repeated(pd.Series(texts, dtype="str")).tolist() == wanted
