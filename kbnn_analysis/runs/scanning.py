"""R16: what may leave is looked at byte by byte; every kind of file has its own dangers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.scanning_archives import office_findings, pdf_findings, png_findings
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.scanning_notebooks import notebook_findings
from kbnn_analysis.runs.scanning_pages import (
    html_findings,
    mark_findings,
    svg_findings,
    table_findings,
)
from kbnn_analysis.runs.scanning_parts import parts_of
from kbnn_analysis.runs.scanning_patterns import text_findings

MOST_BYTES = 16_000_000
Check = Callable[[bytes], Iterable[str]]


@dataclass(frozen=True)
class Finding:
    """One reason why a file may not leave."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def _only_text(raw: bytes) -> Iterable[str]:
    return ()


CHECKS: dict[str, Check] = {
    ".csv": table_findings,
    ".docx": office_findings,
    ".html": html_findings,
    ".ipynb": notebook_findings,
    ".json": _only_text,
    ".pdf": pdf_findings,
    ".png": png_findings,
    ".svg": svg_findings,
    ".xlsx": office_findings,
}


def scan_file(path: Path, name: str = "", canaries: Canaries | None = None) -> list[Finding]:
    """Return everything for which a file may not leave; nothing for a clean one.

    Parameters
    ----------
    path : Path
        Any file; one of a type outside the allow-list is a finding by itself.
    name : str
        What findings call it; its name by default.
    canaries : Canaries, optional
        Respondent ids and comments that no byte may hold.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}; give notebooks or files to check.")
    called = name or path.name
    if path.is_symlink():
        return [Finding(called, "is a link, not a file")]
    kind = path.suffix.lower()
    if kind not in CHECKS:
        allowed = " ".join(sorted(CHECKS))
        return [
            Finding(called, f"has a type that never leaves ({kind or 'none'}); allowed: {allowed}")
        ]
    if path.stat().st_size > MOST_BYTES:
        return [Finding(called, f"is larger than {MOST_BYTES // 1_000_000} MB")]
    raw = path.read_bytes()
    told = list(CHECKS[kind](raw))
    if kind == ".svg":
        numbers = path.with_suffix(".csv")
        told += mark_findings(raw, numbers.read_bytes() if numbers.is_file() else None)
    for text in parts_of(raw, kind):
        told += text_findings(text)
        told += canaries.found_in(text) if canaries else []
    return [Finding(called, what) for what in dict.fromkeys(told)]
