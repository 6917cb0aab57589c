"""A data file on disk: its bytes, digest and what its first bytes say it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import DataError, Problem, UsageError

MAX_BYTES = 500_000_000
LARGE = 64_000_000
"""Text from this size on is read piece by piece."""
MAX_LARGE = 20_000_000_000
_KINDS = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"PAR1", "parquet"),
    (b"$FL2", "spss"),
    (b"$FL3", "spss"),
    (b"<stata_dta>", "stata"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\x80\x02", "pickle"),
    (b"\x80\x03", "pickle"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
)


@dataclass(frozen=True)
class SourceFile:
    """A file's name, bytes and digest, read once."""

    path: Path
    content: bytes
    sha256: str

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return self.path.name

    @property
    def kind(self) -> str:
        """Return what the first bytes say: zip, ole, parquet ..., or "text" if nothing."""
        return next((kind for mark, kind in _KINDS if self.content.startswith(mark)), "text")


def is_large(path: Path) -> bool:
    """Return whether a text file is to be read piece by piece.

    Parameters
    ----------
    path : Path
        A file, or nothing: then the ordinary way tells so.

    Returns
    -------
    bool
        True for text, or Parquet, from 64 MB on.

    Raises
    ------
    DataError
        If it is too large even so.
    """
    if not path.is_file() or (size := path.stat().st_size) < LARGE:
        return False
    if size > MAX_LARGE:
        message = f"{size:,} bytes; at most {MAX_LARGE:,} are read."
        raise DataError([Problem("too-large", message, file=path.name)])
    with path.open("rb") as file:
        head = file.read(16)
    wanted = "parquet" if path.suffix.casefold() == ".parquet" else "text"
    return SourceFile(path, head, "").kind == wanted


def open_source(path: str | Path) -> SourceFile:
    """Read a data file's bytes.

    Parameters
    ----------
    path : str or Path
        A file of at most 500 MB.

    Returns
    -------
    SourceFile
        Name, bytes and SHA-256.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it is empty or too large.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"no data file at {path}; check the path.")
    size = path.stat().st_size
    if size == 0:
        raise DataError([Problem("empty", "the file is empty.", file=path.name)])
    if size > MAX_BYTES:
        message = f"{size:,} bytes; at most {MAX_BYTES:,} are read."
        raise DataError([Problem("too-large", message, file=path.name)])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
    return SourceFile(path, content, hashlib.sha256(content).hexdigest())
