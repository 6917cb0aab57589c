"""Where two files that should be equal first differ, in words: the cell, the row, the line."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

AROUND = 24  # letters shown on both sides of the first difference


def explain(was: Path, now: Path) -> str:
    """Return where two versions of a file first differ.

    Parameters
    ----------
    was, now : Path
        The recorded file and the one made again, of one type.
    """
    told = _EXPLAIN.get(was.suffix.lower(), _bytes)
    one, other = was.read_bytes(), now.read_bytes()
    try:
        return told(one, other)
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile):
        return _bytes(one, other)


def maker(folder: Path, name: str) -> str:
    """Return which cell of which notebook wrote a table or a figure; empty where none did.

    Parameters
    ----------
    folder : Path
        The folder of a finished run.
    name : str
        The file, such as ``tables/satisfaction.vi.csv``.
    """
    kind, _, rest = name.partition("/")
    if kind not in {"tables", "figures"} or rest.count(".") != 2:
        return ""
    stem, language, _ = rest.split(".")
    call = re.compile(rf"\.{kind[:-1]}\(\s*[\"']{re.escape(stem)}[\"']")
    for path in sorted((folder / language).glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and call.search(_source(cell)):
                return f"{language}/{path.name}, {cell_label(cell)}"
    return ""


def cell_label(cell: dict[str, Any]) -> str:
    r"""Return what people call a cell: its number and its first line that is no comment.

    Examples
    --------
    >>> cell_label({"execution_count": 5, "source": "# why\nshown = disclose(x, run.rules)"})
    'cell [5] `shown = disclose(x, run.rules)`'
    """
    lines = [line for line in _source(cell).splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith("#")] or lines or [""]
    count = cell.get("execution_count")
    number = f"[{count}]" if count else f"{cell.get('id', '')!r}"
    return f"cell {number} `{code[0].strip()[:60]}`"


def first_difference(was: str, now: str) -> str:
    r"""Return the first place where two texts differ: its line, and what stands there.

    Examples
    --------
    >>> first_difference("a\nrate 98.2%", "a\nrate 98.3%")
    'line 2: was `rate 98.2%`, is `rate 98.3%`'
    """
    lines = itertools.zip_longest(was.splitlines(), now.splitlines())
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            at = _first(one or "", other or "")
            return f"line {number}: was {_shown(one, at)}, is {_shown(other, at)}"
    return "they differ in their line ends"


def _first(one: Any, other: Any) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _shown(line: str | None, at: int) -> str:
    if line is None:
        return "nothing"
    start, end = max(at - AROUND, 0), at + AROUND
    told = ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
    return f"`{''.join(letter if letter.isprintable() else '·' for letter in told)}`"


def _source(cell: dict[str, Any]) -> str:
    return _joined(cell["source"])


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(map(str, text))


def _notebook(was: bytes, now: bytes) -> str:
    pairs = itertools.zip_longest(json.loads(was)["cells"], json.loads(now)["cells"])
    for one, other in pairs:
        if one is None or other is None:
            return f"{cell_label(one or other)} {'is new' if one is None else 'is gone'}"
        if _source(one) != _source(other):
            return f"{cell_label(one)}: its source differs, {_differ(one, other, _source)}"
        for told in _outputs(one, other):
            return f"{cell_label(one)}: {told}"
        if one != other:
            return f"{cell_label(one)}: its number or its tags differ"
    return f"all cells agree; {first_difference(was.decode(), now.decode())}"


def _differ(one: Any, other: Any, text: Callable[[Any], str]) -> str:
    return first_difference(text(one), text(other))


def _outputs(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    pairs = itertools.zip_longest(one.get("outputs", []), other.get("outputs", []))
    for number, (was, now) in enumerate(pairs, start=1):
        if was is None or now is None:
            yield f"output {number} {'is new' if was is None else 'is gone'}"
            continue
        before, after = _parts(was), _parts(now)
        for kind in sorted(before.keys() | after.keys()):
            if before.get(kind) != after.get(kind):
                told = first_difference(before.get(kind, ""), after.get(kind, ""))
                yield f"output {number} ({kind}), {told}"


def _parts(output: dict[str, Any]) -> dict[str, str]:
    """Return an output as text by kind, the text that people read first."""
    if "text" in output:
        return {str(output.get("name", "text")): _joined(output["text"])}
    if "ename" in output:
        return {"error": f"{output['ename']}: {output.get('evalue', '')}"}
    data = output.get("data", {})
    return {
        kind: _joined(value) if isinstance(value, str | list) else json.dumps(value, sort_keys=True)
        for kind, value in data.items()
    }


def _table(was: bytes, now: bytes) -> str:
    one, other = (list(csv.reader(io.StringIO(raw.decode("utf-8-sig")))) for raw in (was, now))
    head = next((row for row in one if len(row) > 1), [])
    for number, (before, after) in enumerate(itertools.zip_longest(one, other), start=1):
        if before is None or after is None:
            return f"row {number} {'is new' if before is None else 'is gone'}"
        if before != after:
            at = _first(before, after)
            column = head[at] if at < len(head) else f"column {at + 1}"
            told = [row[at] if at < len(row) else "nothing" for row in (before, after)]
            return f"row {number}, column {column}: was {told[0]!r}, is {told[1]!r}"
    return _bytes(was, now)


def _text(was: bytes, now: bytes) -> str:
    return first_difference(was.decode(), now.decode())


def _archive(was: bytes, now: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(was)) as one, zipfile.ZipFile(io.BytesIO(now)) as other:
        for name in sorted({*one.namelist(), *other.namelist()}):
            if name not in one.namelist() or name not in other.namelist():
                return f"its part {name} is {'new' if name not in one.namelist() else 'gone'}"
            if one.read(name) != other.read(name):
                return f"its part {name}, {_text(one.read(name), other.read(name))}"
    return _bytes(was, now)


def _bytes(was: bytes, now: bytes) -> str:
    at = _first(was, now) + 1
    return f"byte {at:,} of {len(was):,} (now {len(now):,}) is the first to differ"


_EXPLAIN: dict[str, Callable[[bytes, bytes], str]] = {
    ".csv": _table,
    ".docx": _archive,
    ".html": _text,
    ".ipynb": _notebook,
    ".json": _text,
    ".svg": _text,
    ".xlsx": _archive,
}
