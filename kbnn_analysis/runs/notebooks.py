"""Notebooks as written: their declared parameters, and the results they hand on."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError

_TYPES: dict[str, Any] = {
    "str": str, "int": int, "float": float, "bool": bool, "dict": dict, "list": list,
}  # fmt: skip
_SAVES = re.compile(r"""\brun\.(?:save|once)\(\s*(f?)["']([^"']+)["']""")
_LOADS = re.compile(r"""\brun\.load\(\s*(f?)["']([^"']+)["']""")
_ASKS = re.compile(r"""\brun\.has\(\s*(f?)["']([^"']+)["']""")
_FREELY = re.compile(r"""\brun\.(?:load|has)\(\s*(?!f?["'])|\brun\.store\b|\bStore\(""")
_FILLED = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Notebook:
    """A notebook as written.

    Parameters
    ----------
    name, path
        Where it stands; the name is the file's without its ending.
    content : dict
        The notebook itself, as its JSON.
    parameters : mapping
        Name in the ``parameters`` cell -> annotated type.
    saves, loads, asks : tuple of str
        Names of the results it saves in the run's store, of those it takes from there, and of
        those it takes if they are there; ``*`` stands for what an f-string fills in.
    sha256 : str
        Of the file.
    """

    name: str
    path: Path
    content: Mapping[str, Any]
    parameters: Mapping[str, Any]
    saves: tuple[str, ...]
    loads: tuple[str, ...]
    asks: tuple[str, ...]
    sha256: str

    @property
    def code(self) -> str:
        """Return its code cells as one text."""
        return "\n".join(_source(cell) for cell in _code_cells(self.content))

    @property
    def asks_freely(self) -> bool:
        """Tell whether its code can ask for results whose names do not stand in it."""
        return bool(_FREELY.search(self.code))


def read_notebook(path: Path) -> Notebook:
    """Read a notebook and what its code says of its parameters and results.

    Raises
    ------
    UsageError
        If it is missing, is no notebook, or has no annotated ``parameters`` cell.
    """
    content, sha256 = _read(path)
    cells = [(_source(cell), cell["metadata"].get("tags", [])) for cell in _code_cells(content)]
    code = "\n".join(source for source, _ in cells)
    return Notebook(
        name=path.stem,
        path=path,
        content=content,
        parameters=_declared([each for each, tags in cells if "parameters" in tags], path.name),
        saves=_names(_SAVES, code),
        loads=_names(_LOADS, code),
        asks=_names(_ASKS, code),
        sha256=sha256,
    )


def producers(folder: Path) -> dict[str, str]:
    """Return which notebook of a folder makes each stored result.

    A notebook that cannot be read makes nothing.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            notebook = read_notebook(path)
        except UsageError:
            continue
        found.update(dict.fromkeys(notebook.saves, notebook.name))
    return found


def _read(path: Path) -> tuple[dict[str, Any], str]:
    """Read the file as JSON, with its SHA-256: the notebook library takes seconds to load."""
    try:
        raw = path.read_bytes()
        content = json.loads(raw.decode())
    except OSError:
        raise UsageError(f"There is no notebook {path.stem!r} in {path.parent.name}/.") from None
    except ValueError:
        content = None
    whole = isinstance(content, dict) and isinstance(content.get("cells"), list)
    if not whole or content.get("nbformat") != 4:
        raise UsageError(f"{path.name} is not a Jupyter notebook of format 4; restore it.")
    found: dict[str, Any] = content
    return found, hashlib.sha256(raw).hexdigest()


def _names(pattern: re.Pattern[str], code: str) -> tuple[str, ...]:
    return tuple(_FILLED.sub("*", name) if f else name for f, name in pattern.findall(code))


def _code_cells(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return (cell for cell in content["cells"] if cell.get("cell_type") == "code")


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _declared(sources: Sequence[str], name: str) -> dict[str, Any]:
    if len(sources) != 1:
        raise UsageError(f"{name} needs one cell tagged `parameters`; it has {len(sources)}.")
    try:
        lines = ast.parse(sources[0]).body
    except SyntaxError:
        raise UsageError(f"{name}: the parameters cell is not valid Python.") from None
    return _annotations(lines, name)


def _annotations(lines: Sequence[ast.stmt], name: str) -> dict[str, Any]:
    found = {}
    for line in lines:
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            continue
        if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
            raise UsageError(
                f"{name}: write each line of the parameters cell as `name: type = value`; "
                f"line {line.lineno} is not."
            )
        found[line.target.id] = _type(line.annotation, name)
    return found


def _type(node: ast.expr, notebook: str) -> Any:
    if isinstance(node, ast.Name) and node.id in _TYPES:
        return _TYPES[node.id]
    if isinstance(node, ast.Constant) and node.value is None:
        return None
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _type(ast.parse(node.value, mode="eval").body, notebook)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _type(node.left, notebook) | _type(node.right, notebook)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if node.value.id in {"list", "dict"}:
            return _TYPES[node.value.id][tuple(_type(each, notebook) for each in inner)]
        if node.value.id == "Optional":
            return _type(inner[0], notebook) | None
    raise UsageError(
        f"{notebook}: annotate parameters with {', '.join(_TYPES)} or None, not "
        f"{ast.unparse(node)!r}."
    )
