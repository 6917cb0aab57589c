"""Whatever bytes a file of answers holds: one clear end, no traceback, nothing in the archive."""

from __future__ import annotations

import contextlib
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbnn_analysis.cli import main
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import reading_csv, source_file, text_stream

TEXT = "\n".join(simulate_period("2023-1", seed=3, scale=0.01).to_csv().splitlines()[:12])
PARAMS = 'period: "2023-1"\nunit_vintage: provinces-63\nnotebooks: [quick]\n'
NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "id": "p", "execution_count": null, "outputs": [],'
    ' "metadata": {"tags": ["parameters"]}, "source": "language: str = \'vi\'"}],'
    ' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)
PIECES = st.sampled_from([
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\r", b'"', b'""', b",", b";", b"\xc3",
    b"\xb5", b"sep=;\n", "Đ".encode(), "Đ".encode("utf-16-le"), b"x" * 140_000, b"=1+1",
    b"\x1a", b"\n" * 9,
])  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Draw random bytes, or a sound file in some encoding with strange pieces in it."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=400))
    content = TEXT.encode(
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1258"])), "replace"
    )
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(content)))
        left_out = draw(st.sampled_from([0, 0, 1, 40]))
        content = content[:place] + draw(PIECES) + content[place + left_out :]
    return content


def ended(words: list[str]) -> tuple[int, str]:
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            main(words)
        except SystemExit as end:
            return int(end.code or 0), told.getvalue()
    return 0, told.getvalue()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(content=TEXT.encode(), streamed=True)
@example(content=b"\x00" * 50, streamed=True)
@example(content=b"\xef\xbb\xbf", streamed=True)
@example(content=TEXT.replace("\n", "\r\n").encode("utf-16"), streamed=True)
@given(content=files(), streamed=st.booleans())
def test_strange_bytes_end_in_a_sentence(content: bytes, streamed: bool, tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir(exist_ok=True)
    (tmp_path / "notebooks" / "quick.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(PARAMS, encoding="utf-8")
    (tmp_path / "answers.csv").write_bytes(content)
    archive = tmp_path / "archive"
    shutil.rmtree(archive, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        if streamed:
            patch.setattr(source_file, "LARGE", 0)
            patch.setattr(reading_csv, "ROWS_AT_ONCE", 3)
            patch.setattr(text_stream, "BLOCK", 100)
        code, told = ended(["archive", "add", "p.yaml", "--data", "answers.csv"])
    assert "Traceback" not in told
    assert code in (0, 2), told
    if code == 2:
        assert "answers.csv" in told
        assert not archive.exists() or not list(archive.iterdir())
    else:
        assert [each.name for each in archive.iterdir()] == ["period=2023-1"]
