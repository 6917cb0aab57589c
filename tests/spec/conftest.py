"""A survey drawn as text."""

from __future__ import annotations

import pandas as pd
import pytest

from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.survey import Design, Survey


@pytest.fixture(scope="session")
def drawn():
    """Return a function: a table as text -> Survey; the columns of the codebook are items."""
    codebook = load_codebook("kbnn-assumed")
    items = {item.name for item in codebook.items}

    def draw(text, **design):
        header, *rows = [line.split() for line in text.strip().splitlines()]
        table = pd.DataFrame(rows, columns=header)
        answers = table[[name for name in header if name in items]]
        scores = answers.replace({"-": None, "n/a": None}).astype(float)
        others = table.drop(columns=answers.columns)
        for name in ("weight", "clients"):
            if name in others:
                others[name] = others[name].astype(float)
        return Survey(
            scores=scores,
            not_applicable=answers == "n/a",
            attributes=others,
            design=Design(**design),
            codebook=codebook,
            period="2023-1",
        )

    return draw
