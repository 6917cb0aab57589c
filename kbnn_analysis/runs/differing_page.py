"""Differences of two runs as one page for one's own desk; every value in it is escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from kbnn_analysis.presentation import fonts
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.runs.differing import NOTHING, Differences, FigurePair
from kbnn_analysis.runs.differing_tables import Cell, TableDifference

MOST_CELLS = 500  # of one table; the others are counted
SHORT = 16  # letters of a SHA-256 that are shown
CSS = """
.page.single { max-width: 74rem }
table.values { min-width: 0 } .values code { font-size: .8rem; overflow-wrap: anywhere }
.values td { overflow-wrap: anywhere }
details.differs { border-bottom: 1px solid var(--rule) }
details.differs summary { cursor: pointer; padding: .45rem 0 }
details.differs summary .small { color: var(--muted) }
details.differs > .table { margin-top: .25rem }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
gap: 1rem } .pair figure { margin: 0; min-width: 0 } .pair .figure img { min-width: 0 }
.pair .absent { color: var(--muted); border: 1px dashed var(--rule); padding: 2rem 1rem }
.pair figcaption { color: var(--muted); padding: 0 0 .35rem }
"""
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';
 img-src data:; font-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{{ was }} and {{ now }}</title>
<style>@@FONTS@@{{ css | safe }}</style></head><body>
{% if found.simulated %}<aside class="banner"><strong>{{ mark }}</strong></aside>{% endif %}
<div class="page single"><header><h1>{{ was }} and {{ now }}</h1>
<p class="subtitle">What differs: {{ told }}</p></header><main>
<p>For your own desk: differences of tables can tell what each of them hides. Numbers count as equal
up to {{ found.tolerance }}, relative or absolute. Compared: {{ found.titles | join(", ") }}.</p>
{% if found.changes %}<h2>Asked for and made from</h2>
<div class="table"><table class="values"><thead><tr><th scope="col">What</th>
<th scope="col">{{ was }}</th><th scope="col">{{ now }}</th></tr></thead><tbody>
{% for each in changes %}
<tr><th scope="row"><code>{{ each[0] }}</code></th><td>{{ each[1] }}</td><td>{{ each[2] }}</td></tr>
{% endfor %}</tbody></table></div>{% endif %}
{% if found.figures %}<h2>Figures</h2>{% endif %}
{% for name, pair in figures %}<h3>{{ name }}</h3><div class="pair">
{% for title, address in pair %}<figure><figcaption>{{ title }}</figcaption>
{% if address %}<div class="figure"><img alt="{{ name }}, {{ title }}" src="{{ address }}"></div>
{% else %}<p class="absent">It is not there.</p>{% endif %}</figure>
{% endfor %}</div>{% endfor %}
{% if found.tables %}<h2>Tables</h2>{% endif %}
{% for table in tables %}<details class="differs"><summary>{{ table.name }}
<span class="small">{{ table.told }}</span></summary>
{% for where, names in table.only %}
<p class="small">Only in {{ where }}: {{ names | join("; ") }}.</p>
{% endfor %}
{% if table.rows %}<div class="table"><table><thead><tr><th scope="col">Column</th>
<th scope="col" class="right">{{ was }}</th><th scope="col" class="right">{{ now }}</th>
<th scope="col" class="right">Difference</th></tr></thead>
{% for row, cells in table.rows %}<tbody><tr class="group"><th scope="rowgroup" colspan="4">
{{ row }}</th></tr>
{% for cell, differs in cells %}<tr><th scope="row"><code>{{ cell.column }}</code></th>
{% set kind = ' class="right"' | safe if differs else "" %}
<td{{ kind }}>{{ cell.was or "–" }}</td><td{{ kind }}>{{ cell.now or "–" }}</td>
<td class="right">{{ differs }}</td></tr>
{% endfor %}</tbody>{% endfor %}</table></div>{% endif %}
{% if table.more %}<p class="small">And {{ table.more }} cells more.</p>{% endif %}</details>
{% endfor %}
</main></div></body></html>
"""


def render_differences(found: Differences) -> str:
    """Return the page: what was asked, figures side by side, tables; it needs no other file."""
    from kbnn_analysis.presentation.report.page import environment, letters_of

    was, now = found.names
    css = files("kbnn_analysis.presentation.report").joinpath("template", "report.css")
    page = (
        environment()
        .from_string(PAGE)
        .render(
            found=found,
            was=was,
            now=now,
            told=found.told(),
            mark=SIMULATED,
            css=css.read_text(encoding="utf-8") + CSS,
            changes=[(each.name, _value(each.was), _value(each.now)) for each in found.changes],
            figures=[(pair.name, _figure(pair, was, now)) for pair in found.figures],
            tables=[_table(table, was, now) for table in found.tables],
        )
    )
    return page.replace("@@FONTS@@", fonts.font_faces(letters_of(page)), 1)


def _value(text: str | None) -> str:
    """Return a value as it is shown: a SHA-256 by its first letters."""
    if text and len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return f"{text[:SHORT]}…"
    return text or NOTHING


def _figure(pair: FigurePair, was: str, now: str) -> list[tuple[str, str]]:
    return [(title, _drawn(path)) for title, path in ((was, pair.was), (now, pair.now))]


def _drawn(path: Path | None) -> str:
    """Return a figure as an address; as an image, nothing in it can run."""
    if path is None:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _table(table: TableDifference, was: str, now: str) -> dict[str, Any]:
    """Return what the page says of a table: its rows with the cells that differ."""
    count = len(table.cells)
    only = [(where, rows) for where, rows in ((was, table.gone), (now, table.new)) if rows]
    parts = [f"{count} cells" if count != 1 else "1 cell"] if count else []
    parts += [f"{len(rows)} only in {where}" for where, rows in only]
    return {
        "name": table.name,
        "told": ", ".join(parts),
        "only": only,
        "rows": list(_rows(table.cells[:MOST_CELLS])),
        "more": max(count - MOST_CELLS, 0),
    }


def _rows(cells: tuple[Cell, ...]) -> Iterator[tuple[str, list[tuple[Cell, str]]]]:
    for row, of_row in groupby(cells, key=lambda cell: cell.row):
        yield row, [(cell, _difference(cell)) for cell in of_row]


def _difference(cell: Cell) -> str:
    """Return the difference of two numbers; "–" where one is none, nothing for two texts."""
    numbers = []
    for text in (cell.was, cell.now):
        try:
            numbers.append(float(text))
        except ValueError:
            continue
    both = len(numbers) == 2
    return f"{numbers[1] - numbers[0]:+.4g}" if both else NOTHING if numbers else ""
