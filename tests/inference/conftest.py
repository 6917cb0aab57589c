"""Small surveys from arrays, for the tests of this room."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.language import Label


@pytest.fixture(scope="session")
def make_survey():
    """Return a function: items and attributes as columns -> Survey of the assumed codebook."""
    codebook = load_codebook("kbnn-assumed")

    def make(items, attributes=None, *, unit=None, units=None, period="2023-1", **design):
        scores = pd.DataFrame({name: np.asarray(v, dtype=float) for name, v in items.items()})
        frame = pd.DataFrame(attributes or {}, index=scores.index)
        if unit is not None:
            codes = pd.Series([str(code) for code in unit])
            categories = units or sorted(codes.unique())
            frame["unit"] = pd.Categorical(codes, categories=categories)
        labels = {code: Label(f"tỉnh {code}", f"province {code}") for code in units or ()}
        return Survey(
            scores=scores,
            not_applicable=pd.DataFrame(False, index=scores.index, columns=scores.columns),
            attributes=frame,
            design=Design(**design),
            codebook=codebook,
            period=period,
            unit_labels=labels,
            unit_vintage="provinces-63",
        )

    return make
