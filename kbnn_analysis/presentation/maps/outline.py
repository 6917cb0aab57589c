"""A user's own outline of units: a GeoJSON file, checked for codes and vintage."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.units import Vintage, load_vintage

Ring = npt.NDArray[np.float64]
LARGEST = 50_000_000  # bytes
WEST, EAST, SOUTH, NORTH = 100.0, 120.0, 4.0, 26.0  # degrees, round Vietnam and its sea


@dataclass(frozen=True)
class Outline:
    """The shapes of all units of a vintage.

    Parameters
    ----------
    vintage : str
        Name of the vintage whose codes the file uses.
    shapes : dict of str to tuple of arrays
        Code -> rings of longitude and latitude, shape (points, 2).
    """

    vintage: str
    shapes: dict[str, tuple[Ring, ...]]


def load_outline(path: str | Path, vintage: str | Path | Vintage, *, code: str = "code") -> Outline:
    """Read a GeoJSON file of units and hold it to a vintage.

    Parameters
    ----------
    path : str or Path
        A FeatureCollection in longitude and latitude (RFC 7946). A member ``vintage`` of the
        collection, where it is there, must name the vintage.
    vintage : str, Path or Vintage
        Whose units the file shows: every unit needs its shape.
    code : str
        Property of a feature that holds the code of its unit, as text.

    Returns
    -------
    Outline
        Shapes by code.

    Raises
    ------
    UsageError
        If the file cannot be read, is of another vintage, or its codes are not exactly those of
        the vintage: a code of another vintage may mean another province.
    """
    listed = vintage if isinstance(vintage, Vintage) else load_vintage(vintage)
    place = Path(path)
    told = _read(place)
    if told.get("vintage", listed.name) != listed.name:
        raise UsageError(f"{place.name} is of vintage {told['vintage']!r}, not {listed.name!r}.")
    shapes: dict[str, tuple[Ring, ...]] = {}
    for at, feature in enumerate(told["features"], start=1):
        own = (feature.get("properties") or {}).get(code)
        if not isinstance(own, str):
            raise UsageError(
                f"{place.name}: feature {at} has no text {code!r}; name the property with `code=`, "
                'and write codes as text ("01", not 1).'
            )
        rings = _rings(feature.get("geometry") or {}, f"{place.name}: unit {own}")
        shapes[own] = (*shapes.get(own, ()), *rings)
    _check_codes(place.name, set(shapes), listed)
    return Outline(listed.name, shapes)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path.name} is over {LARGEST // 1_000_000} MB; simplify it first.")
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(
            f"{path.name} cannot be read as GeoJSON ({type(problem).__name__})."
        ) from None
    if not isinstance(told, dict) or not isinstance(told.get("features"), list):
        raise UsageError(f"{path.name} is no GeoJSON FeatureCollection.")
    return told


def _rings(geometry: dict[str, Any], place: str) -> tuple[Ring, ...]:
    kind: object = geometry.get("type")
    coordinates: Any = geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"}:
        raise UsageError(f"{place} is a {kind}; only Polygon and MultiPolygon can be drawn.")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    try:
        rings = [
            np.array([point[:2] for point in ring], dtype=float)
            for polygon in polygons
            for ring in polygon
        ]
        whole = np.concatenate(rings)
    except (TypeError, ValueError):
        raise UsageError(f"{place} has coordinates that are not numbers.") from None
    low, high = whole.min(axis=0), whole.max(axis=0)
    if low[0] < WEST or high[0] > EAST or low[1] < SOUTH or high[1] > NORTH:
        raise UsageError(
            f"{place} lies outside Vietnam ({low.round(1)} to {high.round(1)}); "
            "coordinates must be longitude, latitude in degrees."
        )
    return tuple(rings)


def _check_codes(name: str, codes: set[str], vintage: Vintage) -> None:
    strange, absent = codes - set(vintage.codes), set(vintage.codes) - codes
    if strange:
        raise UsageError(
            f"{name}: codes that {vintage.name} does not have: {', '.join(sorted(strange)[:5])}."
        )
    if absent:
        raise UsageError(
            f"{name}: no shape for {len(absent)} units of {vintage.name}: "
            f"{', '.join(sorted(absent)[:5])}."
        )
