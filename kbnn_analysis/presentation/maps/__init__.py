"""Results on the map: tiles of equal size by default, a user's own outline as an option.

Hoàng Sa and Trường Sa are drawn and labelled on every map.
"""

from kbnn_analysis.presentation.maps.choosing import map_caption, plot_map
from kbnn_analysis.presentation.maps.outline import Outline, load_outline
from kbnn_analysis.presentation.maps.regions import plot_outline
from kbnn_analysis.presentation.maps.tiles import plot_tiles

__all__ = ["Outline", "load_outline", "map_caption", "plot_map", "plot_outline", "plot_tiles"]
