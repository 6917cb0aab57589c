"""The texts inside a file: members of archives, embedded images, compressed streams."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

_DATA_URI = re.compile(rb"data:[\w/+.-]+;base64,([A-Za-z0-9+/=\s\\n]{40,})")
_NOTEBOOK_IMAGE = re.compile(rb'"image/(?:png|jpeg|svg\+xml)": "([A-Za-z0-9+/=\\n]{40,})"')
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_DRAWING = re.compile(
    r'\b(?:d|points|transform|viewBox|x|y|x1|x2|y1|y2|xlink:href|href|id|style|clip-path)="[^"]*"'
)
_PDF_STRING = re.compile(r"\(([^()\x00-\x1f]{3,})\)")
MOST_UNPACKED = 64_000_000


def parts_of(raw: bytes, kind: str) -> Iterator[str]:
    """Yield every text in a file, unpacked and decoded; undecodable bytes are kept as marks.

    Parameters
    ----------
    raw : bytes
        The file.
    kind : str
        Its suffix.
    """
    if kind in {".xlsx", ".docx"} and zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.infolist():
                if member.file_size < MOST_UNPACKED:
                    yield from parts_of(
                        archive.read(member), f".{member.filename.rpartition('.')[2]}"
                    )
        return
    if kind == ".pdf":
        yield from _streams(raw)
        yield "\n".join(_PDF_STRING.findall(_PDF_STREAM.sub(b"", raw).decode("latin-1")))
        return
    for pattern in (_DATA_URI, _NOTEBOOK_IMAGE):
        for match in pattern.finditer(raw):
            inside = _decoded(match.group(1))
            if inside and not inside.startswith(b"wOF"):  # fonts are shipped with the package
                yield from parts_of(inside, ".png" if inside.startswith(b"\x89PNG") else ".svg")
    if kind == ".png":
        yield _metadata(raw)
        return
    yield _plain(raw)


def _streams(raw: bytes) -> Iterator[str]:
    """Yield the texts in the streams of a PDF: its XML and its strings, not its coordinates.

    Text that is drawn by the numbers of glyphs cannot be read here; the same report in HTML can.
    """
    for match in _PDF_STREAM.finditer(raw):
        try:
            stream = zlib.decompress(match.group(1))
        except zlib.error:
            stream = match.group(1)
        text = stream.decode("utf-8", "replace")
        yield text if text.lstrip().startswith("<") else "\n".join(_PDF_STRING.findall(text))


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text.replace(b"\\n", b"").replace(b"\n", b""))
    except binascii.Error:
        return b""


def _plain(raw: bytes) -> str:
    """Return text without embedded data and without the coordinates of drawings."""
    without = _NOTEBOOK_IMAGE.sub(b"", _DATA_URI.sub(b"", raw))
    text = without.decode("utf-8-sig", "replace")
    text = text.replace('\\"', '"') if text.startswith("{") else text
    return _DRAWING.sub("", text)


def _metadata(raw: bytes) -> str:
    """Return what stands in the text chunks of a PNG; its pixels are no text."""
    found = []
    for kind in (b"tEXt", b"iTXt", b"eXIf"):
        for match in re.finditer(kind, raw):
            size = int.from_bytes(raw[match.start() - 4 : match.start()], "big")
            found.append(raw[match.end() : match.end() + size].decode("latin-1"))
    return "\n".join(found)
