"""The files that a finished run read, found again by their bytes wherever they lie now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.params import OWN_FILES, SIMULATED, Params, Settings, is_path
from kbnn_analysis.runs.source import earlier_folder, settings_of


def find_inputs(
    record: Mapping[str, Any], side: Mapping[str, Any], root: Path, data: Sequence[Path] = ()
) -> tuple[dict[str, Path], list[str]]:
    """Return where the files lie that a run read, and sentences on those that are not found.

    A name decides nothing: a file counts where its SHA-256 is that of the run's. So another file
    of the same name is passed over, and one that was renamed is taken where it is given.

    Parameters
    ----------
    record : mapping
        The run's ``run.json``.
    side : mapping
        Its side record, where files were; it may be empty.
    root : Path
        The project.
    data : sequence of Path
        Files that are given; each must be one of the run's. What is not given is looked for where
        it was, in the current folder and in the project.

    Returns
    -------
    tuple of dict and list
        Name of a file in the run's input folder -> where its bytes lie; the sentences.

    Raises
    ------
    UsageError
        If a file that is given is not there.
    """
    given = {path: _given_sha256(path) for path in data}
    places = {str(name): Path(str(path)) for name, path in (side.get("inputs") or {}).items()}
    wanted = wanted_files(record)
    found: dict[str, Path] = {}
    told = [
        f"{path} is not the file of the run: SHA-256 {sha256[:16]}; find the file as it was."
        for path, sha256 in given.items()
        if sha256 not in wanted.values()
    ]
    for name, sha256 in wanted.items():
        bare = Path(name).name
        usual = (places.get(name), Path.cwd() / bare, root / bare)
        path, sentence = _find(name, sha256, [*data, *(path for path in usual if path)])
        if path:
            found[name] = path
        elif not told:
            told.append(sentence)
    return found, told


def _given_sha256(path: Path) -> str:
    if not path.is_file():
        raise UsageError(f"`--data`: there is no file {path}; check the path.")
    return sha256_of(path)


def wanted_files(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the files a run read besides what is shipped: name in its input -> SHA-256."""
    identity = record["identity"]
    sums = {**(identity.get("own_files") or {}), "data": identity["data_sha256"]}
    params = Params.model_validate(record["parameters"], strict=False)
    files = _named(params, "", sums)
    for each in params.earlier:
        place, told = earlier_folder(Path(), each.period), f"earlier {each.period} "
        named = _named(settings_of(params, each), told, sums)
        files |= {(place / name).as_posix(): sha256 for name, sha256 in named.items()}
    return files


def _named(settings: Settings, told: str, sums: Mapping[str, str]) -> dict[str, str]:
    """Return the files that settings name -> the SHA-256 that is told of them."""
    given = {name: getattr(settings, name) for name in OWN_FILES}
    files = {name: path for name, path in given.items() if is_path(path)}
    if settings.data != SIMULATED:
        files["data"] = settings.data
    return {path: sums[f"{told}{name}"] for name, path in files.items()}


def _find(name: str, sha256: str, tried: Iterable[Path]) -> tuple[Path | None, str]:
    here = [path for path in tried if path.is_file()]
    for path in here:
        if sha256_of(path) == sha256:
            return path, ""
    if not here:
        return None, f"{name} is not here; say where it lies (files of answers: --data FILE)."
    return None, (
        f"{here[0]} is not the file of the run: SHA-256 {sha256_of(here[0])[:16]} instead of "
        f"{sha256[:16]}; find {name} as it was and say where it lies (--data FILE)."
    )
