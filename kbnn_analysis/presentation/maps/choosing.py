"""The map of a result: the user's own outline where there is one, else tiles of equal size."""

from __future__ import annotations

from matplotlib.axes import Axes

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.maps.outline import Outline
from kbnn_analysis.presentation.maps.regions import plot_outline
from kbnn_analysis.presentation.maps.tiles import plot_tiles
from kbnn_analysis.results import Result

_TILES = Label(
    "Bản đồ ô: mỗi tỉnh, thành phố một ô có cùng diện tích; màu đậm là giá trị cao.",
    "Tile map: one tile of the same size for each province; dark is high.",
)
_SHAPES = Label(
    "Bản đồ theo đường ranh giới do người dùng cung cấp; màu đậm là giá trị cao. Đơn vị rộng "
    "không có nghĩa là nhiều người trả lời.",
    "Map with the outline that the user gave; dark is high. A large unit does not mean many "
    "respondents.",
)


def plot_map(
    result: Result, vintage: str, *, language: Language, outline: Outline | None = None
) -> Axes:
    """Draw one measure and one period by unit; Hoàng Sa and Trường Sa are always there.

    Parameters
    ----------
    result : Result
        By unit of the vintage.
    vintage : str
        Name of the vintage.
    language : {"vi", "en"}
        Language of the words.
    outline : Outline, optional
        Shapes of the units: ``run.outline``.
    """
    if outline is None:
        return plot_tiles(result, vintage, language=language)
    return plot_outline(result, outline, language=language)


def map_caption(language: Language, outline: Outline | None = None) -> str:
    """Return the line under a map: how it is to be read."""
    return (_TILES if outline is None else _SHAPES).text(language)
