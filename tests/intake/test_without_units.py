"""A codebook may declare no unit: nothing is invented in its place."""

from __future__ import annotations

import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake import Design, load_codebook, read_raw, validate


@pytest.fixture
def file(tmp_path):
    names = [item.name for item in load_codebook("ecsi-mobi").items]
    rows = [",".join([str(3 + row % 8)] * len(names)) for row in range(20)]
    path = tmp_path / "mobi.csv"
    path.write_text("\n".join([",".join(names), *rows]) + "\n", encoding="utf-8")
    return path


def test_a_survey_without_units_has_no_unit_column(file) -> None:
    survey = validate(read_raw(file), load_codebook("ecsi-mobi"), Design(), period="2005")
    assert len(survey) == len(survey.attributes) == 20
    assert list(survey.attributes) == []
    assert (survey.unit_vintage, dict(survey.unit_labels)) == (None, {})
    assert any("repeated answers cannot be seen" in line for line in survey.announced)


def test_a_list_of_units_is_refused(file) -> None:
    with pytest.raises(UsageError, match="the codebook ecsi-mobi has no unit"):
        validate(
            read_raw(file),
            load_codebook("ecsi-mobi"),
            Design(),
            period="2005",
            unit_vintage="provinces-63",
        )
