"""Administrative units by vintage: names, codes, crosswalks, order and tile maps.

A unit is known by (vintage, code), never by its code alone.
"""

from kbnn_analysis.units.context import UnitContext, read_context
from kbnn_analysis.units.crosswalk import crosswalk, straddling_units
from kbnn_analysis.units.joining import check_codes, check_same_vintage, join_units, reused_codes
from kbnn_analysis.units.names import Resolution, Unresolved, resolve_names
from kbnn_analysis.units.recounting import recount
from kbnn_analysis.units.registry import VINTAGES, as_vintage, load_vintage, vintage_for
from kbnn_analysis.units.sorting import vietnamese_key, vietnamese_sorted
from kbnn_analysis.units.tiles import Archipelago, TileGrid, tile_grid
from kbnn_analysis.units.vintages import Change, Unit, Vintage

__all__ = [
    "VINTAGES",
    "Archipelago",
    "Change",
    "Resolution",
    "TileGrid",
    "Unit",
    "UnitContext",
    "Unresolved",
    "Vintage",
    "as_vintage",
    "check_codes",
    "check_same_vintage",
    "crosswalk",
    "join_units",
    "load_vintage",
    "read_context",
    "recount",
    "resolve_names",
    "reused_codes",
    "straddling_units",
    "tile_grid",
    "vietnamese_key",
    "vietnamese_sorted",
    "vintage_for",
]
