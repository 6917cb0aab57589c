"""Cases of results that models make, for the modules ``test_every_case_of_*.py``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Label, Language
from kbnn_analysis.results import Coefficients, Drivers, MeasureInfo, MissingComparison, Result

WORDS = [Label("Thái độ", "Staff"), Label("Thời gian", "Time"), Label("Trực tuyến", "Online")]
CODES = ["staff", "time", "online"]
NAMES = dict(zip(CODES, WORDS, strict=True))
LABELS = {
    "driver": NAMES, "scale": NAMES, "item": NAMES, "term": NAMES,
    "outcome": {"y": Label("Hài lòng chung", "Overall")},
    "group": {"06": Label("Bắc Kạn", "Bac Kan")},
    "parameter": {"intercept": Label("hệ số chặn", "intercept")},
    "flag": {"a": Label("Bỏ trống", "Missing"), "b": Label("Cùng mức", "Alike")},
    "treatment": {"available": Label("câu hiện có", "available"),
                  "listwise": Label("chỉ phiếu đủ câu", "complete forms")},
    "respondents": {"all": Label("mọi người trả lời", "all respondents")},
    "specification": {"main": Label("như báo cáo", "as reported"), "bare": Label("gọn", "bare")},
}  # fmt: skip
SATISFIED = MeasureInfo("m", "two_box", "1", "proportion", Label("Hài lòng", "Satisfied"))
VERY = Label("tỷ lệ rất hài lòng", "share very satisfied")
SIZES = {"one": 1, "two": 2, "many": 3, "hidden": 2, "zero": 2, "whole": 2, "none": 2}
"""``zero`` and ``whole``: every share is 0 or 100 %; ``none``: nothing stands out."""


def made(kind: type[Result], by: str, frame: dict[str, Any], case: str, **notes: Any) -> Result:
    """Return a disclosed result of a case; hidden ones rest on three answers."""
    size = len(next(value for value in frame.values() if isinstance(value, list)))
    n = [3 if case == "hidden" else 1000] * size
    shared: dict[str, Any] = {}
    if kind in (Drivers, Coefficients):
        shared["covariance"] = np.eye(size) * 1e-4
    if kind is MissingComparison:
        shared["measures"] = {"m": SATISFIED}
    result = kind(
        frame=pd.DataFrame({"period": "2023-1", **frame}).assign(n=n),
        by=tuple(by.split()),
        method="m",
        labels=LABELS,
        notes={"conf_level": 0.95, **notes},
        **shared,
    )
    return disclose(result, Rules())


def share(case: str, usual: float) -> float:
    return {"zero": 0.0, "whole": 1.0}.get(case, usual)


Sentence = Callable[[str, Any], str]


def of(make: Callable[[str], Result], say: Callable[[Any, Any], str]) -> Sentence:
    return lambda case, language: say(make(case), language)


CLAIMS = (
    "No driver is both", "clearly other", "Nothing unusual", "differs from its", "may be compared",
    "not shown to differ", "No question was", "dấu hiệu bất thường", "rõ ràng",
)  # fmt: skip


def check_claims_nothing(text: str, language: Language) -> None:
    """Hold a sentence about hidden results to it: no name, no value, no finding."""
    assert not any(name.text(language).lower() in text.lower() for name in WORDS), text
    assert not re.search(r"\d[.,]\d|[1-9]\d? ?%(?! of the respondents)", re.sub("10%", "", text))
    for claim in CLAIMS:
        assert claim not in text
