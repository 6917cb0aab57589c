"""Small results of every kind, built directly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo, Result

NAMES = ["Thái Nguyên", "Hà Nội", "Bắc Kạn", "Đắk Lắk", "Thừa Thiên Huế", "Bà Rịa – Vũng Tàu"]
TWO_BOX = MeasureInfo(
    name="overall_two_box",
    rule="two_box",
    version="1",
    kind="proportion",
    label=Label("Hài lòng chung: tỷ lệ hài lòng", "Overall satisfaction: share satisfied"),
    items=("overall_treasury",),
)
NOTES = {
    "target": "self-selected",
    "interval": "korn-graubard",
    "conf_level": 0.95,
    "weighted": False,
    "psu": "office",
}
MakeEstimates = Callable[..., Estimates]
MakeRanking = Callable[..., Result]


def unit_labels(count: int) -> dict[str, Label]:
    names = [NAMES[at] if at < len(NAMES) else f"Tỉnh {at + 1}" for at in range(count)]
    return {f"{at:02d}": Label.same(name) for at, name in enumerate(names)}


def frame_of(values: list[float], n: list[float], hidden: list[int]) -> pd.DataFrame:
    estimate = np.array(values, dtype=float)
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "measure": TWO_BOX.name,
            "unit": [f"{at:02d}" for at in range(len(values))],
            "n": np.array(n, dtype=float),
            "estimate": estimate,
            "std_error": np.sqrt(estimate * (1 - estimate) / np.maximum(n, 1)),
            "conf_low": np.maximum(estimate - 0.03, 0),
            "conf_high": np.minimum(estimate + 0.015, 1),
            "suppressed": [at in hidden for at in range(len(values))],
        }
    )
    numeric = ["n", "estimate", "std_error", "conf_low", "conf_high"]
    frame.loc[frame["suppressed"], numeric] = np.nan
    reason = "fewer than 10 valid answers"
    frame["suppressed_reason"] = np.where(frame["suppressed"], reason, "")
    return frame


@pytest.fixture
def make_estimates() -> MakeEstimates:
    """Return a maker of estimates by unit."""

    def make(
        values: list[float],
        n: list[float] | None = None,
        hidden: list[int] | None = None,
        *,
        simulated: bool = False,
        labels: dict[str, Label] | None = None,
    ) -> Estimates:
        frame = frame_of(values, n or [297.0] * len(values), hidden or [])
        return Estimates(
            frame=frame,
            by=("period", "measure", "unit"),
            method="Quotients.",
            labels={
                "unit": labels or unit_labels(len(values)),
                "column": {"unit": Label("Tỉnh, thành phố", "Province")},
            },
            notes={**NOTES, "disclosed": 10},
            simulated=simulated,
            covariance=np.diag(frame["std_error"].to_numpy() ** 2),
            measures={TWO_BOX.name: TWO_BOX},
        )

    return make


@pytest.fixture
def make_counted() -> MakeEstimates:
    """Return a maker of simulated estimates from counts, not disclosed yet."""

    def make(count: list[int], n: list[int]) -> Estimates:
        labels = {"unit": unit_labels(len(n))}
        frame = pd.DataFrame({"unit": list(labels["unit"]), "count": count, "n": n})
        made = estimates_from_counts(frame, TWO_BOX, period="2023-1", labels=labels)
        return replace(made, simulated=True)

    return make


@pytest.fixture
def make_ranking(make_estimates: MakeEstimates) -> MakeRanking:
    """Return a maker of rankings; `sets` gives the rank set of each row, None for no rank."""

    def make(
        values: list[float],
        sets: list[tuple[int, int] | None],
        hidden: list[int] | None = None,
        *,
        simulated: bool = False,
    ) -> Result:
        made = make_estimates(values, hidden=hidden, simulated=simulated)
        frame = made.to_frame()
        known = [None if at in (hidden or []) else pair for at, pair in enumerate(sets)]
        frame["rank"] = (
            frame["estimate"].where([pair is not None for pair in known]).rank(ascending=False)
        )
        frame["rank_low"] = [np.nan if pair is None else pair[0] for pair in known]
        frame["rank_high"] = [np.nan if pair is None else pair[1] for pair in known]
        return replace(made, frame=frame)

    return make


ENGLISH = re.compile(r"\b(the|of|and|is|are|units?|answers?|rows?|confidence|differences?)\b")
VIETNAMESE = re.compile(r"\b(đơn vị|của|khoảng|phiếu|không|mục|và)\b")
BROKEN = re.compile(r"[{}]|\bnan\b|None(?! of)|  | [.,;:)]|\.\.|\(\)|,\.|\bNaN\b|\binf\b")
NOUNS = "answers|units|rows|pairs|groups|letters|tiers|people|others|places|specifications"


@pytest.fixture(scope="session")
def check_sentences() -> Callable[[str, str], None]:
    """Return a check that a text is whole sentences of one language; no text passes."""

    def check(text: str, language: str) -> None:
        if not text:
            return
        assert unicodedata.is_normalized("NFC", text)
        assert text == text.strip()
        assert text[0].isupper() or text[0].isdigit() or text[0] in "“-"
        assert text.endswith((".", "?"))
        assert not BROKEN.search(text), text
        assert not (VIETNAMESE if language == "en" else ENGLISH).search(text), text
        assert not re.search(r"\d,\d%" if language == "en" else r"\d\.\d%", text), text

    return check


@pytest.fixture(scope="session")
def check_counts() -> Callable[[str], None]:
    """Return a check that English nouns and verbs agree with their numbers."""

    def check(text: str) -> None:
        assert not re.search(rf"(?<![\d.,–])1 ({NOUNS})\b", text), text
        one = NOUNS.replace("people", "person").replace("s|", "|").removesuffix("s")
        assert not re.search(rf"\b([2-9]|\d\d+) ({one})\b", text), text
        verbs = r"\b1 \w+ are\b|(?<!of )\b[2-9]\d* (units|rows|pairs) (is|has|was)\b"
        assert not re.search(verbs, text), text

    return check
