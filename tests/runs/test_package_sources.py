"""Which of the package's files count for a notebook: those that it can run, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbnn_analysis.runs import package_sources
from kbnn_analysis.runs.package_sources import code_sha256, imported_sha256

FILES = {
    "__init__.py": "",
    "results/__init__.py": "",
    "shop/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
    "    from kbnn_analysis.shop.rice import rice\n    from kbnn_analysis.shop.tea import tea\n",
    "shop/rice.py": "def rice():\n    from kbnn_analysis.field import plough\n",
    "shop/tea.py": "tea = 1\n",
    "shop/prices.csv": "rice,1\n",
    "field.py": "plough = 1\n",
    "barn/__init__.py": "",
    "barn/hay.csv": "1\n",
}
CODE = "%matplotlib inline\nfrom kbnn_analysis.shop import rice\nrice()"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(package_sources, "FOLDER", tmp_path)
    package_sources._path.cache_clear()
    package_sources._files.cache_clear()
    yield tmp_path
    package_sources._path.cache_clear()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("shop/rice.py", True),  # asked of the room that offers it
        ("field.py", True),  # imported inside a function
        ("shop/prices.csv", True),  # a table in a room that is used
        ("shop/__init__.py", True),
        ("shop/tea.py", False),  # offered, not asked for
        ("barn/hay.csv", False),
    ],
)
def test_what_a_notebook_can_run_counts(package: Path, name: str, counts: bool) -> None:
    before, whole = imported_sha256(CODE), code_sha256()
    path = package / name
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert (imported_sha256(CODE) != before) is counts
    assert code_sha256() != whole


def test_text_that_is_no_python_is_no_error() -> None:
    assert imported_sha256("%%bash\nfor x in *; do") == imported_sha256("")
