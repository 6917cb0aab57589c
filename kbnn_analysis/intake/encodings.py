"""From bytes to text: which encoding a file is in, said aloud; what cannot be read is refused."""

from __future__ import annotations

import codecs
import unicodedata
from typing import NamedTuple

from kbnn_analysis.errors import DataError, Problem, UsageError
from kbnn_analysis.intake.vietnamese_bytes import guess_legacy, guess_misread

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONVERT = (
    "Open it in Unikey's Toolkit (Ctrl+Shift+F6), convert {name} to Unicode (UTF-8), and save as"
    " CSV UTF-8."
)
_SAVE_AGAIN = "Save it as 'CSV UTF-8' from Excel, or give the encoding."


class DecodedText(NamedTuple):
    """A file's text, the encoding it was in, and what is to be said about that."""

    text: str
    encoding: str
    announced: tuple[str, ...]


def decode(content: bytes, file: str, encoding: str | None = None) -> DecodedText:
    """Decode the bytes of a text file.

    Parameters
    ----------
    content : bytes
        The whole file.
    file : str
        What errors call it.
    encoding : str, optional
        The encoding, where the file does not tell; otherwise it is found: UTF-8 with or without
        mark, UTF-16 with mark, Windows-1258.

    Returns
    -------
    DecodedText
        The text (Windows-1258 composed to NFC), the encoding, and announcements.

    Raises
    ------
    DataError
        If the bytes are in no readable encoding; TCVN3 and VNI are named.
    UsageError
        If `encoding` is unknown.
    """
    if encoding is not None:
        return _decode_as(content, file, encoding)
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, file, name)
    if b"\0" in content:
        raise _refusal(file, "nul", _nul_sentence(content), _SAVE_AGAIN)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(content, file)
    _refuse_misread(text, file)
    return DecodedText(text, "utf-8", ())


def _decode_as(content: bytes, file: str, encoding: str) -> DecodedText:
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise UsageError(
            f"`encoding` {encoding!r} is unknown; try 'utf-8', 'utf-16' or 'cp1258'."
        ) from error
    except UnicodeError as error:
        raise _refusal(file, "encoding", f"its bytes are not {encoding}.", _SAVE_AGAIN) from error
    if "\0" in text:
        raise _refusal(file, "nul", "it holds NUL characters: it is no text file.", _SAVE_AGAIN)
    _refuse_misread(text, file)
    said = () if encoding == "utf-8-sig" else (f"{file} was read as {encoding}.",)
    return DecodedText(unicodedata.normalize("NFC", text), encoding, said)


def _decode_legacy(content: bytes, file: str) -> DecodedText:
    name = guess_legacy(content)
    if name == "windows-1258":
        text = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
        if "\ufffd" not in text:
            said = f"{file} was read as Windows-1258 and composed to NFC; check the names in it."
            return DecodedText(text, name, (said,))
    if name in ("TCVN3", "VNI"):
        raise _legacy_refusal(file, name)
    raise _refusal(
        file, "encoding", "it is neither UTF-8, UTF-16 nor Windows-1258 text.", _SAVE_AGAIN
    )


def _refuse_misread(text: str, file: str) -> None:
    if name := guess_misread(text):
        raise _legacy_refusal(file, name)
    if "á»" in text or "Ã¡" in text:
        sentence = "its letters were saved wrongly (á» for Vietnamese vowels: UTF-8 read twice)."
        raise _refusal(file, "encoding", sentence, "Export it again from its source as UTF-8.")


def _legacy_refusal(file: str, name: str) -> DataError:
    font = "the ABC fonts (.VnTime)" if name == "TCVN3" else "the VNI fonts"
    sentence = f"its text is in the old encoding {name} of {font}."
    return _refusal(file, "encoding", sentence, _CONVERT.format(name=name))


def _nul_sentence(content: bytes) -> str:
    sample = content[:2000]
    if sample[1::2].count(0) > len(sample) // 4 or sample[::2].count(0) > len(sample) // 4:
        return "it looks like UTF-16 without its mark."
    return f"it holds a NUL byte (line {content[: content.index(0)].count(10) + 1})."


def _refusal(file: str, rule: str, message: str, suggestion: str) -> DataError:
    return DataError([Problem(rule, message, file=file, suggestion=suggestion)])
