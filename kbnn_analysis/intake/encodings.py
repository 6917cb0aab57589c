"""From bytes to text: which encoding a file is in, said aloud; what cannot be read is refused."""

from __future__ import annotations

import codecs
import unicodedata
from typing import NamedTuple, NoReturn

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
    named = encoding or marked_encoding(content)
    if named is not None:
        return decode_as_named(content, file, named)
    if b"\0" in content:
        refuse_nul(content[:2000], content[: content.index(0)].count(10) + 1, file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        fits = "\ufffd" not in content.decode("cp1258", "replace")
        settled = settle_legacy(content, file, fits)
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
        return DecodedText(text, settled.encoding, settled.announced)
    _refuse_unreadable(text, file)
    return DecodedText(text, "utf-8", ())


def marked_encoding(content: bytes) -> str | None:
    """Return the encoding that a file's first bytes declare, None if they declare none."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def decode_as_named(content: bytes, file: str, encoding: str) -> DecodedText:
    """Decode bytes in an encoding that was given or declared.

    Raises
    ------
    DataError
        If they are not in it, or no text.
    UsageError
        If there is no such encoding.
    """
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise UsageError(
            f"`encoding` {encoding!r} is unknown; try 'utf-8', 'utf-16' or 'cp1258'."
        ) from error
    except UnicodeError:
        refuse_wrong_bytes(file, encoding, nul=False)
    if "\0" in text:
        refuse_wrong_bytes(file, encoding, nul=True)
    _refuse_unreadable(text, file)
    return DecodedText(unicodedata.normalize("NFC", text), encoding, said_of(file, encoding))


def said_of(file: str, encoding: str | None) -> tuple[str, ...]:
    """Return what is to be said of an encoding that was given or declared."""
    return () if encoding in (None, "utf-8-sig") else (f"{file} was read as {encoding}.",)


class Settled(NamedTuple):
    """An encoding from before Unicode, and what is to be said about it."""

    encoding: str
    announced: tuple[str, ...]


def settle_legacy(content: bytes, file: str, fits_1258: bool) -> Settled:
    """Settle what bytes are that are no UTF-8: Windows-1258 is read, others are refused by name.

    Parameters
    ----------
    content : bytes
        The file, or its first lines beyond ASCII.
    file : str
        What errors call it.
    fits_1258 : bool
        Whether all bytes of the file are Windows-1258.

    Returns
    -------
    Settled
        Windows-1258.

    Raises
    ------
    DataError
        For every other encoding.
    """
    name = guess_legacy(content)
    if name == "windows-1258" and fits_1258:
        said = f"{file} was read as Windows-1258 and composed to NFC; check the names in it."
        return Settled(name, (said,))
    if name in ("TCVN3", "VNI"):
        raise _legacy_refusal(file, name)
    raise _refusal(
        file, "encoding", "it is neither UTF-8, UTF-16 nor Windows-1258 text.", _SAVE_AGAIN
    )


def refuse_nul(head: bytes, line: int, file: str) -> NoReturn:
    """Refuse bytes that hold a NUL, first at a line; `head` are the first 2,000 of them."""
    raise _refusal(file, "nul", _nul_sentence(head, line), _SAVE_AGAIN)


def refuse_wrong_bytes(file: str, encoding: str, *, nul: bool) -> NoReturn:
    """Refuse bytes that are not in their declared encoding, or a text that holds NUL."""
    if nul:
        raise _refusal(file, "nul", "it holds NUL characters: it is no text file.", _SAVE_AGAIN)
    raise _refusal(file, "encoding", f"its bytes are not {encoding}.", _SAVE_AGAIN)


def refuse_misread(text: str, file: str) -> None:
    """Refuse letters that only look right in an old font; the lines beyond ASCII are enough."""
    if name := guess_misread(text):
        raise _legacy_refusal(file, name)


def refuse_double(file: str) -> NoReturn:
    """Refuse UTF-8 that was read as something else and saved again."""
    sentence = "its letters were saved wrongly (á» for Vietnamese vowels: UTF-8 read twice)."
    raise _refusal(file, "encoding", sentence, "Export it again from its source as UTF-8.")


def _refuse_unreadable(text: str, file: str) -> None:
    refuse_misread(text, file)
    if "á»" in text or "Ã¡" in text:
        refuse_double(file)


def _legacy_refusal(file: str, name: str) -> DataError:
    font = "the ABC fonts (.VnTime)" if name == "TCVN3" else "the VNI fonts"
    sentence = f"its text is in the old encoding {name} of {font}."
    return _refusal(file, "encoding", sentence, _CONVERT.format(name=name))


def _nul_sentence(head: bytes, line: int) -> str:
    if head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4:
        return "it looks like UTF-16 without its mark."
    return f"it holds a NUL byte (line {line})."


def _refusal(file: str, rule: str, message: str, suggestion: str) -> DataError:
    return DataError([Problem(rule, message, file=file, suggestion=suggestion)])
