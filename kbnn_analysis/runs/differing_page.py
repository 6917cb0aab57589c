"""Differences of two runs as one page for one's own desk; every value in it is escaped."""

from __future__ import annotations

import base64
from pathlib import Path

from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.runs.differing import Differences

MOST_CELLS = 500  # of one table; the others are counted
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ was }} | {{ now }}</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse } th, td { border-bottom: 1px solid #ccc; padding: .2rem .8rem;
text-align: left; overflow-wrap: anywhere } .pair { display: grid; grid-template-columns: 1fr 1fr;
gap: 1rem } img { max-width: 100%; border: 1px solid #ccc } .mark { color: #a00; font-weight: bold }
</style></head><body><main>
<h1>{{ was }} and {{ now }}</h1>
{% if found.simulated %}<p class="mark">{{ mark }}</p>{% endif %}
<p>For your own desk: differences of tables can tell what each of them hides. Numbers count as equal
up to {{ found.tolerance }}, relative or absolute.</p>
{% if found.none %}<p>Nothing differs.</p>{% endif %}
{% if found.changes %}<h2>Asked for and made from</h2>
<table><tr><th scope="col">What</th><th scope="col">{{ was }}</th>
<th scope="col">{{ now }}</th></tr>
{% for each in found.changes %}
<tr><th scope="row">{{ each.name }}</th><td>{{ each.was or "" }}</td>
<td>{{ each.now or "" }}</td></tr>
{% endfor %}</table>{% endif %}
{% if found.tables %}<h2>Tables</h2>{% endif %}
{% for table in found.tables %}<h3>{{ table.name }}</h3>
{% if table.gone %}<p>Only in {{ was }}: {{ table.gone | join("; ") }}.</p>{% endif %}
{% if table.new %}<p>Only in {{ now }}: {{ table.new | join("; ") }}.</p>{% endif %}
{% if table.cells %}<table><tr><th scope="col">Row</th><th scope="col">Column</th>
<th scope="col">{{ was }}</th><th scope="col">{{ now }}</th></tr>
{% for cell in table.cells[:most] %}
<tr><th scope="row">{{ cell.row }}</th><td>{{ cell.column }}</td><td>{{ cell.was }}</td>
<td>{{ cell.now }}</td></tr>
{% endfor %}</table>{% endif %}
{% if table.cells | length > most %}
<p>And {{ table.cells | length - most }} cells more.</p>{% endif %}
{% endfor %}
{% if found.figures %}<h2>Figures</h2>{% endif %}
{% for figure in found.figures %}<h3>{{ figure.name }}</h3><div class="pair">
{% for title, path in ((was, figure.was), (now, figure.now)) %}
<figure><figcaption>{{ title }}</figcaption>{% if path %}<img alt="{{ figure.name }}, {{ title }}"
src="{{ drawn(path) }}">{% else %}<p>It is not there.</p>{% endif %}</figure>
{% endfor %}</div>{% endfor %}
</main></body></html>
"""


def render_differences(found: Differences) -> str:
    """Return the page: what was asked, tables, figures side by side; it needs no other file."""
    from kbnn_analysis.presentation.report.page import environment

    was, now = found.titles
    return (
        environment()
        .from_string(PAGE)
        .render(found=found, was=was, now=now, mark=SIMULATED, most=MOST_CELLS, drawn=_drawn)
    )


def _drawn(path: Path) -> str:
    """Return a figure as an address; as an image, nothing in it can run."""
    return f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()}"
