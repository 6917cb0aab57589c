"""Numbers about units from elsewhere: read strictly, every problem told with its place."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.errors import DataError, UsageError
from kbnn_analysis.units import read_context

GOOD = """unit,measure,value,source
Hà Nội,PCI,66.93,PCI 2022
01,PAPI,43.2,"PAPI 2022, UNDP"
KBNN Thái Nguyên,PCI,66.1,PCI 2022
79,PCI,-1,other
"""


def written(folder, text: str, name: str = "context.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_names_and_codes_become_codes_and_sources_are_kept(tmp_path) -> None:
    found = read_context(written(tmp_path, GOOD.replace("PAPI,43.2", "PAPI,43.2")
                                 + "19,PAPI,40,UNDP\n"), "provinces-63")  # fmt: skip
    assert list(found.numbers.columns) == ["PCI", "PAPI"]
    assert found.numbers.index.tolist() == ["01", "19", "79"]
    assert found.numbers.loc["19"].tolist() == [66.1, 40.0]
    assert np.isnan(found.numbers.loc["79", "PAPI"])
    assert found.sources == {"PCI": "PCI 2022; other", "PAPI": "PAPI 2022, UNDP; UNDP"}


def test_all_problems_are_told_at_once_with_row_and_column(tmp_path) -> None:
    text = (
        "unit,measure,value,source\n"
        "Hà Nội,PCI,66.93,PCI\n"
        "Ha Nam Ninh,PCI,66,PCI\n"
        '19,PCI,"66,1",PCI\n'
        "01,PCI,60,PCI\n"
        "79,,60,\n"
        "48,PCI,nan,PCI,more\n"
    )
    with pytest.raises(DataError) as caught:
        read_context(written(tmp_path, text), "provinces-63")
    told = {(p.rule, p.row, p.column) for p in caught.value.problems}
    assert told == {
        ("unknown unit", 3, "unit"),
        ("number", 4, "value"),
        ("repeated", 5, "unit"),
        ("empty", 6, "measure"),
        ("empty", 6, "source"),
        ("extra cells", 7, ""),
        ("number", 7, "value"),
    }
    assert "row 2 already" in " ".join(map(str, caught.value.problems))
    assert {p.file for p in caught.value.problems} == {"context.csv"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("unit;measure;value;source\n", "separated by commas"),
        ("unit,measure,valeu,source\n", "'valeu' is no column"),
        ("unit,measure,value\n", "has no column 'source'"),
        ("unit,measure,value,source,unit\n", "'unit' is there twice"),
        ("unit,measure,value,source\n", "holds no value"),
        ("unit,measure,value,source\n01,PCI,5,a\n79,PCI,5.0,a\n", "one value for all units"),
    ],
)
def test_what_is_no_context_is_refused(tmp_path, text, why) -> None:
    with pytest.raises(DataError) as caught:
        read_context(written(tmp_path, text), "provinces-63")
    assert any(why in str(problem) for problem in caught.value.problems)


def test_a_file_that_cannot_be_read_is_told(tmp_path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_context(tmp_path / "none.csv", "provinces-63")
    path = tmp_path / "latin.csv"
    path.write_bytes("unit,measure,value,source\nHà Nội".encode("cp1258", "replace") + b"\xff\xfe")
    with pytest.raises(DataError, match="UTF-8"):
        read_context(path, "provinces-63")
