"""What was deleted stays in the history of git: no version of any file held answers or outputs."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NEVER = re.compile(
    r"^(outputs/(?!README\.md$)|archive/|.*\.kbnn/)|"
    r"\.(parquet|feather|pkl|pickle|xlsx?|xlsm|ods|sav|dta|db|sqlite|duckdb|zip)$",
    re.IGNORECASE,
)
TABLES = ("kbnn_analysis/units/data/", "tests/", "docs/")


def git(*asked: str, text: str = "") -> str:
    done = subprocess.run(
        ["git", *asked], cwd=ROOT, input=text, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else ""


@cache
def objects() -> dict[str, str]:
    """Return every name that any commit of this branch held, by the id of its content."""
    pairs = (line.partition(" ") for line in git("rev-list", "--objects", "HEAD").splitlines())
    return {key: name for key, _, name in pairs if name}


def versions(ending: str) -> Iterator[tuple[str, str]]:
    """Yield the text of every version of the files of an ending."""
    for key, name in objects().items():
        if name.endswith(ending):
            yield name, git("cat-file", "blob", key)


pytestmark = pytest.mark.skipif(not git("rev-parse", "HEAD"), reason="needs the history of git")


def forbidden(name: str) -> bool:
    """Return whether a file of this name may hold answers."""
    return bool(NEVER.search(name)) or (name.endswith(".csv") and not name.startswith(TABLES))


def test_no_file_of_answers_was_ever_kept() -> None:
    assert len(objects()) > 100
    assert not sorted(name for name in set(objects().values()) if forbidden(name))


def test_no_version_of_a_notebook_held_an_output() -> None:
    seen = 0
    for name, text in versions(".ipynb"):
        seen += 1
        for cell in json.loads(text)["cells"]:
            assert not cell.get("outputs"), name
            assert not cell.get("attachments"), name
    assert seen >= 6


@pytest.mark.parametrize(
    "name", ["outputs/2023-1/report.html", "answers.csv", "notebooks/data.parquet", "a/store.pkl"]
)
def test_such_a_file_would_be_seen(name: str) -> None:
    assert forbidden(name)
    assert not forbidden("tests/golden/ordinal_wine.csv")
