"""The cells of a finished run as an outsider reads them, and how its units nest in others."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from kbnn_analysis.disclosure.groups import Nests
from kbnn_analysis.disclosure.questions import questions_of
from kbnn_analysis.disclosure.released import Released, released_rows
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.presentation.rows import rule_of_reason
from kbnn_analysis.results import VOCABULARY
from kbnn_analysis.units import load_vintage

FINEST = "provinces-63"
KINDS = ("tables", "figures")  # folders whose CSV files hold what is shown
COARSER = ("provinces-34", "treasury-regions-385")


def read_rows(folder: Path, parameters: Mapping[str, Any], codebook: Codebook) -> list[Released]:
    """Return the released rows of all tables and figures; both languages hold the same cells.

    Weighted shares are no quotients of counts: of those the audit uses the bases only.

    Raises
    ------
    DisclosureError
        If a row is hidden for a reason that no rule gives.
    """
    weighted = bool((parameters.get("design") or {}).get("weight"))
    vintage = parameters.get("unit_vintage")
    language = (parameters.get("languages") or ["vi"])[0]
    questions = questions_of(codebook)
    found: list[Released] = []
    files = (folder / kind for kind in KINDS)
    for path in (path for each in files for path in sorted(each.glob(f"*.{language}.csv"))):
        frame, by = read_table(path)
        if {"period", "measure"} <= set(by):
            if "suppressed_reason" in frame:
                frame["suppressed_reason"] = frame["suppressed_reason"].map(rule_of_reason)
            found += [
                _placed(row, vintage, weighted) for row in released_rows(frame, by, questions)
            ]
    return found


def read_table(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a released table as text, and its `by` columns: those before the vocabulary's."""
    text = path.read_text(encoding="utf-8-sig")
    first, _, rest = text.partition("\n")
    body = text if "," in first else rest
    frame = pd.read_csv(io.StringIO(body), dtype=str, keep_default_na=False)
    by = []
    for name in frame.columns:
        if name in VOCABULARY:
            break
        if not str(name).endswith("_label"):
            by.append(str(name))
    return frame, tuple(by)


@cache
def nests() -> Nests:
    """Return how the 34 provinces, the treasury regions and the regions are made of the 63."""
    finest = load_vintage(FINEST)
    base = f"unit@{FINEST}"
    found: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
        f"unit@{name}": {
            unit.code: (base, tuple(unit.members)) for unit in load_vintage(name).units
        }
        for name in COARSER
    }
    regions: dict[str, list[str]] = {}
    for unit in finest.units:
        if unit.region is not None:
            for name in unit.region:
                regions.setdefault(name, []).append(unit.code)
    found["region"] = {name: (base, tuple(codes)) for name, codes in regions.items()}
    return found


def _placed(row: Released, vintage: str | None, weighted: bool) -> Released:
    from dataclasses import replace

    dims = tuple(
        (f"{name}@{vintage}" if name == "unit" and vintage else name, value)
        for name, value in row.dims
    )
    nothing = float("nan")
    if weighted:
        return replace(row, dims=dims, display="", conf=(nothing, nothing), count=nothing)
    return replace(row, dims=dims)
