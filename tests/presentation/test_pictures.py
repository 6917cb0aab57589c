"""Pages and figures look as they did when somebody last looked at them.

The pictures in ``pictures/`` are small and drawn from fixed numbers, so that no change of an
estimate moves them. After a wanted change: ``make pictures``, look at them, commit them.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat.v4 as nbf
import numpy as np
import pytest
from PIL import Image, ImageDraw

from kbnn_analysis.presentation import figures, maps, style, tables
from kbnn_analysis.presentation.document import read_document
from kbnn_analysis.presentation.pdf import page_pictures
from kbnn_analysis.presentation.report import render_page
from kbnn_analysis.units import load_vintage

PICTURES = Path(__file__).with_name("pictures")
RENEW = bool(os.environ.get("KBNN_NEW_PICTURES"))
WIDTH = 360  # of a kept picture
BLOCK = 6  # pixels that an eye takes together: edges of letters may move within
MOST, MEAN = 60.0, 2.0  # of 255: of the worst block, and of all
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
    "--disable-background-networking",
)  # fmt: skip
CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"


def small(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    height = round(image.height * WIDTH / image.width)
    return image.resize((WIDTH, height), Image.Resampling.LANCZOS)


def distance(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return the largest and the mean difference between blocks of two pictures."""
    if abs(one.height - other.height) > BLOCK:
        return 255.0, 255.0
    size = (WIDTH // BLOCK, one.height // BLOCK)
    first, second = (
        np.asarray(each.resize(size, Image.Resampling.BOX), dtype=float) for each in (one, other)
    )
    apart = np.abs(first - second).max(axis=2)
    return float(apart.max()), float(apart.mean())


def compare(name: str, picture: bytes) -> None:
    drawn, path = small(picture), PICTURES / f"{name}.png"
    if RENEW:
        PICTURES.mkdir(exist_ok=True)
        drawn.quantize(64).save(path, optimize=True)
    kept = Image.open(path).convert("RGB")
    most, mean = distance(drawn, kept)
    if most > MOST or mean > MEAN:
        seen = Path(tempfile.gettempdir()) / f"kbnn-{name}.png"
        drawn.save(seen)
        pytest.fail(f"{name} looks different ({most:.0f}, {mean:.2f}): {seen}; `make pictures`?")


@pytest.fixture
def by_province(make_estimates):
    listed = load_vintage("provinces-63")
    values = list(np.round(np.linspace(0.42, 0.78, len(listed.codes)), 3))
    made = make_estimates(values, hidden=[3, 11], simulated=True)
    labels = {**made.labels, "unit": listed.labels()}
    return replace(made, frame=made.frame.assign(unit=list(listed.codes)), labels=labels)


@pytest.fixture
def report(make_estimates, by_province):
    def make(language: str):
        few = make_estimates([0.9819, 0.8, 0.712, 0.95], hidden=[1], simulated=True)
        outputs = [
            nbf.new_output(
                "display_data", data={"text/markdown": "- **Một.** 98,2%\n- **Hai.** B"}
            ),
            nbf.new_output(
                "display_data",
                data={
                    "image/svg+xml": style.to_svg(figures.plot_estimates(few, language=language))
                },
                metadata={"alt": "Bốn đơn vị", "caption": "Ước lượng."},
            ),
            nbf.new_output(
                "display_data",
                data={
                    "text/html": tables.table_estimates(
                        by_province, language=language
                    ).as_raw_html()
                },
            ),
        ]
        prose = [nbf.new_markdown_cell(each) for each in ("# Hỏi?", "## Tóm tắt", "Câu. " * 40)]
        book = nbf.new_notebook(cells=[*prose, nbf.new_code_cell("x = 1", outputs=outputs)])
        return read_document(
            [book], language=language, title="Sự hài lòng", subtitle="Đợt I năm 2023",
            provenance={"Mã lần chạy": "abc"}, simulated=True,
        )  # fmt: skip

    return make


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_the_pdf(report, language) -> None:
    pages = page_pictures(report(language), dpi=80)
    compare(f"pdf-{language}-1", pages[0])
    if language == "vi":
        compare("pdf-vi-last", pages[-1])


def test_figures(by_province, make_ranking) -> None:
    compare("tiles", style.to_png(maps.plot_tiles(by_province, "provinces-63", language="vi")))
    sets = [(1, 2), (1, 3), (2, 4), None, (4, 5), (4, 5)]
    ranked = make_ranking([0.9, 0.86, 0.8, 0.7, 0.6, 0.55], sets, hidden=[3], simulated=True)
    compare("ranking", style.to_png(figures.plot_ranking(ranked, language="vi")))


def test_a_lost_word_a_moved_mark_and_another_colour_are_seen() -> None:
    page = Image.new("RGB", (WIDTH, 300), "white")
    pen = ImageDraw.Draw(page)
    for line in range(20, 280, 12):
        pen.line([(20, line), (300, line)], fill="black", width=3)
    for change in ([(20, 128, 120, 140), "white"], [(310, 200, 330, 220), "black"]):
        other = page.copy()
        ImageDraw.Draw(other).rectangle(*change)
        assert distance(page, other)[0] > MOST
    shifted = Image.new("RGB", page.size, "white")
    shifted.paste(page, (0, 1))
    assert distance(page, page) == (0.0, 0.0)
    assert distance(page, shifted.resize((WIDTH, 330)))[0] == 255.0


@pytest.fixture
def shoot(tmp_path) -> Iterator[Callable[[str, int, int, str], bytes]]:
    if not (Path(CHROMIUM).exists() and Path(DRIVER).exists()):
        pytest.skip("needs Debian's chromium")
    pytest.importorskip("selenium")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = CHROMIUM
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    for flag in (*QUIET, profile):
        options.add_argument(flag)
    browser = Chrome(options=options, service=Service(DRIVER))

    def take(page: str, width: int, height: int, scheme: str) -> bytes:
        path = tmp_path / "page.html"
        path.write_text(page, encoding="utf-8")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        browser.get(path.as_uri())
        browser.execute_script("return document.fonts.ready")
        return browser.get_screenshot_as_png()

    yield take
    browser.quit()


@pytest.mark.browser
def test_pages_on_screen(report, shoot) -> None:
    compare("desk-light", shoot(render_page(report("vi")), 1280, 1400, "light"))
    compare("phone-dark", shoot(render_page(report("en")), 390, 1100, "dark"))
