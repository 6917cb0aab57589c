"""Large text files: one pass decides the encoding as for small ones, then lines are read.

The rules and the words are those of :mod:`kbnn_analysis.intake.encodings`; only what they look at
is gathered in passing, so that a file of any size takes the same memory.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.encodings import (
    decode_as_named,
    marked_encoding,
    refuse_double,
    refuse_misread,
    refuse_nul,
    refuse_wrong_bytes,
    said_of,
    settle_legacy,
)

BLOCK = 4_000_000
SAMPLE = 60_000
"""Enough of the lines beyond ASCII: the guesses look at their first 50,000 signs."""


@dataclass(frozen=True)
class LargeText:
    """A text file on disk, its digest and how it is to be read."""

    path: Path
    sha256: str
    encoding: str
    announced: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends, composed to NFC as for small files."""
        compose = self.encoding != "utf-8"
        codec = "cp1258" if self.encoding == "windows-1258" else self.encoding
        with self.path.open(encoding=codec, newline="") as file:
            for line in file:
                yield line if not compose or line.isascii() else unicodedata.normalize("NFC", line)

    def head(self, size: int) -> str:
        """Return the first signs of the text."""
        found = io.StringIO()
        for line in self.lines():
            found.write(line)
            if found.tell() >= size:
                break
        return found.getvalue()[:size]


def open_large_text(path: Path, encoding: str | None = None) -> LargeText:
    """Decide how a large text file is to be read.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str, optional
        The encoding, where the file does not tell.

    Returns
    -------
    LargeText
        Ready to be read; every byte of it has been decoded once.

    Raises
    ------
    DataError
        If the bytes are in no readable encoding.
    UsageError
        If `encoding` is unknown, or the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            named = encoding or marked_encoding(file.read(4))
        decode_as_named(b"", path.name, named or "utf-8")  # an unknown name is told at once
        seen = _look(path, named or "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
    if named is None and seen.nul_line is not None:
        refuse_nul(seen.first, seen.nul_line, path.name)
    if not seen.decodes and named is None:
        settled = settle_legacy(bytes(seen.odd), path.name, seen.fits_1258)
        return LargeText(path, seen.sha256, settled.encoding, settled.announced)
    if not seen.decodes or (named and seen.nul):
        refuse_wrong_bytes(path.name, named or "utf-8", nul=seen.decodes)
    refuse_misread(seen.text, path.name)
    if seen.double:
        refuse_double(path.name)
    return LargeText(path, seen.sha256, named or "utf-8", said_of(path.name, named))


@dataclass
class _Seen:
    """What one pass over the bytes tells."""

    first: bytes = b""
    sha256: str = ""
    nul_line: int | None = None
    decodes: bool = True
    nul: bool = False
    double: bool = False
    fits_1258: bool = True
    text: str = ""
    odd: bytearray = field(default_factory=bytearray)


def _look(path: Path, encoding: str) -> _Seen:
    seen, digest, lines = _Seen(), hashlib.sha256(), 1
    decoder = codecs.getincrementaldecoder(encoding)()
    sample, odd = _TextSample(), _ByteSample()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            seen.first += block[: 2000 - len(seen.first)]
            if seen.nul_line is None and (place := block.find(b"\0")) >= 0:
                seen.nul_line = lines + block[:place].count(b"\n")
            lines += block.count(b"\n")
            seen.fits_1258 = seen.fits_1258 and _fits_1258(block)
            odd.take(block)
            if seen.decodes:
                _decode(seen, decoder, block, sample)
        if seen.decodes:
            _decode(seen, decoder, b"", sample, final=True)
    seen.sha256, seen.text, seen.odd = digest.hexdigest(), sample.finish(), odd.finish()
    return seen


def _decode(
    seen: _Seen,
    decoder: codecs.IncrementalDecoder,
    block: bytes,
    sample: _TextSample,
    final: bool = False,
) -> None:
    try:
        text = decoder.decode(block, final)
    except UnicodeError:
        seen.decodes = False
        return
    seen.nul = seen.nul or "\0" in text
    if not text.isascii():
        around = sample.last + text
        seen.double = seen.double or "á»" in around or "Ã¡" in around
    sample.take(text)


def _fits_1258(block: bytes) -> bool:
    return block.isascii() or "\ufffd" not in block.decode("cp1258", "replace")


class _TextSample:
    """The first lines beyond ASCII of a text that comes in pieces."""

    def __init__(self) -> None:
        self.last = ""
        self._open = ""
        self._size = 0
        self._lines: list[str] = []

    def take(self, text: str) -> None:
        self.last = text[-1:] or self.last
        if self._size > SAMPLE:
            return
        self._open += text
        if self._open.isascii():
            self._open = self._open[max(self._open.rfind("\n"), self._open.rfind("\r")) + 1 :]
            return
        lines = self._open.splitlines(keepends=True)
        self._open = lines.pop() if lines else ""
        self._keep(lines)

    def finish(self) -> str:
        self._keep([self._open])
        return "".join(self._lines)

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            if not line.isascii() and self._size <= SAMPLE:
                self._lines.append(line)
                self._size += len(line)


class _ByteSample:
    """The first lines beyond ASCII of a file that comes in pieces."""

    def __init__(self) -> None:
        self._open = b""
        self._kept = bytearray()

    def take(self, block: bytes) -> None:
        if len(self._kept) > SAMPLE:
            self._open = b""
            return
        self._open += block
        if self._open.isascii():
            self._open = self._open[max(self._open.rfind(b"\n"), self._open.rfind(b"\r")) + 1 :]
            return
        lines = self._open.splitlines(keepends=True)
        self._open = lines.pop()
        for line in lines:
            if not line.isascii() and len(self._kept) <= SAMPLE:
                self._kept += line

    def finish(self) -> bytearray:
        if not self._open.isascii():
            self._kept += self._open
        return self._kept
