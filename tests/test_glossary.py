"""GLOSSARY.md and the vocabulary of result columns say the same.

After a change of the vocabulary, print its table into the glossary with
``python tests/test_glossary.py``.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path

from kbnn_analysis.results.vocabulary import VOCABULARY
from kbnn_analysis.units import vietnamese_sorted

PACKAGE = Path(__file__).parents[1] / "kbnn_analysis"
GLOSSARY = Path(__file__).parents[1] / "GLOSSARY.md"
BLOCK = re.compile(r"(<!-- columns: begin [^\n]*-->\n)(.*?)(<!-- columns: end -->)", re.DOTALL)


def columns_table() -> str:
    """Return the table of result columns in Markdown."""
    lines = ["| column | kind | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {c.kind} | {c.meaning} |" for name, c in VOCABULARY.items()]
    return "\n".join(lines) + "\n"


def with_columns(glossary: str) -> str:
    """Return the glossary with the table of columns as the vocabulary has it."""
    return BLOCK.sub(lambda block: block[1] + columns_table() + block[3], glossary)


def terms() -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of Vietnamese and English terms by section."""
    found: dict[str, list[tuple[str, str]]] = {}
    for section in GLOSSARY.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if "| vi | en |" in body:
            rows = [line.strip("| ").split(" | ") for line in body.splitlines() if line[:1] == "|"]
            found[title] = [(row[0], row[1]) for row in rows[2:]]
    return found


def test_the_glossary_lists_every_result_column() -> None:
    glossary = GLOSSARY.read_text(encoding="utf-8")
    assert len(BLOCK.findall(glossary)) == 1
    assert with_columns(glossary) == glossary, "run `python tests/test_glossary.py`"


def test_every_column_has_a_meaning_that_fits_a_table() -> None:
    for name, column in VOCABULARY.items():
        assert re.fullmatch("[a-z][a-z0-9_]*", name)
        assert column.meaning
        assert not set("|\n") & set(column.meaning)


def test_terms_have_both_languages_once_and_in_vietnamese_order() -> None:
    sections = terms()
    assert sum(map(len, sections.values())) > 80
    for title, pairs in sections.items():
        names = [vi for vi, _ in pairs]
        assert names == vietnamese_sorted(names), title
        assert all(vi and en for vi, en in pairs), title
    every = [vi.strip("°") for pairs in sections.values() for vi, _ in pairs]
    assert len(set(every)) == len(every)


def labels() -> list[tuple[str, str, str]]:
    """Return the place, Vietnamese and English of every pair of words in the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Label":
                told = [getattr(each, "value", None) for each in node.args]
                if len(told) == 2 and all(isinstance(each, str) for each in told):
                    found.append((f"{path.name}:{node.lineno}", str(told[0]), str(told[1])))
    return found


def test_a_term_of_the_glossary_is_translated_the_same_way_everywhere() -> None:
    """Wherever the English words of two or more stand, a Vietnamese term of theirs must stand."""
    plain = re.compile(r"\s*\(.*?\)|°")
    pairs = [
        (english, [plain.sub("", each).strip().lower() for each in vi.split(",")])
        for section in terms().values()
        for vi, en in section
        for english in (plain.sub("", each).strip().lower() for each in en.split(","))
        if " " in english
    ]
    told = labels()
    used = 0
    for english, vietnamese in pairs:
        words = re.compile(rf"\b{re.escape(english)}s?\b")
        for place, vi, en in told:
            if words.search(en.lower()):
                used += 1
                assert any(each in vi.lower() for each in vietnamese), (place, english, vi)
    assert len(told) > 400
    assert used > 30


def test_the_glossary_is_composed_unicode() -> None:
    glossary = GLOSSARY.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", glossary)


if __name__ == "__main__":
    GLOSSARY.write_text(with_columns(GLOSSARY.read_text(encoding="utf-8")), encoding="utf-8")
