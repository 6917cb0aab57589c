"""YAML that means what was written: no type is guessed, no place is lost.

A plain scalar stays its text (``01``, ``no``, ``12:30``, ``1.10``); the typed record that it fills
decides what it becomes. Tags, repeated keys and alias bombs are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from kbnn_analysis.errors import UsageError

MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_DEPTH = 50

Tree = str | None | list["Tree"] | dict[str, "Tree"]
Place = tuple[str | int, ...]
Record = TypeVar("Record", bound=BaseModel)

_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class YamlDocument:
    """A YAML text as a tree of texts, with the line of every place."""

    file: str
    data: Tree
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Return the line of the innermost known place on the way to `place`.

        Parameters
        ----------
        place : tuple of str and int
            Keys and positions from the top of the document.

        Returns
        -------
        int
            Line number, the first is 1.
        """
        for depth in range(len(place), -1, -1):
            if place[:depth] in self.lines:
                return self.lines[place[:depth]]
        return 1


def read_yaml(path: str | Path) -> YamlDocument:
    """Read a YAML file as a tree of texts.

    Parameters
    ----------
    path : str or Path
        A UTF-8 file of at most 2 MB.

    Returns
    -------
    YamlDocument
        The tree; scalars are str, and an empty one (or ``null``, ``~``) is None.

    Raises
    ------
    UsageError
        If the file cannot be read, or is not plain YAML; with the file and the line.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"{path.name}: {len(content):,} bytes; a YAML file has at most {MAX_BYTES:,}."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name}: not UTF-8 (byte {error.start}); save as UTF-8.") from error
    return parse_yaml(text, path.name)


def parse_yaml(text: str, file: str = "<text>") -> YamlDocument:
    """Parse YAML text into a tree of texts.

    Parameters
    ----------
    text : str
        One YAML document.
    file : str
        What errors call it.

    Returns
    -------
    YamlDocument
        The tree with its line numbers.

    Raises
    ------
    UsageError
        If the text is not YAML, or uses tags, repeated keys or too many aliases.

    Examples
    --------
    >>> parse_yaml("{code: 01, answer: no, time: 12:30, version: 1.10}").data
    {'code': '01', 'answer': 'no', 'time': '12:30', 'version': '1.10'}
    """
    _refuse_deep(text, file)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{file}, line {line}: not YAML: {error.problem}.") from error
    except (YAMLError, ReaderError, RecursionError, ValueError) as error:
        raise UsageError(f"{file}: not YAML ({type(error).__name__}); see its syntax.") from error
    builder = _Builder(file)
    data = builder.build(node, ()) if node is not None else None
    return YamlDocument(file, data, builder.lines)


def build_record(record: type[Record], document: YamlDocument) -> Record:
    """Fill a typed record from a document; all that does not fit is told at once.

    Parameters
    ----------
    record : type of BaseModel
        The record to fill.
    document : YamlDocument
        What to fill it from.

    Returns
    -------
    BaseModel
        An instance of `record`.

    Raises
    ------
    UsageError
        With the line and place of each misfit (the first five in full).
    """
    try:
        return record.model_validate(document.data, strict=False)
    except ValidationError as error:
        told = [
            f"line {document.line(found['loc'])}, {'.'.join(map(str, found['loc'])) or 'document'}:"
            f" {found['msg']}"
            for found in error.errors()
        ]
        more = f" (and {len(told) - 5} more)" if len(told) > 5 else ""
        raise UsageError(f"{document.file}: {'; '.join(told[:5])}{more}") from error


def _refuse_deep(text: str, file: str) -> None:
    """Refuse endless brackets before the parser, which takes seconds over them."""
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        if depth > 4 * MAX_DEPTH:
            raise UsageError(f"{file}: brackets nest too deep; write it out plainly.")


class _Builder:
    """Turns nodes into a tree and remembers their lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.nodes = 0

    def build(self, node: Node, place: Place) -> Tree:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(place) > MAX_DEPTH:
            self._refuse(node, "its aliases or levels grow without end; write it out plainly")
        if node.tag not in _PLAIN_TAGS:
            self._refuse(node, f"the tag {str(node.tag)[:60]} is not allowed; leave it out")
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.build(child, (*place, i)) for i, child in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, place: Place) -> Tree:
        tree: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._refuse(key_node, "a key must be a plain word")
            key = str(key_node.value)
            if key in tree:
                self._refuse(key_node, f"the key {key!r} stands twice; keep one")
            tree[key] = self.build(value_node, (*place, key))
        return tree

    @staticmethod
    def _scalar(node: Node) -> str | None:
        plain = getattr(node, "style", None) is None
        return None if plain and node.value in _NULLS else str(node.value)

    def _refuse(self, node: Node, why: str) -> None:
        raise UsageError(f"{self.file}, line {node.start_mark.line + 1}: {why}.")
