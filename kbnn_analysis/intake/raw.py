"""Raw responses: a file's table as text, before anything is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

SIMULATED_MARK = "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA"
"""The first row of every simulated file (in Parquet: a value of the schema's metadata)."""


@dataclass(frozen=True, kw_only=True)
class RawResponses:
    """A file's table as text, with where it came from.

    Parameters
    ----------
    frame : DataFrame of object
        Every cell a str, one column per column of the file; an empty cell is the empty text,
        never NaN.
    rows : ndarray of int, shape (rows,)
        The row of each record as a person sees it in a spreadsheet (the header is row 1, or 2
        below the mark of simulated data).
    source : str
        The file's name, without its folder.
    sha256 : str
        Digest of the file's bytes.
    encoding, delimiter, sheet : str, optional
        How the file was read, where it applies.
    simulated : bool
        True where the file carries the mark of simulated data.
    announced : tuple of str
        What reading decided by itself and a person should know.
    """

    frame: pd.DataFrame
    rows: npt.NDArray[np.integer[Any]]
    source: str
    sha256: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    simulated: bool = False
    announced: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frame)
