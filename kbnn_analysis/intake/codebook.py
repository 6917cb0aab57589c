"""The instrument as typed, frozen records: items, scales, factors, attributes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kbnn_analysis.language import Label

Role = Literal["satisfaction", "overall", "stated_importance"]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(_Record):
    """A label in Vietnamese and English."""

    vi: str
    en: str

    @property
    def label(self) -> Label:
        """Return the pair as a :class:`Label`."""
        return Label(self.vi, self.en)


class Scale(_Record):
    """Answer codes in order, which of them count as satisfied, and the codes that are no answer.

    ``missing`` and ``not_applicable`` are kept apart and never averaged. ``satisfied`` and ``top``
    speak of the scores as analysed: for a reverse-coded item, of the scores after turning.
    ``synonyms`` are further texts that stand for a code, one without answer included.
    """

    labels: dict[int, Text]
    satisfied: tuple[int, ...] = ()
    top: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    not_applicable: tuple[int, ...] = ()
    synonyms: dict[str, int] = Field(default_factory=dict)

    @property
    def low(self) -> int:
        """Return the lowest valid code."""
        return min(self.labels)

    @property
    def high(self) -> int:
        """Return the highest valid code."""
        return max(self.labels)


class Item(_Record):
    """One question with its place in the instrument.

    A high code of a ``reverse`` item is bad; its scores are turned (low + high - code) on reading.
    Where ``required`` is false, a file without its column is accepted and says so.
    """

    name: str
    label: Text
    scale: str
    role: Role = "satisfaction"
    factor: str | None = None
    object: str | None = None
    reverse: bool = False
    required: bool = True
    aliases: tuple[str, ...] = ()


class Attribute(_Record):
    """Something known of a respondent that is not an item: type, channel, office, weight."""

    name: str
    label: Text
    kind: Literal["category", "text", "number", "date"] = "category"
    levels: dict[str, Text] = Field(default_factory=dict)
    required: bool = False
    aliases: tuple[str, ...] = ()


class Codebook(_Record):
    """A versioned instrument.

    ``assumed`` is true where the wording is our assumption; everything made with such a codebook
    says so. ``unit`` names the attribute that holds the unit (province, airline, company), None
    where respondents belong to none; ``comment`` names the free-text attribute, whose texts never
    leave the workbench.
    """

    name: str
    version: str
    title: Text
    source: str
    assumed: bool = False
    respondent_id: str
    unit: str | None = None
    comment: str | None = None
    duration: str | None = None
    scales: dict[str, Scale]
    factors: dict[str, Text] = Field(default_factory=dict)
    objects: dict[str, Text] = Field(default_factory=dict)
    items: tuple[Item, ...]
    attributes: tuple[Attribute, ...]

    def item(self, name: str) -> Item:
        """Return the item called `name`."""
        return next(item for item in self.items if item.name == name)

    def attribute(self, name: str) -> Attribute:
        """Return the attribute called `name`."""
        return next(attribute for attribute in self.attributes if attribute.name == name)

    def scale_of(self, item: str) -> Scale:
        """Return the scale of an item."""
        return self.scales[self.item(item).scale]

    def items_with(self, role: Role, factor: str | None = None) -> tuple[Item, ...]:
        """Return the items of a role, and of one factor if it is given."""
        return tuple(
            item
            for item in self.items
            if item.role == role and (factor is None or item.factor == factor)
        )
