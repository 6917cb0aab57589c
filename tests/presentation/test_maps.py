"""Maps: every unit once, Hoàng Sa and Trường Sa always, hidden units without a colour."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from kbnn_analysis.errors import UsageError
from kbnn_analysis.presentation.maps import load_outline, plot_outline, plot_tiles
from kbnn_analysis.presentation.maps.classes import SEQUENCE, class_edges, classify
from kbnn_analysis.presentation.style import INK, PAPER, to_svg
from kbnn_analysis.units import load_vintage, tile_grid


@pytest.fixture(params=["provinces-63", "provinces-34"])
def vintage(request):
    return load_vintage(request.param)


@pytest.fixture
def by_province(make_estimates, vintage):
    codes = list(vintage.codes)
    values = list(np.linspace(0.4, 0.8, len(codes)))
    made = make_estimates(values, hidden=[3])
    labels = {**made.labels, "unit": vintage.labels()}
    return replace(made, frame=made.frame.assign(unit=codes), labels=labels)


def texts(ax) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in ax.texts]


def test_every_unit_and_both_archipelagos_are_there(by_province, vintage) -> None:
    shown = texts(plot_tiles(by_province, vintage, language="vi"))
    for unit in vintage.units:
        assert unit.name.vi in shown
    assert "Quần đảo Hoàng Sa" in shown
    assert "Quần đảo Trường Sa" in shown


def test_archipelagos_are_there_without_any_value(by_province, vintage) -> None:
    nothing = replace(by_province, frame=by_province.frame.assign(estimate=np.nan))
    shown = texts(plot_tiles(nothing, vintage, language="en"))
    assert "Hoang Sa Archipelago" in shown
    assert "Truong Sa Archipelago" in shown


def test_hidden_units_are_hatched_and_colourless(by_province, vintage) -> None:
    look = classify(by_province, "vi").looks[vintage.codes[3]]
    assert (look.color, look.text, look.hatch) == (PAPER, "ẩn", "////")
    assert any(entry.get_label() == "Ẩn" for entry in classify(by_province, "vi").entries)


def test_bounds_are_dotted_and_told(by_province, vintage) -> None:
    display = [""] * len(by_province.frame)
    display[7] = "≥ 95%"
    told = replace(by_province, frame=by_province.frame.assign(display=display))
    look = classify(told, "vi").looks[vintage.codes[7]]
    assert (look.color, look.text, look.hatch) == (PAPER, "≥ 95%", "....")


def test_units_of_another_vintage_are_refused(by_province) -> None:
    wrong = replace(by_province, frame=by_province.frame.assign(
        unit=[f"x{at}" for at in range(len(by_province.frame))]))  # fmt: skip
    with pytest.raises(UsageError, match="does not know"):
        plot_tiles(wrong, "provinces-63", language="vi")


def test_several_measures_are_refused(by_province) -> None:
    frame = by_province.frame.assign(unit=by_province.frame["unit"].iloc[0])
    frame["measure"] = [str(at) for at in range(len(frame))]
    with pytest.raises(UsageError, match="one measure"):
        plot_tiles(replace(by_province, frame=frame), "provinces-63", language="vi")


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.5], [0.31, 0.87], [4.21, 4.62], [0.0, 1.0], []])
def test_classes_hold_all_values(values) -> None:
    edges = class_edges(np.array(values, dtype=float))
    assert (np.diff(edges) > 0).all()
    assert len(edges) - 1 <= len(SEQUENCE)
    if values:
        assert edges[0] <= min(values)
        assert edges[-1] >= max(values)


def luminance(color: str) -> float:
    parts = np.array(to_rgb(color))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_text_can_be_read_on_every_class(by_province) -> None:
    looks = classify(by_province, "vi").looks.values()
    assert {look.ink for look in looks} <= {INK, PAPER}
    for look in looks:
        light, dark = sorted((luminance(look.color), luminance(look.ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, look


def test_same_map_same_bytes(by_province, vintage) -> None:
    drawn = [to_svg(plot_tiles(by_province, vintage, language="vi")) for _ in range(2)]
    assert drawn[0] == drawn[1]


def geojson(listed, **changes):
    square = np.array([[0, 0], [0.5, 0], [0.5, 0.4], [0, 0.4], [0, 0]])
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [np.add(square, [103 + 0.6 * col, 22 - 0.6 * row]).tolist()],
            },
        }
        for code, (row, col) in tile_grid(listed).positions.items()
    ]
    return {"type": "FeatureCollection", "features": features, **changes}


def test_outline_of_one_s_own(tmp_path, by_province, vintage) -> None:
    path = tmp_path / "outline.json"
    path.write_text(json.dumps(geojson(vintage, vintage=vintage.name)))
    outline = load_outline(path, vintage)
    shown = texts(plot_outline(by_province, outline, language="vi"))
    assert {"Quần đảo Hoàng Sa", "Quần đảo Trường Sa"} <= set(shown)


def test_outlines_that_do_not_fit_are_refused(tmp_path, vintage) -> None:
    path = tmp_path / "outline.json"
    fit = geojson(vintage)
    wrong = (
        (geojson(vintage, vintage="provinces-1975"), "is of vintage"),
        ({**fit, "features": fit["features"][1:]}, "no shape for 1 unit"),
        ({**fit, "features": [{**fit["features"][0], "properties": {"code": 1}}]}, "codes as text"),
        ({**fit, "features": [{**fit["features"][0], "geometry": {"type": "Point"}}]}, "a Point"),
        ({"type": "Feature"}, "no GeoJSON FeatureCollection"),
    )
    for told, why in wrong:
        path.write_text(json.dumps(told))
        with pytest.raises(UsageError, match=why):
            load_outline(path, vintage)
    moved = geojson(vintage)
    moved["features"][0]["geometry"]["coordinates"] = [[[22, 103], [23, 103], [23, 104], [22, 103]]]
    path.write_text(json.dumps(moved))
    with pytest.raises(UsageError, match="longitude, latitude"):
        load_outline(path, vintage)
