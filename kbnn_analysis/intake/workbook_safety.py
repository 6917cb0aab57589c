"""What an .xlsx file holds, looked at before a parser opens it: bombs, macros, traps."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from kbnn_analysis.errors import DataError, Problem

MAX_UNPACKED = 400_000_000
MAX_RATIO = 150
SMALL = 20_000_000
"""Below this unpacked size no ratio is suspicious: short tables compress well."""
MAX_PARTS = 5_000

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:]{2,30})\"")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?hidden=\"(?:1|true)\"")
_UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<v\s*/>|<v></v>)?</(?:\w+:)?c>"
)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK = 1_000_000
_OVERLAP = 400


@dataclass(frozen=True)
class SheetTraits:
    """What a reader of cells would not notice in a sheet."""

    merged: tuple[str, ...] = ()
    hidden_rows: int = 0
    uncalculated: int = 0


def open_package(content: bytes, file: str) -> zipfile.ZipFile:
    """Open an .xlsx package after checking its directory.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        What errors call it.

    Returns
    -------
    ZipFile
        The package; no part of it has been unpacked but the XML heads.

    Raises
    ------
    DataError
        For broken packages, bombs (unpacked size, ratio, number of parts), macros, encrypted
        parts, and XML with entities.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # zipfile raises whatever it meets in damaged directories
        raise refusal(file, "broken", "the workbook is damaged or cut off.") from error
    parts = package.infolist()
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or _ratio(unpacked, content):
        message = f"it unpacks to {unpacked / 1e6:,.0f} MB from {len(content) / 1e6:.1f} MB."
        raise refusal(file, "bomb", message, "Save the answers alone in a new workbook.")
    if any(part.flag_bits & 1 for part in parts):
        raise refusal(file, "encrypted", "its parts are encrypted.", "Save it without password.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise refusal(
            file, "macros", "the workbook holds macros.", "Save it as .xlsx or CSV UTF-8."
        )
    if "xl/workbook.xml" not in names:
        raise refusal(file, "broken", "this is no Excel workbook.", "Save the table as .xlsx.")
    _refuse_entities(package, file)
    return package


def sheet_traits(package: zipfile.ZipFile, part: str, file: str) -> SheetTraits:
    """Scan a sheet's XML for merged cells, hidden rows and formulas without a saved value.

    Parameters
    ----------
    package : ZipFile
        The workbook.
    part : str
        The sheet's part of it.
    file : str
        What errors call it.

    Returns
    -------
    SheetTraits
        What was found.
    """
    if part not in package.namelist():
        return SheetTraits()
    merged: dict[str, None] = {}
    hidden = uncalculated = 0
    for chunk, fresh in _chunks(package, part, file):
        merged.update(dict.fromkeys(ref.decode() for ref in _MERGED.findall(chunk)))
        hidden += sum(found.end() > fresh for found in _HIDDEN_ROW.finditer(chunk))
        uncalculated += sum(found.end() > fresh for found in _UNCALCULATED.finditer(chunk))
    return SheetTraits(tuple(merged), hidden, uncalculated)


def refusal(file: str, rule: str, message: str, suggestion: str = "") -> DataError:
    """Return the error for a workbook that is not read.

    Parameters
    ----------
    file : str
        What the error calls the file.
    rule : str
        Short name of what is wrong.
    message : str
        What is wrong.
    suggestion : str
        The way out.

    Returns
    -------
    DataError
        To be raised.
    """
    return DataError([Problem(rule, message, file=file, suggestion=suggestion)])


def _ratio(unpacked: int, content: bytes) -> bool:
    return unpacked > SMALL and unpacked > MAX_RATIO * len(content)


def _refuse_entities(package: zipfile.ZipFile, file: str) -> None:
    for name in package.namelist():
        if not name.endswith((".xml", ".rels")):
            continue
        head = next(_chunks(package, name, file), (b"", 0))[0][:20_000]
        if _ENTITY.search(head.replace(b"\0", b"")):
            message = f"its part {name} declares XML entities, which no spreadsheet needs."
            raise refusal(file, "entities", message, "Do not trust it; ask for a new export.")


def _chunks(package: zipfile.ZipFile, part: str, file: str) -> Iterator[tuple[bytes, int]]:
    """Yield overlapping pieces of a part, each with the length it shares with the last."""
    tail = b""
    try:
        with package.open(part) as stream:
            while piece := stream.read(_CHUNK):
                yield tail + piece, len(tail)
                tail = (tail + piece)[-_OVERLAP:]
    except Exception as error:  # so it does in damaged parts
        raise refusal(file, "broken", "the workbook is damaged or cut off.") from error
