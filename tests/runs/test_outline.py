"""A user's own outline reaches the maps from the params, and is held to the vintage at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.presentation.maps import map_caption, plot_map
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.runs.params import load_params
from kbnn_analysis.runs.placing import place_input
from kbnn_analysis.runs.provenance import own_files
from kbnn_analysis.runs.source import load_run_outline
from kbnn_analysis.units import load_vintage

PARAMS = """\
period: "2023-1"
outline: {outline}
unit_vintage: {vintage}
simulate: {{seed: 1, scale: 0.02}}
"""


def params(folder: Path, outline: str = "own.geojson", vintage: str = "provinces-34"):
    path = folder / "params.yaml"
    path.write_text(PARAMS.format(outline=outline, vintage=vintage), encoding="utf-8")
    return load_params(path)


def shapes(codes) -> str:
    square = [[105, 20], [105.5, 20], [105.5, 20.4], [105, 20]]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [square]},
        }
        for code in codes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def by_unit(codes) -> Estimates:
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "measure": "share",
            "unit": list(codes),
            "n": 100.0,
            "estimate": 0.5,
            "std_error": 0.05,
            "conf_low": 0.4,
            "conf_high": 0.6,
        }
    )
    kind = MeasureInfo("share", "two_box", "1", "proportion", Label.same("Share"), ("item",))
    return Estimates(
        frame=frame,
        by=("period", "measure", "unit"),
        method="Quotients.",
        labels={},
        notes={"conf_level": 0.95},
        simulated=True,
        covariance=np.diag(np.full(len(frame), 0.05**2)),
        measures={"share": kind},
    )


def test_it_is_placed_counted_and_drawn(tmp_path) -> None:
    codes = load_vintage("provinces-34").codes
    (tmp_path / "own.geojson").write_text(shapes(codes), encoding="utf-8")
    placed = place_input(params(tmp_path), tmp_path / "input", [tmp_path])
    assert placed.outline == "own.geojson"
    assert set(own_files(placed, tmp_path / "input")) == {"outline"}
    outline = load_run_outline(placed, tmp_path / "input")
    assert outline is not None
    assert set(outline.shapes) == set(codes)
    for given in (outline, None):
        drawn = plot_map(by_unit(codes), "provinces-34", language="en", outline=given)
        told = " ".join(text.get_text().replace("\n", " ") for text in drawn.texts)
        assert "Hoang Sa" in told
        assert "Truong Sa" in told
        assert map_caption("en", given).startswith("Tile map" if given is None else "Map with")


@pytest.mark.parametrize(
    ("vintage", "why"),
    [("provinces-63", "no shape for 29 units of provinces-63"), ("null", "needs `unit_vintage`")],
)
def test_one_that_does_not_fit_is_refused_before_anything_runs(tmp_path, vintage, why) -> None:
    codes = load_vintage("provinces-34").codes
    (tmp_path / "own.geojson").write_text(shapes(codes), encoding="utf-8")
    with pytest.raises(UsageError, match=why):
        place_input(params(tmp_path, vintage=vintage), tmp_path / "input", [tmp_path])


def test_only_a_geojson_file_is_taken(tmp_path) -> None:
    with pytest.raises(UsageError, match="geojson"):
        params(tmp_path, outline="shapes.shp")
    with pytest.raises(UsageError, match="there is no file"):
        place_input(params(tmp_path), tmp_path / "input", [tmp_path])


@pytest.mark.parametrize(("file", "vintage"), [("vn63", "provinces-63"), ("vn34", "provinces-34")])
def test_real_outlines_hold_every_unit(shared_data, tmp_path, file, vintage) -> None:
    source = shared_data / "vietnam" / f"{file}.geojson"
    placed = place_input(
        params(tmp_path, outline=str(source), vintage=vintage), tmp_path / "input", [tmp_path]
    )
    outline = load_run_outline(placed, tmp_path / "input")
    assert outline is not None
    assert set(outline.shapes) == set(load_vintage(vintage).codes)
