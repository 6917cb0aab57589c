"""400 ids and comments go in at one end; no byte of what comes out at any other holds one."""

from __future__ import annotations

import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kbnn_analysis.errors import DisclosureError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.runs import load_params, run_period
from kbnn_analysis.runs.release import release_run

ROOT = Path(__file__).resolve().parents[1]
MANY = 400
ID, COMMENT = "KHACH-CANARY-{:04d}", "Chim hoàng yến số {:04d} kể chuyện riêng của mình"
SIGNS = ("KHACH-CANARY", "Chim hoàng yến", "him ho\\u00e0ng y\\u1ebfn", "him ho&#224;ng y")
PARAMS = """
period: "2023-1"
data: answers-SIMULATED.csv
unit_vintage: provinces-63
design: {target: process, psu: office}
headline: overall_treasury
languages: [vi]
audience: public
"""


def project(root: Path) -> Path:
    """Make a project with every notebook and 400 answers; return its params file."""
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copy2(ROOT / "pyproject.toml", root)
    drawn = simulate_period("2023-1", seed=11, scale=0.1)
    large = drawn.frame["province"].value_counts().index[:8]
    frame = drawn.frame[drawn.frame["province"].isin(large)].head(MANY).reset_index(drop=True)
    frame["respondent_id"] = [ID.format(at) for at in range(MANY)]
    frame["comment"] = [COMMENT.format(at) for at in range(MANY)]
    text = replace(drawn, frame=frame).to_csv()
    (root / "answers-SIMULATED.csv").write_text(text, encoding="utf-8")
    path = root / "params" / "2023-1.yaml"
    path.parent.mkdir()
    path.write_text(PARAMS, encoding="utf-8")
    return path


def contents(raw: bytes) -> Iterator[bytes]:
    """Yield bytes, and what is packed in them: archives, compressed streams of a PDF."""
    yield raw
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield from contents(archive.read(name))
    for part in raw.split(b"stream\n")[1:]:
        try:
            yield zlib.decompressobj().decompress(part)
        except zlib.error:
            continue


@pytest.mark.slow
def test_no_byte_of_a_whole_run_and_its_release_holds_a_canary(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = project(tmp_path)
    monkeypatch.chdir(tmp_path)
    finished = run_period(load_params(path), output=tmp_path / "outputs", start=path.parent)
    told = ""
    try:
        release_run(finished.folder, who="Lan")
    except DisclosureError as refused:
        told = str(refused)
        *reasons, advice = told.splitlines()[1:]
        assert advice.startswith("The next `kbnn run` hides"), told
        assert all(each.strip().startswith(("audit", "and ")) for each in reasons), told
    shown = capfd.readouterr()
    told += shown.out + shown.err + caplog.text
    signs = [sign.encode() for sign in SIGNS]
    assert any(sign in (tmp_path / "answers-SIMULATED.csv").read_bytes() for sign in signs)
    looked = 0
    for each in tmp_path.rglob("*"):
        if each.is_file() and each.name != "answers-SIMULATED.csv":
            looked += 1
            for raw in contents(each.read_bytes()):
                assert not any(sign in raw for sign in signs), each
    assert not any(sign in told for sign in SIGNS)
    assert looked > 30
    for name in (
        "tables/sheets-units.vi.csv",
        "tables/comment-themes.vi.csv",
        "figures/ranking-top-box.vi.csv",
    ):
        assert (finished.folder / name).is_file(), "what sheets and figures show is audited"
    assert list((tmp_path / "outputs" / "releases").iterdir())
