"""R12: words of respondents leave only masked, word by word as a named person approved them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kbnn_analysis.runs.scanning_patterns import text_findings

SHORTEST_NAME = 3


def _named(value: str) -> str:
    name = " ".join(value.split())
    if len(name) < SHORTEST_NAME or not any(letter.isalpha() for letter in name):
        raise ValueError(f"{value!r} names nobody; write who read and approved the quotations")
    return name


def _masked(value: str) -> str:
    text = " ".join(value.split())
    if found := list(text_findings(text)):
        raise ValueError(f"a quotation {', '.join(found)}; write […] in its place")
    return text


class QuotationParams(BaseModel):
    """Masked quotations that may leave, and who approved them.

    Parameters
    ----------
    approved_by : str
        The person who read each text and found that it names and shows nobody.
    texts : tuple of str
        The texts as they may be printed: names, places and days written as […]. A comment of which
        one word more is printed is refused by the gate.

    Examples
    --------
    >>> told = QuotationParams(approved_by="Trần Thị Lan", texts=["Anh […] làm rất nhanh."])
    >>> told.texts
    ('Anh […] làm rất nhanh.',)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    approved_by: Annotated[str, Field(max_length=100), AfterValidator(_named)]
    texts: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_masked)], ...],
        Field(min_length=1, max_length=50, strict=False),
    ]
