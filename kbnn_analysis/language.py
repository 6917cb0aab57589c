"""The two languages of every label: Vietnamese and English."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Label(NamedTuple):
    """A text in both languages.

    Examples
    --------
    >>> Label("tỉnh", "province").text("vi")
    'tỉnh'
    """

    vi: str
    en: str

    def text(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.vi if language == "vi" else self.en

    @classmethod
    def same(cls, text: str) -> Label:
        """Return a label that reads alike in both languages (a proper name, a code)."""
        return cls(text, text)
