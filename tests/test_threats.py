"""Every attack that docs/threats.md lists is made by a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "threats.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!Attack \|)(.+?) \| (.*) \|$", PAGE, flags=re.MULTILINE)


@cache
def functions(name: str) -> set[str]:
    path = TESTS / name
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def without_test(attack: str, tests: str) -> list[str]:
    """Return what is wrong with a line of the page."""
    named = [each.split("::") for each in re.findall(r"`([\w/]+\.py::test_\w+)`", tests)]
    if not named:
        return [f"{attack}: no test"]
    return [
        f"{attack}: {name} has no {test}" for name, test in named if test not in functions(name)
    ]


@pytest.mark.parametrize(("attack", "tests"), ROWS, ids=[attack for attack, _ in ROWS])
def test_an_attack_has_its_test(attack: str, tests: str) -> None:
    assert not without_test(attack, tests)


def test_a_line_without_a_test_is_seen() -> None:
    assert len(ROWS) > 50
    assert without_test("x", "") == ["x: no test"]
    assert without_test("x", "`runs/test_release.py::test_that_is_nowhere`")
