"""Periods stacked into one survey: what agrees is joined, what differs told, the rest refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake import Design, Survey, load_codebook, stack_surveys
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.results import Break
from kbnn_analysis.units import as_vintage, crosswalk

ITEM = "overall_treasury"
BOOK = load_codebook("kbnn-assumed")


def one(period: str, vintage: str = "provinces-63", **changes: object) -> Survey:
    codes = list(as_vintage(vintage).codes)
    rows = pd.DataFrame({ITEM: np.tile([5.0, 4.0], len(codes))})
    units = pd.Series(pd.Categorical(np.repeat(codes, 2), categories=codes))
    made = Survey(
        scores=rows,
        not_applicable=rows.isna(),
        attributes=pd.DataFrame({"unit": units, "province": units, "office": "19-01"}),
        design=Design(),
        codebook=BOOK,
        period=period,
        source=f"{period}.csv",
        sha256=period,
        unit_labels=as_vintage(vintage).labels(),
        unit_vintage=vintage,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def changed(**items: dict[str, object]) -> Codebook:
    made = [item.model_copy(update=items.get(item.name, {})) for item in BOOK.items]
    return BOOK.model_copy(update={"items": tuple(made), "version": "2"})


def test_periods_stand_in_time_with_their_own_rows():
    both = stack_surveys([one("2023-2"), one("2023-1")])
    assert both.periods == ("2023-1", "2023-2")
    assert both.period == "2023-2"
    assert both.attribute("period").value_counts().tolist() == [126, 126]
    assert both.breaks == ()
    assert both.source == "2023-1.csv, 2023-2.csv"


def test_old_provinces_are_told_in_the_new_ones():
    both = stack_surveys([one("2025-1"), one("2025-2", "provinces-34")])
    old = both.attribute("unit")[both.attribute("period") == "2025-1"].astype(str)
    places = crosswalk("provinces-63", "provinces-34")
    wanted = pd.Series(list(places.values())).value_counts() * 2
    assert old.value_counts().sort_index().tolist() == wanted.sort_index().tolist()
    assert set(both.attribute("unit").cat.categories) == set(as_vintage("provinces-34").codes)
    assert both.unit_vintage == "provinces-34"
    assert both.breaks == (Break("2025-1", "2025-2", "vintage"),)


def test_strata_that_are_provinces_stay_those_of_the_sample():
    design = Design(strata="province")
    both = stack_surveys(
        [one("2025-1", design=design), one("2025-2", "provinces-34", design=design)]
    )
    assert both.design.strata == "province_as_sampled"
    sampled = both.attribute("province_as_sampled")
    assert sampled[both.attribute("period") == "2025-1"].nunique() == 63
    assert sampled.nunique() == 97  # a code of both vintages is not one stratum


def test_an_item_in_other_words_is_kept_and_told():
    item = BOOK.item(ITEM)
    label = item.label.model_copy(update={"vi": "Ông/bà có hài lòng không?"})
    both = stack_surveys(
        [one("2023-1", codebook=changed(**{ITEM: {"label": label}})), one("2023-2")]
    )
    assert Break("2023-1", "2023-2", "wording", (ITEM,)) in both.breaks
    assert Break("2023-1", "2023-2", "version") in both.breaks
    assert both.scores[ITEM].notna().all()


def test_answers_on_another_scale_are_missing_and_told():
    book = changed(**{ITEM: {"reverse": True}})
    both = stack_surveys([one("2023-1", codebook=book), one("2023-2")])
    assert Break("2023-1", "2023-2", "scale", (ITEM,)) in both.breaks
    assert both.scores[ITEM].isna().sum() == 126


def test_an_item_that_was_not_asked_is_missing_and_told():
    items = tuple(item for item in BOOK.items if item.name != ITEM)
    book = BOOK.model_copy(update={"items": items, "name": "another"})
    early = one("2023-1", codebook=book)
    early = replace(early, scores=early.scores[[]], not_applicable=early.not_applicable[[]])
    both = stack_surveys([early, one("2023-2")])
    reasons = {each.reason for each in both.breaks}
    assert reasons == {"instrument", "absent"}
    assert both.scores[ITEM].isna().sum() == 126
    assert both.not_applicable[ITEM].dtype == bool


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([], "two periods or more"),
        ([one("2023-1"), one("2023-1")], "stands twice"),
        ([one("2023-1", simulated=True)], "never compare"),
        ([one("2023-1", design=Design(psu="office"))], "join_periods"),
        ([one("2023-1", unit_vintage=None)], "vintage"),
        ([one("2022-1", "provinces-34")], "cannot be split"),
        ([one("2023-1", periods=("2022", "2023-1"))], "single periods"),
        ([one("2023-1", attributes=one("2023-1").attributes.assign(period="x"))], "rename it"),
    ],
)
def test_what_cannot_be_stacked_is_refused_in_a_sentence(others, told):
    with pytest.raises(UsageError, match=told):
        stack_surveys([*others, one("2023-2")])


def test_levels_keep_the_latest_order_and_missing_columns_are_missing():
    kinds = pd.Categorical(["b", "a"] * 63, categories=["b", "a"])
    late = one("2023-2")
    late = replace(late, attributes=late.attributes.assign(channel=kinds))
    both = stack_surveys([one("2023-1"), late])
    assert list(both.attribute("channel").cat.categories) == ["b", "a"]
    assert both.attribute("channel").isna().sum() == 126
