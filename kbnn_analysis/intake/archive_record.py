"""What an archived period says of itself, in the metadata of its Parquet file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.intake.raw import SIMULATED_MARK
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.language import Label

FORMAT = 1
KEY = b"kbnn_archive"


@dataclass(frozen=True, kw_only=True)
class ArchiveRecord:
    """All of a survey that is not a column of respondents.

    ``levels`` holds the levels of each categorical attribute, so that an absent unit is still a
    visible row; ``sha256`` is the digest of the file that the answers were read from.
    """

    period: str
    codebook: Codebook
    design: Design
    unit_vintage: str | None
    unit_labels: dict[str, Label]
    levels: dict[str, list[str]]
    source: str
    sha256: str
    simulated: bool
    announced: tuple[str, ...]
    respondents: int

    @property
    def instrument(self) -> str:
        """Return the codebook's name and version."""
        return f"{self.codebook.name} {self.codebook.version}"


def record_of(survey: Survey) -> ArchiveRecord:
    """Return the record of a survey.

    Parameters
    ----------
    survey : Survey
        Validated answers.

    Returns
    -------
    ArchiveRecord
        What goes into the metadata.
    """
    return ArchiveRecord(
        period=survey.period,
        codebook=survey.codebook,
        design=survey.design,
        unit_vintage=survey.unit_vintage,
        unit_labels=dict(survey.unit_labels),
        levels={
            str(name): [str(level) for level in values.cat.categories]
            for name, values in survey.attributes.items()
            if values.dtype == "category"
        },
        source=survey.source,
        sha256=survey.sha256,
        simulated=survey.simulated,
        announced=survey.announced,
        respondents=len(survey),
    )


def encode_record(record: ArchiveRecord) -> dict[bytes, bytes]:
    """Return a record as metadata of a Parquet schema; simulated answers carry their mark.

    Parameters
    ----------
    record : ArchiveRecord
        The record.

    Returns
    -------
    dict of bytes to bytes
        Equal records give equal bytes.
    """
    told = {
        "format": FORMAT,
        "period": record.period,
        "codebook": record.codebook.model_dump(mode="json"),
        "design": asdict(record.design),
        "unit_vintage": record.unit_vintage,
        "unit_labels": {code: [name.vi, name.en] for code, name in record.unit_labels.items()},
        "levels": record.levels,
        "source": record.source,
        "sha256": record.sha256,
        "simulated": record.simulated,
        "announced": list(record.announced),
        "respondents": record.respondents,
    }
    mark = {b"simulated": SIMULATED_MARK.encode()} if record.simulated else {}
    return {KEY: json.dumps(told, ensure_ascii=False).encode(), **mark}


def decode_record(metadata: dict[bytes, bytes] | None) -> ArchiveRecord:
    """Return the record that a Parquet schema carries.

    Parameters
    ----------
    metadata : dict of bytes to bytes, optional
        Metadata of the schema.

    Returns
    -------
    ArchiveRecord
        The record.

    Raises
    ------
    ValueError
        If there is none, or it is of another format.
    """
    if metadata is None or KEY not in metadata:
        raise ValueError("it carries no record of an archive")
    told: dict[str, Any] = json.loads(metadata[KEY])
    if not isinstance(told, dict):
        raise ValueError("its record is none of an archive")
    if told.pop("format") != FORMAT:
        raise ValueError("it was written in another format of the archive")
    names = {code: Label(vi, en) for code, (vi, en) in told.pop("unit_labels").items()}
    return ArchiveRecord(
        codebook=Codebook.model_validate_json(json.dumps(told.pop("codebook"))),
        design=Design(**told.pop("design")),
        unit_labels=names,
        announced=tuple(told.pop("announced")),
        **told,
    )
