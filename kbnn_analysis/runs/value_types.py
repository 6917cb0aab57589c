"""The kinds of values that parameters may have: what each takes, and what it says of others."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Language
from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.typed import plain_flag, plain_number, plain_whole

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
OUTLINES = (".geojson", ".json")
WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
FORBIDDEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def _plain_text(value: str) -> str:
    if FORBIDDEN.search(value):
        raise ValueError("holds control or invisible characters; type it anew")
    return value


def _file_name(value: str) -> str:
    if not _NAME.fullmatch(value) or WINDOWS.fullmatch(value):
        raise ValueError("must be lower-case letters, digits and hyphens, such as sfo-2016")
    return value


def _geojson(value: str) -> str:
    if not value.endswith(OUTLINES):
        raise ValueError("must be a file that ends in .geojson or .json, such as shapes.geojson")
    return value


def _csv(value: str) -> str:
    if not value.endswith(".csv"):
        raise ValueError("must be a file that ends in .csv, such as context.csv")
    return value


def _period(value: str) -> str:
    try:
        return parse_period(value).id
    except UsageError as problem:
        raise ValueError(str(problem)) from None


def no_repeats(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse values of which two are the same."""
    if len(set(values)) < len(values):
        raise ValueError("names something twice; keep each once")
    return values


Text = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_plain_text)]
Period = Annotated[Text, AfterValidator(_period)]
OutlineFile = Annotated[Text, AfterValidator(_geojson)]
ContextFile = Annotated[Text, AfterValidator(_csv)]
Whole = Annotated[int, BeforeValidator(plain_whole)]
Number = Annotated[float, BeforeValidator(plain_number)]
Flag = Annotated[bool, BeforeValidator(plain_flag)]
FileName = Annotated[str, AfterValidator(_file_name)]
Names = Annotated[
    tuple[FileName, ...], Field(min_length=1, strict=False), AfterValidator(no_repeats)
]
Languages = Annotated[
    tuple[Language, ...], Field(min_length=1, strict=False), AfterValidator(no_repeats)
]
