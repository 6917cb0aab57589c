"""What is said of units and their context: a direction, an open question, no difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Label
from kbnn_analysis.presentation.narrative.unit_intercepts import (
    describe_products,
    describe_unit_intercepts,
)
from kbnn_analysis.results import Coefficients
from kbnn_analysis.units import UnitContext


def model(sd: float = 0.3, df: float = 40.0) -> Coefficients:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "outcome": "y",
            "term": ["staff", "online", "late", "between_units"],
            "role": ["driver", "context", "context", "between"], "n": 500,
            "estimate": [0.5, 0.2, -0.1, sd], "std_error": 0.05, "df": [30.0, df, df, 40.0],
            "statistic": 1.0, "p_value": 0.1, "conf_low": [0.4, 0.1, -0.2, 0.2],
            "conf_high": [0.6, 0.3, 0.05, 0.4], "units": 63,
        }
    )  # fmt: skip
    return Coefficients(
        frame=frame, by=("period", "outcome", "term"), method="", covariance=np.eye(4),
        labels={"term": {"online": Label("Trực tuyến", "Online"), "late": Label("Trễ", "Late")}},
        notes={"icc": 0.081},
    )  # fmt: skip


def test_a_context_has_a_direction_only_where_its_interval_has() -> None:
    told = describe_unit_intercepts(model(), "en")
    assert "63 units still differ: 8.1% of what is left" in told
    assert "higher in units that have more of: online (+0.20; 0.10–0.30)" in told
    assert "not shown to go with the outcome: late" in told
    assert "40 degrees of freedom" in told
    assert "not causes" in told
    assert "63 đơn vị vẫn khác nhau: 8,1%" in describe_unit_intercepts(model(), "vi")


def test_units_that_do_not_differ_and_hidden_rows() -> None:
    assert "not shown to differ" in describe_unit_intercepts(model(sd=0.0), "en")
    few = disclose(model(df=6.0), Rules())
    assert "online" not in describe_unit_intercepts(few, "en").lower()
    hidden = model()
    hidden = disclose(replace(hidden, frame=hidden.frame.assign(n=5)), Rules())
    assert describe_unit_intercepts(hidden, "en") == "The model is not shown."


def test_products_are_named_by_their_adjusted_p_values() -> None:
    context = UnitContext(pd.DataFrame({"PCI": [60.0]}, index=["01"]), {"PCI": "PCI 2022"})
    made = model()
    frame = made.frame.assign(
        role=["driver", "product", "product", "between"], p_adjusted=[np.nan, 0.01, 0.2, np.nan]
    )
    crossed = replace(made, frame=frame, notes={**made.notes, "conf_level": 0.95})
    told = describe_products(crossed, context, "en")
    assert told.startswith("Context of the units: PCI (PCI 2022).")
    assert "Goes with the outcome more in units that have more: online (+0.20; 0.10–0.30)" in told
    assert "late" not in told
    assert "not causes" in told
    none = replace(crossed, frame=frame.assign(p_adjusted=0.4))
    assert "giá trị p hiệu chỉnh nhỏ nhất: 0,400" in describe_products(none, context, "vi")
    assert "names no file" in describe_products(None, None, "en")
