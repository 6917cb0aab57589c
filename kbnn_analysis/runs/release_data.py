"""What the gate must not find: ids and comments of the very answers a run was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake import load_codebook, read_raw
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.params import SIMULATED, Params, Settings
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.source import find_data, find_file, settings_of


def load_release_codebook(parameters: Settings, root: Path) -> Codebook:
    """Return the codebook of a finished run: shipped, or one's own file in the project."""
    if parameters.codebook.endswith((".yaml", ".yml")):
        return load_codebook(find_file("codebook", parameters.codebook, (Path.cwd(), root)))
    return load_codebook(parameters.codebook)


def canaries_of(
    parameters: Params,
    identity: Mapping[str, Any],
    codebook: Codebook,
    root: Path,
    data: Path | None = None,
) -> Canaries:
    """Return the respondent ids and comments of a run's answers, those of earlier periods too.

    Raises
    ------
    UsageError
        If a file of answers is not found, or is not the one of the run.
    """
    ids, comments = _answers(parameters, codebook, identity["data_sha256"], root, data)
    known = [*_wording(codebook)]
    for each in parameters.earlier:
        own = settings_of(parameters, each)
        asked = load_release_codebook(own, root)
        given = data if each.data == parameters.data != SIMULATED else None
        digest = identity["own_files"][f"earlier {each.period} data"]
        more = _answers(own, asked, digest, root, given)
        ids, comments = ids + more[0], comments + more[1]
        known += _wording(asked)
    quoted = parameters.quotations.texts if parameters.quotations else ()
    return Canaries.of(ids, comments, known=known, approved=quoted)


def _answers(
    settings: Settings, codebook: Codebook, digest: str, root: Path, data: Path | None
) -> tuple[list[str], list[str]]:
    """Return the ids and comments of one period's answers, which must have the digest told."""
    if settings.data == SIMULATED and data is None:
        return _simulated(settings, digest, codebook)
    path = data or _find(settings, root)
    if sha256_of(path) != digest:
        raise UsageError(
            f"{path.name} is not the file of {settings.period} this run was made from; give it."
        )
    frame = read_raw(path).frame
    comments = _texts(frame, codebook, codebook.comment) if codebook.comment else []
    return _texts(frame, codebook, codebook.respondent_id), comments


def _simulated(settings: Settings, digest: str, codebook: Codebook) -> tuple[list[str], list[str]]:
    from kbnn_analysis.inference.simulation import simulate_period

    asked = settings.simulate
    drawn = simulate_period(settings.period, seed=asked.seed, scale=asked.scale)
    text = drawn.to_csv()
    raw = text if isinstance(text, bytes) else text.encode()
    if hashlib.sha256(raw).hexdigest() != digest:
        raise UsageError("The simulated answers of this run cannot be drawn again; run it anew.")
    frame = drawn.frame
    comments = frame[codebook.comment].tolist() if codebook.comment in frame else []
    return frame[codebook.respondent_id].tolist(), [str(text) for text in comments if text == text]


def _find(settings: Settings, root: Path) -> Path:
    try:
        return find_data(settings, (Path.cwd(), root))
    except UsageError:
        raise UsageError(
            f"The answers {settings.data} of {settings.period} are not here; bring them back, or "
            f"say with --data where they are, so that their ids and comments can be looked for."
        ) from None


def _texts(frame: Any, codebook: Codebook, name: str) -> list[str]:
    aliases = next((each.aliases for each in codebook.attributes if each.name == name), ())
    column = next((each for each in (name, *aliases) if each in frame), None)
    return [] if column is None else [str(text) for text in frame[column] if text]


def _wording(codebook: Codebook) -> Iterator[str]:
    yield from codebook.title.label
    labels = [item.label for item in codebook.items]
    for text in (*labels, *(each.label for each in codebook.attributes)):
        yield from text.label
    for text in codebook.factors.values():
        yield from text.label
