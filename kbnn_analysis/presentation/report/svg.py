"""An SVG file as a part of a page."""

from __future__ import annotations

import re


def inline_svg(svg: str, prefix: str, label: str) -> str:
    """Return an SVG file as an element of a page: own ids, a role and a text for those who listen.

    Parameters
    ----------
    svg : str
        The file as matplotlib writes it.
    prefix : str
        Put before every id, so that two figures on one page keep apart.
    label : str
        What the figure shows, escaped for an attribute.

    Returns
    -------
    str
        The ``<svg>`` element.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    body = re.sub(r'\bid="', f'id="{prefix}', body)
    body = re.sub(r'(href="|url\()#', rf"\1#{prefix}", body)
    opening = body[: body.index(">") + 1]
    fresh = re.sub(r'\s(width|height|version)="[^"]*"', "", opening)
    fresh = fresh.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    return fresh + body[len(opening) :].strip()
