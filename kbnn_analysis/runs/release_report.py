"""The check report: one page for the person who approves a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.disclosure.suppression import Protection
from kbnn_analysis.runs.scanning import Finding


def check_report(
    record: dict[str, Any],
    rules: Rules,
    findings: Sequence[Finding],
    audited: Protection,
    head: str,
) -> str:
    """Return what was checked and found, in Markdown, Vietnamese beside English.

    Parameters
    ----------
    record : dict
        What the run says of itself.
    rules : Rules
        The limits.
    findings : sequence of Finding
        What forbids the release.
    audited : Protection
        What the audit says.
    head : str
        The ledger's head before this release.
    """
    identity = record["identity"]
    verdict = (
        "**KHÔNG ĐƯỢC CÔNG BỐ / NOT RELEASED**"
        if findings
        else "**Có thể công bố / May be released**"
    )
    lines = [
        f"# Kiểm tra trước khi công bố / Check before release: {identity['period']}",
        "",
        verdict,
        "",
        f"- Lần chạy / run: {record['key']}; "
        f"SHA-256 dữ liệu / data: {identity['data_sha256'][:16]}",
        f"- Hồ sơ / profile: {rules.profile}; n ≥ {rules.min_n}; "
        f"mỗi phía / each side ≥ {rules.side}",
        f"- Tệp đã quét / files scanned: {len(record['files']) + 1}",
        f"- Ô ẩn hoặc cận đã kiểm / hidden or bounded cells audited: {audited.audited}; "
        f"chưa an toàn / unsafe: {len(audited.failing)}; "
        f"không sửa được / beyond repair: {len(audited.broken)}",
        f"- Sổ công bố / ledger: {head[:16]}",
        *_quotations(record["parameters"].get("quotations")),
        "",
        "## Lý do từ chối / What forbids it",
        "",
        *([f"- {finding}" for finding in findings] or ["- không có / nothing"]),
        "",
        "## Sẽ ẩn thêm ở lần chạy sau / Rows the next run hides",
        "",
        *([f"- {' / '.join(key)}" for key in sorted(audited.withheld)] or ["- không có / none"]),
    ]
    return "\n".join(lines) + "\n"


def _quotations(asked: dict[str, Any] | None) -> list[str]:
    if not asked:
        return ["- Trích dẫn / quotations: không có / none"]
    head = f"- Trích dẫn do {asked['approved_by']} duyệt / quotations approved by this person:"
    return [head, *(f"  - “{text}”" for text in asked["texts"])]
