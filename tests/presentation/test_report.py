"""The page: self-contained, in one language, nothing that runs, errors refused, same bytes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nbformat.v4 as nbf
import pytest

from kbnn_analysis.errors import RunError
from kbnn_analysis.presentation import figures, style, tables
from kbnn_analysis.presentation.narrative import PROMISE
from kbnn_analysis.presentation.report import render_report


def notebook(*outputs, prose=("# Câu hỏi?", "## Phần một", "### Mục", "## Phần hai")):
    cells = [nbf.new_markdown_cell(text) for text in prose]
    cells.append(nbf.new_code_cell("show(result)", outputs=list(outputs)))
    return nbf.new_notebook(cells=cells)


def display(data, metadata=None):
    return nbf.new_output("display_data", data=data, metadata=metadata or {})


def page(*notebooks, **options):
    options = {"language": "vi", "title": "Báo cáo"} | options
    return render_report(notebooks, **options)


def test_contents_link_to_numbered_headings() -> None:
    html = page(notebook())
    links = re.findall(r'<a href="#(s-[\d-]+)">', html)
    assert links == ["s-1", "s-1-1", "s-2"]
    for anchor in links:
        assert html.count(f'id="{anchor}"') == 1
    assert '<p class="question">Câu hỏi?</p>' in html


def test_several_notebooks_are_chapters() -> None:
    html = page(notebook(prose=("# Một", "## A")), notebook(prose=("# Hai", "## B")))
    assert re.findall(r'<h\d id="(s-[\d-]+)">', html) == ["s-1", "s-1-1", "s-2", "s-2-1"]


def test_only_the_chosen_language_stays() -> None:
    cells = [
        nbf.new_markdown_cell("tiếng Việt", metadata={"tags": ["lang-vi"]}),
        nbf.new_markdown_cell("in English", metadata={"tags": ["lang-en"]}),
    ]
    made = nbf.new_notebook(cells=cells)
    assert "tiếng Việt" in page(made)
    assert "in English" not in page(made)
    assert "in English" in page(made, language="en")
    assert '<html lang="en">' in page(made, language="en")


def test_code_is_folded_and_setup_named() -> None:
    cell = nbf.new_code_cell("x = 1 < 2", metadata={"tags": ["parameters"]})
    html = page(nbf.new_notebook(cells=[cell]))
    assert "<summary>Thiết lập và tham số</summary>" in html
    assert "x = 1 &lt; 2" in html


def test_figures_have_a_role_and_a_text(make_estimates) -> None:
    made = make_estimates([0.9, 0.8])
    svg = style.to_svg(figures.plot_estimates(made, language="vi"))
    alt = 'cao nhất là "A" & B'
    html = page(notebook(display({"image/svg+xml": svg}, {"alt": alt})))
    assert '<svg role="img" aria-label="cao nhất là &quot;A&quot; &amp; B"' in html
    assert "<?xml" not in html
    assert "<metadata>" not in html


def test_two_figures_on_a_page_share_no_id(make_estimates) -> None:
    svg = style.to_svg(figures.plot_estimates(make_estimates([0.9, 0.8]), language="vi"))
    html = page(notebook(display({"image/svg+xml": svg}), display({"image/svg+xml": svg})))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'(?:href="|url\()#([^")]+)', html):
        assert target in ids or target == "content"


def test_tables_scroll_and_leave_their_style_behind(make_estimates) -> None:
    raw = tables.table_estimates(make_estimates([0.9]), language="vi").as_raw_html()
    html = page(notebook(display({"text/html": raw, "text/plain": "GT()"})))
    assert '<div class="table" role="region" tabindex="0"' in html
    assert html.count("<style") == 1
    assert 'scope="row"' in html
    assert "GT()" not in html


def test_an_error_is_refused_with_its_place() -> None:
    error = nbf.new_output("error", ename="ValueError", evalue="x", traceback=[])
    with pytest.raises(RunError, match="30-provinces, cell 5 failed with ValueError"):
        page(notebook(error), names=["30-provinces"])


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src='https://example.org/x.png'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<p onclick='alert(1)'>x</p>",
        "<iframe srcdoc='x'></iframe>",
        "<div style='background:url(https://example.org)'>x</div>",
        "<svg><foreignObject></foreignObject></svg>",
    ],
)
@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml"])
def test_what_runs_or_fetches_is_refused(hostile, kind) -> None:
    with pytest.raises(RunError, match="its output holds"):
        page(notebook(display({kind: hostile})))


def test_hostile_prose_becomes_text() -> None:
    text = "<script>x</script>\n\n[a](javascript:alert(1)) ![b](https://example.org/b.png)"
    html = page(notebook(display({"text/markdown": text})))
    assert "<script>" not in html
    assert "javascript:" not in html
    assert "example.org" not in html


def test_object_reprs_are_not_shown() -> None:
    html = page(notebook(display({"text/plain": "<Axes: xlabel='a'>"})))
    assert "Axes:" not in html
    assert "n = 5" in page(notebook(display({"text/plain": "n = 5"})))


def test_nothing_is_fetched_and_nothing_runs(make_estimates) -> None:
    raw = tables.table_estimates(make_estimates([0.9]), language="vi").as_raw_html()
    html = page(notebook(display({"text/html": raw})), simulated=True)
    assert "default-src 'none'" in html
    assert "<script" not in html
    for address in re.findall(r"""(?:src|href)=["']([^"']+)""", html):
        assert address.startswith(("#", "data:"))
    for address in re.findall(r"url\(([^)]{0,40})", html):
        assert address.startswith("data:font/woff")


def test_banner_only_for_simulated_data() -> None:
    assert 'class="banner"' in page(notebook(), simulated=True)
    assert 'class="banner"' not in page(notebook())


def test_promise_and_provenance_stand_at_the_end() -> None:
    html = page(notebook(), provenance={"Dữ liệu": "<sha256>"})
    assert PROMISE.vi in html
    assert "<dd>&lt;sha256&gt;</dd>" in html


def test_same_notebooks_same_bytes(make_estimates) -> None:
    def made() -> str:
        estimates = make_estimates([0.9, 0.8], simulated=True)
        svg = style.to_svg(figures.plot_estimates(estimates, language="vi"))
        raw = tables.table_estimates(estimates, language="vi").as_raw_html()
        return page(notebook(display({"image/svg+xml": svg}), display({"text/html": raw})))

    assert made() == made()


def test_tags_are_balanced(make_estimates) -> None:
    svg = style.to_svg(figures.plot_estimates(make_estimates([0.9]), language="vi"))
    balance = Balance()
    balance.feed(page(notebook(display({"image/svg+xml": svg})), simulated=True))
    assert balance.open == []


class Balance(HTMLParser):
    void = frozenset({"meta", "br", "img", "hr", "link", "path", "use", "rect", "image"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag not in self.void:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs) -> None:
        pass
