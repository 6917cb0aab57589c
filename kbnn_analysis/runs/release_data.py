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
from kbnn_analysis.runs.params import SIMULATED, Params
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.source import find_data, find_file


def load_release_codebook(parameters: Params, root: Path) -> Codebook:
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
    """Return the respondent ids and comments of a run's answers.

    Raises
    ------
    UsageError
        If the file of answers is not found, or is not the one of the run.
    """
    if parameters.data == SIMULATED and data is None:
        ids, comments = _simulated(parameters, identity, codebook)
    else:
        path = data or _find(parameters, root)
        if sha256_of(path) != identity["data_sha256"]:
            raise UsageError(f"{path.name} is not the file this run was made from; give it.")
        frame = read_raw(path).frame
        ids, comments = _texts(frame, codebook, codebook.respondent_id), []
        if codebook.comment:
            comments = _texts(frame, codebook, codebook.comment)
    quoted = parameters.quotations.texts if parameters.quotations else ()
    return Canaries.of(ids, comments, known=_wording(codebook), approved=quoted)


def _simulated(
    parameters: Params, identity: Mapping[str, Any], codebook: Codebook
) -> tuple[list[str], list[str]]:
    from kbnn_analysis.inference.simulation import simulate_period

    asked = parameters.simulate
    drawn = simulate_period(parameters.period, seed=asked.seed, scale=asked.scale)
    text = drawn.to_csv()
    raw = text if isinstance(text, bytes) else text.encode()
    if hashlib.sha256(raw).hexdigest() != identity["data_sha256"]:
        raise UsageError("The simulated answers of this run cannot be drawn again; run it anew.")
    frame = drawn.frame
    comments = frame[codebook.comment].tolist() if codebook.comment in frame else []
    return frame[codebook.respondent_id].tolist(), [str(text) for text in comments if text == text]


def _find(parameters: Params, root: Path) -> Path:
    try:
        return find_data(parameters, (Path.cwd(), root))
    except UsageError:
        raise UsageError(
            f"The answers {parameters.data} are not here; say where with --data, so that their "
            f"ids and comments can be looked for."
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
