"""Codebooks are loaded strictly, keep what was written, and check themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake import Codebook, list_codebooks, load_codebook
from kbnn_analysis.intake.answers import answer_codes
from kbnn_analysis.intake.codebook_checks import codebook_mistakes
from kbnn_analysis.intake.strict_yaml import parse_yaml

from .conftest import SMALL


def load(tmp_path: Path, text: str) -> Codebook:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return load_codebook(path)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    return str(caught.value)


@pytest.mark.parametrize("name", list_codebooks())
def test_shipped_codebooks_are_sound(name: str) -> None:
    codebook = load_codebook(name)
    assert codebook.name == name
    assert codebook.assumed == (name == "kbnn-assumed")
    for record in (*codebook.items, *codebook.attributes):
        assert record.label.vi
        assert record.label.en
    for scale in codebook.scales.values():
        assert answer_codes(scale).conflicts == ()


def test_kbnn_assumed_says_so_and_has_the_agreed_names() -> None:
    codebook = load_codebook("kbnn-assumed")
    assert "ASSUMED" in codebook.source
    assert [i.name for i in codebook.items_with("overall")] == [
        "overall_system",
        "overall_treasury",
    ]
    assert {i.factor for i in codebook.items_with("stated_importance")} == set(codebook.factors)
    assert list(codebook.attribute("respondent_type").levels) == [
        "budget_unit",
        "project_board",
        "organisation",
        "individual",
    ]
    scale = codebook.scale_of("overall_treasury")
    assert (scale.satisfied, scale.top, scale.missing, scale.not_applicable) == (
        (4, 5), (5,), (0, 9), (6,),
    )  # fmt: skip


def test_sipas_has_nineteen_service_items_in_five_factors() -> None:
    codebook = load_codebook("sipas-2022-service")
    items = codebook.items_with("satisfaction")
    assert len(items) == 19
    assert {item.factor for item in items} == set(codebook.factors)
    assert [item.name[:3] for item in items] == [f"q{n}" for n in range(15, 34)]


def test_what_looks_like_another_type_stays_what_was_written(small: Codebook) -> None:
    assert small.version == "1.10"
    assert list(small.attribute("channel").levels) == ["01", "02"]


def test_yaml_type_surprises_stay_text(tmp_path: Path) -> None:
    text = SMALL.replace("{vi: Trực tuyến, en: Online}", "{vi: no, en: 12:30}")
    level = load(tmp_path, text).attribute("channel").levels["01"]
    assert (level.vi, level.en) == ("no", "12:30")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("scale: five, factor: service, aliases", "scale: fve, factor: service, aliases", "'five'"),
        ("scale: five, role: overall", "scale: five, factor: srvice", "did you mean 'service'"),
        ("name: q2", "name: q1", "'q1'"),
        ("aliases: [Câu 1]", "aliases: [Q2]", "q2"),
        ("satisfied: [4, 5]", "satisfied: [4, 7]", "[7]"),
        ("top: [5]", "top: [3]", "among satisfied"),
        ("missing: [0, 9]", "missing: [0, 5]", "one meaning"),
        ("not_applicable: [6]", "not_applicable: [9]", "one meaning"),
        ("N/A: 6", "Hài lòng: 5", "would mean both"),
        ("N/A: 6", "N/A: 77", "77"),
        ("unit: province", "unit: provinc", "did you mean 'province'"),
        ("comment: comment", "comment: remarks", "remarks"),
        ("duration: seconds", "duration: comment", "kind number"),
        ("name: q2", "name: period", "word of the workbench"),
        ("name: q2", "name: 'q 2'", "letters"),
        ("{vi: Trực tiếp, en: Counter}", "{vi: Trực tuyến, en: Counter}", "both '01' and '02'"),
        ("role: overall", "role: total", "satisfaction"),
        ("reverse: true", "reverse: maybe", "boolean"),
        ("source: made for tests", "sorce: made for tests", "sorce"),
        ("satisfied: [4, 5]", "satisfied: [vier]", "integer"),
        ("source: made for tests", "source: a\nsource: b", "twice"),
        ("source: made for tests", "source: !!python/name:os.system x", "tag"),
        ("source: made for tests", "source: !own x", "tag"),
        ("source: made for tests", "source: [a", "not YAML"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in SMALL
    message = refused(tmp_path, SMALL.replace(old, new, 1))
    assert told in message
    assert message.startswith("own.yaml, line") or "line " in message


def test_the_line_is_the_right_one(tmp_path: Path) -> None:
    text = SMALL.replace("top: [5]", "top: [8]")
    line = text.splitlines().index("    top: [8]") + 1
    scale_line = next(i for i, row in enumerate(text.splitlines(), 1) if row.startswith("  five:"))
    message = refused(tmp_path, text)
    assert f"line {scale_line + 1}" in message
    assert scale_line < line


def test_alias_bomb_is_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in range(1, 9):
        bomb += f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n"
    assert "without end" in refused(tmp_path, bomb)


@pytest.mark.parametrize("text", ["a: &a [*a]", "[" * 3000 + "]" * 3000, "[" * 60 + "]" * 60])
def test_endless_and_deep_documents_are_refused(tmp_path: Path, text: str) -> None:
    assert "own.yaml" in refused(tmp_path, text)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a" * 2_000_001, b"just text", b"a: \x00"]
)
def test_what_is_no_codebook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"own\.yaml"):
        load_codebook(path)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"# \n\t01", max_size=60))
def test_any_text_is_a_tree_of_texts_or_refused(text: str) -> None:
    try:
        document = parse_yaml(text)
    except UsageError:
        return
    assert_texts(document.data)


def assert_texts(tree: object) -> None:
    if isinstance(tree, dict):
        assert all(isinstance(key, str) for key in tree)
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for child in children:
        assert_texts(child)
    assert tree is None or isinstance(tree, str | list | dict)


def test_unknown_names_and_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'kbnn-assumed'"):
        load_codebook("kbnn-asumed")
    with pytest.raises(UsageError, match="cannot be read"):
        load_codebook(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="is shipped"):
        load_codebook("../kbnn-assumed")


def test_a_factor_of_two_scales_is_refused() -> None:
    book = load_codebook("sfo-2013")
    items = tuple(
        item.model_copy(update={"factor": "passage"}) if item.name == "q10_safe" else item
        for item in book.items
    )
    mistakes = codebook_mistakes(book.model_copy(update={"items": items}))
    assert [sentence for _, sentence in mistakes] == [
        "has items of the scales ease5, safety5; give each scale its own factor."
    ]
