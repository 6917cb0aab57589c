"""A zip file whose bytes depend on its content alone."""

from __future__ import annotations

import io
import zipfile

_MADE = (1980, 1, 1, 0, 0, 0)


def packed(archive: bytes) -> bytes:
    """Return a zip file with its entries in a fixed order, at a fixed time.

    Parameters
    ----------
    archive : bytes
        A zip file, such as a .docx file.

    Returns
    -------
    bytes
        The same files; the list of content types stays first, as Word wants it.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made,
    ):
        for name in sorted(given.namelist(), key=lambda name: (name[0] != "[", name)):
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(entry, given.read(name))
    return out.getvalue()
