"""The package's own files, and which of them a piece of code imports."""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import kbnn_analysis

PACKAGE = kbnn_analysis.__name__
FOLDER = Path(kbnn_analysis.__file__).parent
# stored results are read by looking through all modules of this room
WHOLE = f"{PACKAGE}.results"


@dataclass(frozen=True)
class _Imports:
    """What a module imports: at once, and only for those who ask for a name it offers."""

    names: tuple[tuple[str, tuple[str, ...]], ...]
    offered: Mapping[str, tuple[str, tuple[str, ...]]]


def package_files() -> dict[str, str]:
    """Return the SHA-256 of every source and table of the package, by its place in it."""
    return dict(_files(sources_stamp()))


def code_sha256() -> str:
    """Return the SHA-256 of all sources and tables of the package."""
    return digest_of(package_files())


def imported_sha256(code: str) -> str:
    """Return the SHA-256 of the package's files that some code can run.

    These are the modules it imports, those that they import in turn, wherever the import stands,
    and the tables in the rooms of all of these. A name that a room offers but imports only when
    asked (under ``TYPE_CHECKING``) counts for those who ask for it.

    Parameters
    ----------
    code : str
        Python, as a notebook's cells; lines that are no Python are ignored.

    Examples
    --------
    >>> imported_sha256("import kbnn_analysis.periods") == imported_sha256("import math")
    False
    """
    found = _reached(code)
    rooms = {name.split(".")[1] for name in found if "." in name}
    files = {
        path: sha256
        for path, sha256 in package_files().items()
        if (_module(path) in found if path.endswith(".py") else path.split("/")[0] in rooms)
    }
    return digest_of(files)


def _reached(code: str) -> set[str]:
    found: set[str] = set()
    todo = list(_asked(_imports(code, "").names))
    while todo:
        name = todo.pop()
        if name in found or not _path(name):
            continue
        found.add(name)
        todo.extend(_parents(name))
        if name == WHOLE:
            todo.extend(f"{name}.{path.stem}" for path in (FOLDER / "results").glob("*.py"))
        path = _path(name)
        if path:
            todo.extend(_asked(_imports(path.read_text(encoding="utf-8"), name).names))
    return found


def _asked(names: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    """Give the modules behind imports: the one named, and what its names are or come from."""
    for module, parts in names:
        yield module
        for part in parts:
            if _path(f"{module}.{part}"):
                yield f"{module}.{part}"
                continue
            path = _path(module)
            offered = _imports(path.read_text(encoding="utf-8"), module).offered if path else {}
            every = offered.values() if part == "*" else filter(None, [offered.get(part)])
            for home, inner in every:
                yield from _asked(((home, inner),))


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts)))


@functools.cache
def _imports(source: str, module: str) -> _Imports:
    lines = source if module else "\n".join(_python_lines(source))
    try:
        tree = ast.parse(lines)
    except SyntaxError:
        tree = ast.Module(body=[], type_ignores=[])
    offered: dict[str, tuple[str, tuple[str, ...]]] = {}
    names = []
    for node in _walk(tree, offered):
        names += list(_of_package(node))
    return _Imports(tuple(names), offered)


def _python_lines(code: str) -> Iterator[str]:
    """Give the lines without magics, at which Python's parser would stop."""
    for line in code.splitlines():
        magic = line.lstrip().startswith(("%", "!", "?"))
        yield " " * (len(line) - len(line.lstrip())) + "pass" if magic else line


def _walk(
    tree: ast.AST, offered: dict[str, tuple[str, tuple[str, ...]]]
) -> Iterator[ast.Import | ast.ImportFrom]:
    """Give the imports of a module; what stands under TYPE_CHECKING is put into `offered`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for inner in (each for part in node.body for each in ast.walk(part)):
                if isinstance(inner, ast.ImportFrom) and inner.module:
                    for alias in inner.names:
                        offered[alias.asname or alias.name] = (inner.module, (alias.name,))
            for part in node.orelse:
                yield from _walk(part, offered)
        else:
            yield from _walk(node, offered)


def _of_package(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, ()) for alias in node.names if _ours(alias.name))
    elif node.module and _ours(node.module):
        yield node.module, tuple(alias.name for alias in node.names)


def _ours(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")


@functools.cache
def _path(name: str) -> Path | None:
    stem = FOLDER.joinpath(*name.split(".")[1:])
    tried = (stem / "__init__.py", stem.with_name(f"{stem.name}.py"))
    return next((path for path in tried if path.is_file()), None) if _ours(name) else None


def _module(path: str) -> str:
    name = path.removesuffix(".py").removesuffix("__init__").rstrip("/").replace("/", ".")
    return f"{PACKAGE}.{name}" if name else PACKAGE


def sources_stamp() -> tuple[tuple[str, int, int], ...]:
    """Return name, size and time of every file: while these stay, the bytes are read once."""
    found = []
    for path in FOLDER.rglob("*"):
        if "__pycache__" not in path.parts and path.is_file():
            state = path.stat()
            found.append((path.relative_to(FOLDER).as_posix(), state.st_size, state.st_mtime_ns))
    return tuple(sorted(found))


@functools.lru_cache(maxsize=2)
def _files(stamp: tuple[tuple[str, int, int], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()) for name, _, _ in stamp
    )


def digest_of(files: Mapping[str, str]) -> str:
    """Return the SHA-256 of files, given their own by name; the order does not matter."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + bytes.fromhex(files[name]))
    return digest.hexdigest()
