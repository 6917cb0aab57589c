"""A report in a real browser: offline, silent, with links that work and code that folds."""

from __future__ import annotations

import base64
import io
import itertools
import re
from pathlib import Path

import nbformat.v4 as nbf
import pytest

from kbnn_analysis.presentation import figures, style, tables
from kbnn_analysis.presentation.report import render_report
from kbnn_analysis.presentation.report.index import Entry, render_index

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (Path(CHROMIUM).exists() and Path(DRIVER).exists()), reason="needs Debian's chromium"
    ),
]

CONTRAST = """
const seen = [];
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92
  : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const ground = (node) => { for (; node; node = node.parentElement) {
  const c = parse(getComputedStyle(node).backgroundColor);
  if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
const told = 'p, th, td, h1, h2, h3, dt, dd, summary, caption, a';
for (const node of document.querySelectorAll(told)) {
  if (!node.textContent.trim() || node.closest('svg') || node.className === 'skip') continue;
  const a = light(parse(getComputedStyle(node).color)), b = light(ground(node));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) seen.push([node.tagName, node.className, ratio]);
}
return seen;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    selenium = pytest.importorskip("selenium")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    assert selenium
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = Chrome(options=options, service=Service(DRIVER))
    yield made
    made.quit()


@pytest.fixture
def opened(browser, tmp_path, make_estimates, request):
    language = getattr(request, "param", "vi")
    made = make_estimates([0.9, 0.8, 0.7], hidden=[1], simulated=True)
    svg = style.to_svg(figures.plot_estimates(made, language=language))
    raw = tables.table_estimates(made, language=language).as_raw_html()
    cell = nbf.new_code_cell(
        "run.table(...)",
        outputs=[
            nbf.new_output("display_data", data={"image/svg+xml": svg}, metadata={"alt": "Ba"}),
            nbf.new_output("display_data", data={"text/html": raw}),
            nbf.new_output("display_data", data={"text/html": raw}),  # twice the same title
        ],
    )
    prose = [nbf.new_markdown_cell(text) for text in ("# Hỏi?", "## Một", "### Hai", "## Ba")]
    page = render_report(
        [nbf.new_notebook(cells=[*prose, cell])],
        language=language,
        title="Báo cáo",
        simulated=True,
        provenance={"a": "b"},
    )
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    browser.get_log("performance")
    browser.get(path.as_uri())
    return browser


@pytest.mark.parametrize("opened", ["vi", "en"], indirect=True)
def test_nothing_is_fetched_and_nothing_is_wrong(opened) -> None:
    assert opened.get_log("browser") == []
    asked = [
        line["message"]
        for line in opened.get_log("performance")
        if "Network.requestWillBeSent" in line["message"]
    ]
    assert asked
    assert not [line for line in asked if '"url":"http' in line]


HOSTILE = """
<script>document.title = 'it ran'</script>
<img src="data:image/png;base64,AAAA" onerror="document.title = 'it ran'">
<img src="https://example.invalid/x.png">
"""


@pytest.mark.parametrize("guarded", [True, False], ids=["with its policy", "without"])
def test_what_a_cleaner_missed_neither_runs_nor_fetches(opened, tmp_path, guarded) -> None:
    path = tmp_path / "report.html"
    page = path.read_text(encoding="utf-8").replace("</body>", f"{HOSTILE}</body>")
    without = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert without != page
    path.write_text(page if guarded else without, encoding="utf-8")
    opened.get_log("performance")
    opened.get(path.as_uri())
    failed = [
        line["message"]
        for line in opened.get_log("performance")
        if "Network.loadingFailed" in line["message"]
    ]
    assert (opened.title == "it ran") is not guarded
    assert any('"blockedReason":"csp"' in line for line in failed) is guarded


AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
  (found) => done(found.violations.map((v) => [v.id, v.help, v.nodes.map((n) => n.html)])),
  (error) => done([['failed', String(error), []]]));
"""
SIZES = {"desk": (1280, 900, False), "phone": (390, 844, True)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opened", ["vi", "en"], indirect=True)
def test_a_checker_of_accessibility_finds_nothing(opened, scheme, size) -> None:
    found = pytest.importorskip("axe_core_python", reason="needs axe-core (axe-core-python)")
    source = Path(found.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    width, height, mobile = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    opened.execute_script(source)
    violations = opened.execute_async_script(AXE)
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert violations == []


def test_the_checker_of_accessibility_can_fail(opened) -> None:
    found = pytest.importorskip("axe_core_python", reason="needs axe-core (axe-core-python)")
    opened.execute_script(Path(found.__file__).with_name("axe.min.js").read_text(encoding="utf-8"))
    opened.execute_script("document.querySelector('figure svg').removeAttribute('aria-label')")
    assert {name for name, *_ in opened.execute_async_script(AXE)} == {"svg-img-alt"}


def test_it_prints_on_a4_without_its_code(opened) -> None:
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(io.BytesIO(base64.b64decode(printed["data"]))) as file:
        boxes = {tuple(round(float(x)) for x in page.mediabox) for page in file.pages}
    assert all(abs(box[2] - 595) <= 1 and abs(box[3] - 842) <= 1 for box in boxes)
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    shown = opened.execute_script(
        "return [...document.querySelectorAll('details.code')].some(d => d.offsetHeight > 0)"
    )
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert not shown


def test_contents_lead_to_their_headings(opened) -> None:
    links = opened.find_elements("css selector", "nav a")
    assert len(links) == 3 + 2  # chapters, then the promise and the provenance
    for link in links:
        target = opened.find_element("css selector", link.get_attribute("hash"))
        told = link.find_element("css selector", "span:last-child").get_attribute("textContent")
        assert told in target.text


def test_code_is_folded_until_it_is_asked_for(opened) -> None:
    folded = opened.find_element("css selector", "details.code")
    code = folded.find_element("css selector", "code")
    assert not code.is_displayed()
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", folded)
    opened.execute_script("arguments[0].querySelector('summary').click()", folded)
    assert code.is_displayed()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_schemes(opened, scheme) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    assert opened.execute_script(CONTRAST) == []


def test_a_phone_scrolls_only_tables_and_figures(opened) -> None:
    size = {"width": 375, "height": 800, "deviceScaleFactor": 2, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wide = opened.execute_script("return document.documentElement.scrollWidth")
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= 375


def test_structure_for_those_who_listen(opened) -> None:
    levels = opened.execute_script(
        "return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert opened.execute_script(
        "return [...document.querySelectorAll('th')].every(h => h.scope) &&"
        "[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-label')) &&"
        "document.documentElement.lang === 'vi'"
    )
    shown = opened.execute_script("return document.fonts.check('16px \"Be Vietnam Pro\"')")
    assert shown
    ids = opened.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


HEADS = (
    "Số phiếu dùng", "Điểm trung bình", "Khoảng tin cậy của điểm", "Tỷ trọng",
    "Khoảng tin cậy của tỷ trọng", "Ô", "Xác suất đúng ô", "Nếu cắt cách khác",
)  # fmt: skip
CELLS = (
    "18.705", "4,47", "4,45–4,48", "10,9%", "10,1–11,8", "ưu tiên thấp", "100%",
    "tập trung cải thiện",
)  # fmt: skip


@pytest.mark.parametrize(("width", "mobile"), [(1100, False), (768, False), (390, True)])
def test_a_laptop_shows_wide_tables_whole_and_a_phone_keeps_their_names(
    browser, tmp_path, width, mobile
) -> None:
    name = "Tiếp nhận, xử lý phản ánh, kiến nghị"
    columns = tuple(
        tables.ColumnText(head, (cell,) * 3, "left" if cell[-1] in "pn" else "right")
        for head, cell in zip(HEADS, CELLS, strict=True)
    )
    laid = tables.TableText("Bảng rộng", "", tables.ColumnText("Nhân tố", (name,) * 3), columns)
    raw = tables.as_gt(laid).as_raw_html()
    cell = nbf.new_code_cell("x", outputs=[nbf.new_output("display_data", data={"text/html": raw})])
    book = nbf.new_notebook(cells=[nbf.new_markdown_cell("# Hỏi?\n\n## Một"), cell])
    path = tmp_path / "wide.html"
    path.write_text(render_report([book], language="vi", title="Báo cáo"), encoding="utf-8")
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())
    scrolls, left = browser.execute_script(
        "const t = document.querySelector('.table'); t.scrollLeft = 200;"
        "const head = t.querySelector('tbody th').getBoundingClientRect();"
        "return [t.scrollWidth > t.clientWidth, head.left - t.getBoundingClientRect().left]"
    )
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert scrolls is mobile
    assert left >= 0


def test_the_page_of_periods_keeps_figures_in_a_line_on_a_phone(browser, tmp_path) -> None:
    figures = (("Mức độ hài lòng chung: tỷ lệ hài lòng", "97,03%", "96,73–97,31%"),)
    entry = Entry("2023-1", figures, (("HTML", "2023-1/report.html"),))
    path = tmp_path / "index.html"
    path.write_text(render_index([entry], language="vi"), encoding="utf-8")
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())
    high = browser.execute_script("return document.querySelector('dd').offsetHeight")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert high < 40
