"""The sentence on specifications names one leader only where it leads everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.presentation.figures import caption_of, plot_specifications
from kbnn_analysis.presentation.narrative.specifications import describe_specifications
from kbnn_analysis.presentation.style import figure_of, to_svg
from kbnn_analysis.results import Drivers


def shares(second: float) -> Drivers:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "outcome": "y", "specification": ["main", "main", "bare", "bare"],
            "driver": ["staff", "time"] * 2, "n": 100, "fit": 0.5, "estimate": 0.2,
            "std_error": 0.1, "share": [0.6, 0.4, second, 1 - second], "share_low": 0.1,
            "share_high": 0.9, "rank": 1.0, "rank_low": 1.0, "rank_high": 2.0,
        }
    )  # fmt: skip
    by = ("period", "outcome", "specification", "driver")
    return Drivers(frame=frame, by=by, method="", covariance=np.eye(4))


def test_a_leader_leads_everywhere_or_several_are_named() -> None:
    told = describe_specifications(shares(0.7), "en")
    assert "In all 2 specifications the largest share is that of staff: from 60.0% to 70.0%" in told
    assert "từ 60,0% đến 70,0%" in describe_specifications(shares(0.7), "vi")
    other = describe_specifications(shares(0.2), "en")
    assert "depends on the specification: staff and time" in other
    assert "not causes" in other


def test_the_figure_places_drivers_by_the_share_as_reported() -> None:
    left, right = plot_specifications(disclose(shares(0.2), Rules()), language="en")
    assert [text.get_text() for text in left.get_yticklabels()] == ["staff", "time"]
    drawn = np.vstack([np.asarray(each.get_offsets()) for each in left.collections[1::2]])
    told = {(round(float(x), 2), float(y)) for x, y in drawn}
    assert told == {(0.6, 0.0), (0.2, 1.0), (0.4, 3.0), (0.8, 4.0)}
    assert [text.get_text() for text in left.texts] == ["a", "a", "b", "b"]
    assert right.get_xlim()[1] > 2
    assert "a: main; b: bare" in to_svg(figure_of(left))
    assert caption_of(shares(0.2), "vi").startswith("Tỷ trọng (trái) và thứ hạng có thể (phải)")


def test_a_hidden_specification_has_no_place() -> None:
    few = shares(0.2)
    few = replace(few, frame=few.frame.assign(n=[100, 100, 4, 4]))
    left, _ = plot_specifications(disclose(few, Rules()), language="vi")
    assert [text.get_text() for text in left.texts] == ["a", "a"]
