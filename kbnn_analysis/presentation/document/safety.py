"""What may stand in a report: nothing that runs, nothing that is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kbnn_analysis.errors import RunError

_RUNNING = {"script", "iframe", "frame", "object", "embed", "foreignobject"}
_ASKING = {"form", "input", "button"}
_REDIRECTING = {"link", "meta", "base"}
FORBIDDEN_TAGS = frozenset(_RUNNING | _ASKING | _REDIRECTING)
_ADDRESSES = frozenset({"href", "src", "xlink:href", "srcset", "action", "formaction", "data"})
_SAFE_ADDRESS = re.compile(r"\s*(#|https?://|mailto:|data:image/(png|jpeg|gif);)", re.IGNORECASE)
_FETCHING = frozenset({"src", "srcset", "xlink:href"})


class _Guard(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORBIDDEN_TAGS:
            self.found.append(f"<{tag}>")
        self.found += [f"{name}=" for name, value in attrs if _is_active(name, value or "")]


def _is_active(name: str, value: str) -> bool:
    if name.startswith("on"):
        return True
    if name == "style":
        return bool(re.search(r"url\(\s*['\"]?(?!#)", value, re.IGNORECASE))
    if name in _ADDRESSES and not _SAFE_ADDRESS.match(value):
        return True
    return name in _FETCHING and value.strip().lower().startswith("http")


def refuse_active(fragment: str, place: str) -> str:
    """Return the fragment unchanged if nothing in it runs or is fetched.

    Parameters
    ----------
    fragment : str
        HTML or SVG from the output of a cell.
    place : str
        Where it stands, for the message.

    Returns
    -------
    str
        The same fragment.

    Raises
    ------
    RunError
        If it holds a script, an event handler, a form, a frame or an outside address.

    Examples
    --------
    >>> refuse_active("<b>98,2%</b>", "cell 3")
    '<b>98,2%</b>'
    >>> refuse_active("<img src=x onerror=alert(1)>", "cell 3")
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.RunError: cell 3: its output holds src=, onerror=; a report takes ...
    """
    guard = _Guard()
    guard.feed(fragment)
    guard.close()
    if guard.found:
        raise RunError(
            f"{place}: its output holds {', '.join(dict.fromkeys(guard.found))}; "
            "a report takes only text, tables and pictures. Show the result with a table or figure."
        )
    return fragment
