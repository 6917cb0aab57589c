"""Does a finished run come out again, byte for byte? If not: which file, which cell, what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import RunError, UsageError
from kbnn_analysis.runs.crate import CRATE
from kbnn_analysis.runs.disagreement import explain, maker
from kbnn_analysis.runs.records import files_of, read_record, read_side_record
from kbnn_analysis.runs.rerun import made_again
from kbnn_analysis.runs.scanning import Finding
from kbnn_analysis.runs.sources import find_sources
from kbnn_analysis.runs.tampering import check_sums, crate_sums, names_of
from kbnn_analysis.runs.workspace import RECORD, find_root


@dataclass(frozen=True)
class Verdict:
    """How many files of a run agree, and what does not.

    Parameters
    ----------
    files : int
        How many files were compared.
    findings : tuple of Finding
        What does not agree; a file may be named more than once.
    remarks : tuple of str
        Sentences: what the run was made from and is no longer the same.
    """

    files: int
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Return whether all files agree."""
        return not self.findings

    @property
    def agreeing(self) -> int:
        """Return how many of the files agree."""
        return self.files - len({finding.file for finding in self.findings})


def verify_files(folder: Path) -> Verdict:
    """Compare the files of a run with the sums in its crate; execute nothing.

    Raises
    ------
    UsageError
        If the folder holds no finished run, or no crate.
    """
    findings = check_sums(folder)
    names = names_of(folder) | set(crate_sums(folder)) | {CRATE}
    return Verdict(len(names), tuple(findings))


def verify_run(
    folder: Path,
    *,
    data: Sequence[Path] = (),
    anyway: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> Verdict:
    """Execute a finished run again in a clean place and compare all files byte for byte.

    Parameters
    ----------
    folder : Path
        The folder of a finished run.
    data : sequence of Path
        Files of answers; found by themselves where they still lie where they lay.
    anyway : bool
        True executes also where code, notebooks, lock or Python are no longer those of the run.
    tell : callable
        Called with each line that the run says of its steps.

    Raises
    ------
    UsageError
        If something is not there without which the run cannot be made again.
    RunError
        If code, notebooks, lock or Python are not those of the run and `anyway` is False, or if
        the run fails.
    """
    record, root = read_record(folder), find_root(Path.cwd(), folder)
    sources = find_sources(record, read_side_record(folder), root, data)
    if sources.absent:
        raise UsageError(_list("cannot be made again", folder, (*sources.absent, *sources.changed)))
    if sources.changed and not anyway:
        told = _list("was made from other things than are here", folder, sources.changed)
        raise RunError(f"{told}\nOr execute it as it is: add --anyway.")
    touched = {finding.file: finding for finding in check_sums(folder)}
    with made_again(record, sources, root, tell) as again:
        found = _compare(folder, again)
        names = {*_files(folder), *_files(again), *touched}
    findings = {**touched, **{finding.file: _both(finding, touched) for finding in found}}
    return Verdict(len(names), tuple(findings[name] for name in sorted(findings)), sources.changed)


def _both(found: Finding, touched: dict[str, Finding]) -> Finding:
    before = touched.get(found.file)
    return Finding(found.file, f"{before.what}; {found.what}") if before else found


def _list(what: str, folder: Path, sentences: tuple[str, ...]) -> str:
    return f"{folder} {what}:" + "".join(f"\n  {sentence}" for sentence in sentences)


def _files(folder: Path) -> dict[str, Path]:
    names = [*files_of(folder), RECORD, CRATE]
    return {name: folder / name for name in names if (folder / name).is_file()}


def _compare(folder: Path, again: Path) -> list[Finding]:
    was, now = _files(folder), _files(again)
    findings = []
    for name in sorted({*was, *now}):
        if name not in was:
            findings.append(Finding(name, "comes out of the run, and is not in the folder"))
        elif name not in now:
            findings.append(Finding(name, "does not come out of the run"))
        elif was[name].read_bytes() != now[name].read_bytes():
            source = maker(again, name)
            by = f" (made by {source})" if source else ""
            findings.append(Finding(name, f"{explain(was[name], now[name])}{by}"))
    return findings
