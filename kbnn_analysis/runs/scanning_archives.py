"""Dangers of office files, PDF and images: what they carry besides what one sees."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

_MEMBERS = {
    "vbaProject": "holds macros",
    "pivotCache": "holds the cache of a pivot table",
    "externalLink": "links to another workbook",
    "connections.xml": "holds a data connection",
    "comments": "holds comments",
    "embeddings/": "embeds another file",
    "customXml/": "holds hidden XML",
    "printerSettings": "holds the settings of a printer",
}
_CONTENT = {
    rb'state="(?:very)?[hH]idden"': "hides a sheet",
    rb"<f[ >]": "holds a formula",
    rb'hidden="(?:1|true)"': "hides rows or columns",
    rb'TargetMode="External"': "links to something outside",
    rb"<w:(?:ins|del) ": "keeps tracked changes",
}
_NAMES = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy)\b[^>]*>([^<]+)<")
_MAKERS = {b"python-docx", b"KBNN", b"openpyxl", b"kbnn-analysis"}
_PDF = {
    rb"/JavaScript|/JS\b": "holds scripts",
    rb"/EmbeddedFile": "embeds another file",
    rb"/Launch|/OpenAction\s*<<": "starts something when opened",
    rb"/Author\s*[(<]": "names an author",
}
_STREAM = re.compile(rb"(<<(?:(?!endobj).){0,2000}?>>)\s*stream\r?\n(.*?)endstream", re.DOTALL)
_PNG_CHUNKS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"pHYs",
    b"tRNS",
    b"gAMA",
    b"sRGB",
    b"cHRM",
    b"sBIT",
}


def office_findings(raw: bytes) -> Iterator[str]:
    """Yield what a workbook or a document must not hold."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile:
        yield "is not what its name says"
        return
    with archive:
        for member in archive.namelist():
            yield from (what for part, what in _MEMBERS.items() if part in member)
            if not member.endswith((".xml", ".rels")):
                continue
            content = archive.read(member)
            yield from (what for pattern, what in _CONTENT.items() if re.search(pattern, content))
            if any(name.strip() not in _MAKERS for name in _NAMES.findall(content)):
                yield "names its author"


def pdf_findings(raw: bytes) -> Iterator[str]:
    """Yield what a PDF must not hold."""
    if not raw.startswith(b"%PDF-"):
        yield "is not what its name says"
    objects = _unescaped(b"\n".join(_objects(raw)))
    yield from (what for pattern, what in _PDF.items() if re.search(pattern, objects))


def _objects(raw: bytes) -> Iterator[bytes]:
    """Yield the objects of a PDF, packed ones too, without the bytes of pictures and fonts."""
    yield _STREAM.sub(rb"\1", raw)
    for match in _STREAM.finditer(raw):
        if b"/ObjStm" not in match.group(1):
            continue
        try:
            yield zlib.decompress(match.group(2))
        except zlib.error:
            yield match.group(2)


def _unescaped(told: bytes) -> bytes:
    """Return names without their escapes: /J#53 is /JS."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), told)


def png_findings(raw: bytes) -> Iterator[str]:
    """Yield what an image must not hold: text, camera data, bytes after its end."""
    if not raw.startswith(b"\x89PNG\r\n\x1a\n"):
        yield "is not what its name says"
        return
    at, ended = 8, False
    while at + 8 <= len(raw) and not ended:
        size, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if kind not in _PNG_CHUNKS and not raw[at + 8 :].startswith(b"Software\0"):
            yield f"holds metadata ({kind.decode('ascii', 'replace')})"
        at, ended = at + 12 + size, kind == b"IEND"
    if at != len(raw):
        yield "holds bytes after its end"
