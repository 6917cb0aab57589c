"""Two real surveys pass through the same door with a codebook each, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kbnn_analysis.intake import Design, RawResponses, load_codebook, read_raw, validate


@pytest.fixture(scope="module")
def sfo(shared_data: Path) -> tuple[RawResponses, dict[str, Any]]:
    folder = shared_data / "surveys" / "sfo_2013_2016"
    values = json.loads((folder / "reference_values.json").read_text())
    return read_raw(folder / "sfo_2013_2016.csv"), values


@pytest.mark.parametrize("year", ["2013", "2014", "2015", "2016"])
def test_sfo_waves_have_their_published_counts(
    sfo: tuple[RawResponses, dict[str, Any]], year: str
) -> None:
    raw, values = sfo
    survey = validate(
        raw,
        load_codebook("sfo-2013"),
        Design(weight="weight", strata="strata"),
        period=year,
        select={"year": year},
    )
    expected = values[year]
    overall, outside = survey.score("q7_all"), survey.not_applicable["q7_all"].to_numpy()
    assert len(survey) == expected["n_rows"]
    assert (~np.isnan(overall)).sum() == expected["n_valid_overall"]
    assert outside.sum() == expected["code6_never_used"]
    assert (np.isnan(overall) & ~outside).sum() == expected["code0_blank"]
    sizes = survey.attribute("unit").value_counts()
    assert len(sizes) == expected["n_airlines"]
    assert sizes.min() > 0
    np.testing.assert_allclose(np.nanmean(overall), expected["mean_overall_unw"], rtol=1e-12)
    assert set(np.unique(overall[~np.isnan(overall)])) <= {1, 2, 3, 4, 5}
    assert survey.rows is not None
    assert (raw.frame["year"].iloc[survey.rows - 2] == year).all()


def test_lq2002_has_its_companies_and_scales(shared_data: Path) -> None:
    folder = shared_data / "surveys" / "lq2002"
    expected = json.loads((folder / "reference_values.json").read_text())
    survey = validate(
        read_raw(folder / "lq2002.csv"), load_codebook("lq2002"), Design(), period="2002"
    )
    sizes = survey.attribute("unit").value_counts()
    assert (len(survey), len(sizes)) == (expected["n"], expected["units"])
    assert (sizes.min(), sizes.max()) == (expected["unit_n_min"], expected["unit_n_max"])
    for factor, key in (("lead", "LEAD"), ("tsig", "TSIG")):
        items = [item.name for item in survey.codebook.items_with("satisfaction", factor)]
        mean = survey.scores[items].mean(axis=1).mean()
        np.testing.assert_allclose(mean, expected[key]["mean"], rtol=1e-12)
    hostile = [item.name for item in survey.codebook.items_with("satisfaction", "hostil")]
    turned = survey.scores[hostile].mean(axis=1).mean()
    np.testing.assert_allclose(4 - turned, expected["HOSTILE"]["mean"], rtol=1e-12)
