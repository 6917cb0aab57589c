"""The gate: a finished run in, a bundle that may be shared out, or the list of what forbids it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.disclosure.ledger import Entry, Ledger, conflicts
from kbnn_analysis.disclosure.released import Released
from kbnn_analysis.disclosure.suppression import Protection, protect
from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.runs.crate import CRATE
from kbnn_analysis.runs.files import sha256_of, write_whole
from kbnn_analysis.runs.found_files import find_inputs
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.records import SIDE_RECORD, read_record, read_side_record
from kbnn_analysis.runs.release_data import RunAnswers
from kbnn_analysis.runs.release_home import project_ledger, write_withheld
from kbnn_analysis.runs.release_report import check_report
from kbnn_analysis.runs.release_tables import nests, read_rows
from kbnn_analysis.runs.scanning import Finding, scan_file
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.workspace import RECORD, find_root

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Cleared:
    """A release that was cleared: the bundle, its check report, the ledger's new head."""

    bundle: Path
    report: Path
    head: str


def release_run(
    folder: Path,
    *,
    who: str,
    output: Path | None = None,
    data: Sequence[Path] = (),
    start: Path | None = None,
) -> Cleared:
    """Check a finished run and bundle it, or refuse with the list of findings.

    Parameters
    ----------
    folder : Path
        The folder of a finished run, such as outputs/2023-1.
    who : str
        Who asks for the release; written into the ledger.
    output : Path, optional
        Where the bundle goes; ``releases/`` beside the run's folder by default.
    data : sequence of Path
        Files of answers that no longer lie where they lay, for the search for respondent ids and
        comments. Simulated answers are drawn again.
    start : Path, optional
        Where the project is looked for besides the current folder.

    Returns
    -------
    Cleared
        The bundle and the report for the person who approves.

    Raises
    ------
    UsageError
        If there is no finished run, nobody is named, or the answers are not found.
    DisclosureError
        If anything forbids the release; nothing is bundled, and the report lists all of it. Rows
        that must be hidden besides are kept for the next run.
    """
    if not who.strip():
        raise UsageError("Name who releases: --by NAME; it is kept in the ledger.")
    root = find_root(Path.cwd(), folder, *([start] if start else []))
    record = read_record(folder)
    parameters = Params.model_validate(record["parameters"], strict=False)
    answers = RunAnswers(record, _inputs(folder, record, root, data))
    codebook, canaries = answers.codebook, answers.canaries()
    ledger = project_ledger(root)
    entries = ledger.entries()
    rules = rules_of(parameters)
    rows = read_rows(folder, record["parameters"], codebook)
    findings = scan_run(folder, record, canaries)
    entry = _entry(record, rules, rows, who)
    findings += [Finding("ledger", told) for told in conflicts(entry, entries)]
    audited, unsafe = _audited(rows, rules, entries)
    findings += unsafe
    report = (output or folder.parent / "releases") / f"{folder.name}-{record['key']}.check.md"
    write_whole(report, check_report(record, rules, findings, audited, ledger.head()))
    if findings:
        write_withheld(root, folder.name, audited.withheld)
        raise DisclosureError(_refusal(findings, audited, report))
    bundle = report.with_name(f"{folder.name}-{record['key']}.zip")
    write_bundle(folder, record, bundle)
    return Cleared(bundle, report, _note(ledger, entries, entry))


def _inputs(
    folder: Path, record: dict[str, Any], root: Path, data: Sequence[Path]
) -> dict[str, Path]:
    """Return the very files that the run read: others could hide what must not leave."""
    found, absent = find_inputs(record, read_side_record(folder), root, data)
    if absent:
        raise UsageError("\n".join(absent))
    return found


def rules_of(parameters: Params) -> Rules:
    """Return the rules under which a run was made."""
    public = parameters.audience == "public"
    return Rules(min_n=parameters.min_n, profile="public" if public else "restricted")


def scan_run(folder: Path, record: dict[str, Any], canaries: Canaries) -> list[Finding]:
    """Return what forbids the files of a run: strangers, changed files, dangerous bytes."""
    findings: list[Finding] = []
    known = {**record["files"], RECORD: None, CRATE: None}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name == SIDE_RECORD:
            continue
        if name not in known:
            findings.append(Finding(name, "was not made by this run"))
        elif known[name] and sha256_of(path) != known[name]:
            findings.append(Finding(name, "was changed after the run"))
        if path.suffix == ".svg" and f"{name.removesuffix('.svg')}.csv" not in known:
            findings.append(Finding(name, "has no numbers beside it; draw it with run.figure"))
        findings += scan_file(path, name, canaries)
    absent = [name for name in known if not (folder / name).is_file()]
    return findings + [Finding(name, "is missing") for name in absent]


def write_bundle(folder: Path, record: dict[str, Any], bundle: Path) -> None:
    """Write the run's files into one archive; equal runs give equal bytes."""
    bundle.parent.mkdir(parents=True, exist_ok=True)
    draft = bundle.with_name(f".{bundle.name}.draft")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted([*record["files"], RECORD, CRATE]):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / name).read_bytes())
    draft.replace(bundle)


def check_files(paths: Iterable[Path]) -> list[Finding]:
    """Return what forbids to share files that were made elsewhere."""
    return [finding for path in paths for finding in scan_file(path)]


def _audited(
    rows: Sequence[Released], rules: Rules, entries: Sequence[Entry]
) -> tuple[Protection, list[Finding]]:
    """Return what the audit asks for, and its findings; other data may contradict the ledger."""
    earlier = [row for entry in entries for row in entry.rows]
    try:
        found = protect(rows, rules, nests(), earlier=earlier, workers=os.cpu_count() or 1)
    except DisclosureError as problem:
        return Protection(frozenset(), (), (), 0), [Finding("audit", str(problem))]
    return found, [
        Finding("audit", f"{' / '.join(row.key)}: {interval.told()}")
        for row, interval in found.failing
    ]


def _refusal(findings: Sequence[Finding], audited: Protection, report: Path) -> str:
    lines = "".join(f"\n  {finding}" for finding in findings[:20])
    more = f"\n  and {len(findings) - 20} more" if len(findings) > 20 else ""
    advice = (
        f"\nThe next `kbnn run` hides {len(audited.withheld)} more rows; then release again."
        if audited.withheld
        else ""
    )
    return f"Not released, for {len(findings)} reasons (see {report.name}):{lines}{more}{advice}"


def _entry(record: Mapping[str, Any], rules: Rules, rows: Sequence[Released], who: str) -> Entry:
    """Return what the ledger will hold of a release."""
    identity = record["identity"]
    files = (identity.get("own_files") or {}).items()
    return Entry(
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        who=who.strip(),
        run=record["key"],
        data_sha256=identity["data_sha256"],
        earlier_data={
            name.split()[1]: sha256
            for name, sha256 in files
            if name.startswith("earlier ") and name.endswith(" data")
        },
        profile=rules.profile,
        min_n=rules.min_n,
        min_side=rules.side,
        files=record["files"],
        rows=tuple(rows),
    )


def _note(ledger: Ledger, entries: Sequence[Entry], entry: Entry) -> str:
    """Write the release into the ledger, unless exactly this was released before."""
    if any(each.run == entry.run and each.files == entry.files for each in entries):
        return ledger.head()
    return ledger.append(entry)
