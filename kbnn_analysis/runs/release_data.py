"""What the gate must not find: ids and comments of the very answers a run was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake import load_codebook, read_raw
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.runs.params import SIMULATED, Params, Settings, is_path
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.source import earlier_folder, settings_of


class RunAnswers:
    """The answers of a finished run, and the codebooks by which they are read.

    Parameters
    ----------
    record : mapping
        The run's ``run.json``.
    inputs : mapping
        Name of each file in the run's input folder -> where its bytes lie.
    """

    def __init__(self, record: Mapping[str, Any], inputs: Mapping[str, Path]) -> None:
        self._params = Params.model_validate(record["parameters"], strict=False)
        self._identity = record["identity"]
        self._inputs = inputs
        self.codebook = self._codebook(self._params, Path())

    def canaries(self) -> Canaries:
        """Return the respondent ids and comments of all periods that the run read.

        Raises
        ------
        UsageError
            If simulated answers come out otherwise than they did.
        """
        ids, comments = self._texts(self._params, Path(), self._identity["data_sha256"])
        known = [*_wording(self.codebook)]
        for each in self._params.earlier:
            own, place = settings_of(self._params, each), earlier_folder(Path(), each.period)
            digest = self._identity["own_files"][f"earlier {each.period} data"]
            more = self._texts(own, place, digest)
            ids, comments = ids + more[0], comments + more[1]
            known += _wording(self._codebook(own, place))
        quotations = self._params.quotations
        return Canaries.of(
            ids, comments, known=known, approved=quotations.texts if quotations else ()
        )

    def _codebook(self, settings: Settings, place: Path) -> Codebook:
        """Return a shipped codebook, or one's own file as the run read it."""
        name = settings.codebook
        return load_codebook(self._inputs[(place / name).as_posix()] if is_path(name) else name)

    def _texts(self, settings: Settings, place: Path, digest: str) -> tuple[list[str], list[str]]:
        """Return the ids and comments of one period's answers."""
        codebook = self._codebook(settings, place)
        if settings.data == SIMULATED:
            return _simulated(settings, digest, codebook)
        frame = read_raw(self._inputs[(place / settings.data).as_posix()]).frame
        comments = _column(frame, codebook, codebook.comment) if codebook.comment else []
        return _column(frame, codebook, codebook.respondent_id), comments


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


def _column(frame: Any, codebook: Codebook, name: str) -> list[str]:
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
