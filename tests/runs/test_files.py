"""Files and folders are whole or not there, whatever happens in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbnn_analysis.errors import RunError
from kbnn_analysis.runs import files


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_finished_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out" / "2023-1"
    for text in ("one", "two"):
        with files.draft_folder(target) as draft:
            (draft / "report.html").write_text(text)
            assert not (target / "report.html").exists() or text == "two"
        assert tree(tmp_path) == {"out/2023-1/report.html": text}


def test_a_failed_draft_leaves_the_old_folder_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "2023-1"
    with files.draft_folder(target) as draft:
        (draft / "a").write_text("good")

    def stop_half_way() -> None:
        with files.draft_folder(target) as draft:
            (draft / "a").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_half_way()
    assert tree(tmp_path) == {"2023-1/a": "good"}


def test_a_run_killed_between_two_renames_is_repaired(tmp_path: Path) -> None:
    target = tmp_path / "2023-1"
    old = tmp_path / ".2023-1.previous"
    old.mkdir()
    (old / "a").write_text("good")
    files.recover(target)
    assert tree(tmp_path) == {"2023-1/a": "good"}


def test_a_folder_that_cannot_be_replaced_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, draft = tmp_path / "2023-1", tmp_path / "draft"
    for folder in (target, draft):
        folder.mkdir()
        (folder / "a").write_text(folder.name)
    rename = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        if self == draft:
            raise PermissionError(13, "in use")
        return rename(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(RunError, match="in use"):
        files.swap(draft, target)
    assert (target / "a").read_text() == "2023-1"


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files.write_whole(tmp_path / "new" / "a.csv", "một\n")
    assert path.read_bytes() == "một\n".encode()

    def full(self: Path, mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(OSError, match="No space"):
        files.write_whole(path, "hai\n")
    assert tree(tmp_path) == {"new/a.csv": "một\n"}
