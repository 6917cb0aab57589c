"""A small instrument and a way to write data files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbnn_analysis.errors import DataError
from kbnn_analysis.intake import Codebook, Design, Survey, load_codebook, read_raw, validate

SMALL = """
name: small
version: 1.10
title: {vi: Nhỏ, en: Small}
source: made for tests
respondent_id: id
unit: province
comment: comment
duration: seconds
scales:
  five:
    labels:
      1: {vi: Rất không hài lòng, en: Very dissatisfied}
      2: {vi: Không hài lòng, en: Dissatisfied}
      3: {vi: Bình thường, en: Neutral}
      4: {vi: Hài lòng, en: Satisfied}
      5: {vi: Rất hài lòng, en: Very satisfied}
    satisfied: [4, 5]
    top: [5]
    missing: [0, 9]
    not_applicable: [6]
    synonyms: {N/A: 6, Không trả lời: 9}
factors:
  service: {vi: Phục vụ, en: Service}
items:
  - {name: q1, label: {vi: Một, en: One}, scale: five, factor: service, aliases: [Câu 1]}
  - {name: q2, label: {vi: Hai, en: Two}, scale: five, factor: service}
  - name: q3
    label: {vi: Ba, en: Three}
    scale: five
    factor: service
    reverse: true
    required: false
  - {name: q_all, label: {vi: Chung, en: Overall}, scale: five, role: overall}
attributes:
  - {name: id, label: {vi: Mã, en: Number}, kind: text, required: true}
  - {name: province, label: {vi: Tỉnh, en: Province}, aliases: [tỉnh]}
  - name: channel
    label: {vi: Hình thức, en: Channel}
    levels:
      01: {vi: Trực tuyến, en: Online}
      02: {vi: Trực tiếp, en: Counter}
  - {name: stratum, label: {vi: Tầng, en: Stratum}, kind: text}
  - {name: weight, label: {vi: Quyền số, en: Weight}, kind: number}
  - {name: day, label: {vi: Ngày, en: Day}, kind: date}
  - {name: seconds, label: {vi: Giây, en: Seconds}, kind: number}
  - {name: year, label: {vi: Năm, en: Year}, kind: text}
  - {name: comment, label: {vi: Ý kiến, en: Comment}, kind: text}
"""


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("codebook") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small(small_path: Path) -> Codebook:
    return load_codebook(small_path)


Check = Callable[..., Survey]


@pytest.fixture
def check(small: Codebook, tmp_path: Path) -> Check:
    """Return a function that writes CSV text, reads and validates it."""

    def run(
        text: str,
        design: Design | None = None,
        period: str = "2023-1",
        vintage: str | None = "provinces-63",
        select: dict[str, str] | None = None,
    ) -> Survey:
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return validate(
            read_raw(path),
            small,
            design or Design(),
            period=period,
            unit_vintage=vintage,
            select=select,
        )

    return run


THREE = (
    "id,province,q1,q2,q3,q_all,channel,stratum,weight,day,seconds,comment\n"
    "1,Thái Nguyên,5,Hài lòng,1,6,01,a,1.5,31/05/2023,120,Tốt\n"
    "2,Hoà Bình,0,,5,5,02,b,2,,,\n"
    "3,Thái Nguyên,4,3,2,4,,a,1,01/06/2023,80,\n"
)


@pytest.fixture
def survey(check: Check) -> Survey:
    """Return a survey of three respondents, with weights and a comment."""
    return check(THREE, Design(weight="weight"))


@pytest.fixture
def problems_of(check: Check) -> Callable[..., list[tuple[str, int | None, str, str]]]:
    """Return a function that tells the (rule, row, column, value) of each problem."""

    def run(text: str, **options: object) -> list[tuple[str, int | None, str, str]]:
        with pytest.raises(DataError) as caught:
            check(text, **options)
        return [(p.rule, p.row, p.column, p.value) for p in caught.value.problems]

    return run


@pytest.fixture(scope="session")
def assumed() -> Codebook:
    return load_codebook("kbnn-assumed")


@pytest.fixture
def kbnn(assumed: Codebook, tmp_path: Path) -> Check:
    def run(text: str) -> Survey:
        path = tmp_path / "kbnn.csv"
        path.write_text(text, encoding="utf-8")
        return validate(
            read_raw(path), assumed, Design(), period="2023-1", unit_vintage="provinces-63"
        )

    return run
