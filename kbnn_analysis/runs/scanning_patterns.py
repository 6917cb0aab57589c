"""Signs of a person or of a machine in any text: numbers of people, paths, user names, errors."""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterator
from pathlib import Path

_EDGE, _END = r"(?<![\w.,/#-])", r"(?![\w-]|[.,]\d)"
PATTERNS: dict[str, re.Pattern[str]] = {
    "a phone number": re.compile(
        _EDGE + r"(?:\+84|0084|0)[\s.-]?(?:[35789]\d|2\d{1,2})(?:[\s.-]?\d){7,8}" + _END
    ),
    "a citizen's identity number": re.compile(
        _EDGE + r"0\d{2}[\s.]?\d{3}[\s.]?\d{3}[\s.]?\d{3}" + _END
    ),
    "an account or card number": re.compile(
        _EDGE + r"(?:\d{13,19}|\d{4}\.\d\.\d{7}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4})" + _END
    ),
    "an e-mail address": re.compile(r"[\w.+-]{2,}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"),
    "a path of a machine": re.compile(
        r"(?<![\w.:/-])(?:/(?:home|root|Users|tmp|var|mnt|media|work|opt|private)/[\w.]|"
        r"[A-Za-z]:\\+(?:Users|Documents|Temp|Windows)|\\\\\\\\[\w.-]+\\\\|file://)"
    ),
    "a traceback": re.compile(r"Traceback \(most recent call last\)|-{20,}\s*\n?\w+Error\b"),
    "results for exploring only": re.compile(
        r"CHỈ ĐỂ KHÁM PHÁ|FOR EXPLORING on your own screen|Raw answers, not protected"
    ),
}
# Names of accounts that everybody has say nothing of a person.
COMMON_USERS = {"root", "user", "admin", "jovyan", "ubuntu", "runner", "kbnn", "analyst", "data"}


def text_findings(text: str) -> Iterator[str]:
    """Yield the kinds of personal or machine data that a text seems to hold.

    What was found is not repeated: the list of findings may be read by more people than the file.

    Examples
    --------
    >>> list(text_findings("gọi 0912 345 678"))
    ['holds a phone number']
    >>> list(text_findings("98,19% (19.250 phiếu), SHA-256 0a1b2c3d4e5f6071"))
    []
    """
    for what, pattern in PATTERNS.items():
        if pattern.search(text):
            yield f"holds {what}"
    for name in _users():
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            yield "holds the name of this machine's user"


def _users() -> set[str]:
    try:
        names = {getpass.getuser(), Path.home().name}
    except (KeyError, OSError, RuntimeError):
        return set()
    return {name for name in names if len(name) > 3 and name.lower() not in COMMON_USERS}
