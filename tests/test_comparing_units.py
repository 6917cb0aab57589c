"""Every capability of comparing units, from the array function to the sentence, on one survey.

Each line names the array function, the verb, the table, the figure and the sentence. None stands
where a form would say nothing of its own: a design is no figure.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from kbnn_analysis import inference
from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference import mean_score, two_box
from kbnn_analysis.inference.funnel import funnel
from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import figures, narrative, style, tables

SHARE, SCORE = two_box("time_waiting"), mean_score("time_waiting")
UNITS = [f"{at:02d}" for at in range(1, 9)]


@pytest.fixture(scope="module")
def survey() -> Survey:
    """Return 8 units of 5 offices with 24 answers each; a weight, a stratum, a class."""
    rng = np.random.default_rng(7)
    unit = np.repeat(np.arange(8), 120)
    office = np.repeat(np.arange(40), 24)
    level = 0.4 + 0.05 * unit + rng.normal(0, 0.05, 40)[office]
    scores = np.where(rng.random(960) < level, rng.integers(4, 6, 960), rng.integers(1, 4, 960))
    attributes = pd.DataFrame(
        {
            "unit": pd.Categorical([UNITS[at] for at in unit], categories=UNITS),
            "office": [f"{at:03d}" for at in office],
            "region": np.where(unit < 4, "north", "south"),
            "channel": np.where(rng.random(960) < 0.5, "online", "counter"),
            "weight": rng.uniform(1, 2, 960),
            "age": rng.uniform(20, 60, 960),
            "offices": np.where(unit < 4, 60.0, 80.0),
            "clients": 500.0,
        }
    )
    frame = pd.DataFrame({"time_waiting": scores.astype(float)})
    return Survey(
        scores=frame,
        not_applicable=frame.isna(),
        attributes=attributes,
        design=Design(target="process", weight="weight", strata="region", psu="office"),
        codebook=load_codebook("kbnn-assumed"),
        period="2023-1",
        unit_labels={code: Label.same(f"Tỉnh {code}") for code in UNITS},
        simulated=True,
    )


class Capability(NamedTuple):
    """One thing that can be asked: where its numbers are made, and how they are shown."""

    arrays: str
    verb: str
    ask: Callable[[Survey], Any]
    table: str | None
    figure: str | None
    sentence: str | None


def by_unit(survey: Survey, **options: Any) -> Any:
    return inference.estimate(survey, SHARE, "unit", **options)


def estimation(arrays: str, ask: Callable[[Survey], Any], verb: str = "estimate") -> Capability:
    return Capability(arrays, verb, ask, "table_estimates", "plot_estimates", "describe_method")


def compared(arrays: str, **options: Any) -> Capability:
    figure = "plot_pairs" if options.get("against") == "all_pairs" else "plot_comparison"
    return Capability(
        arrays,
        "compare",
        lambda survey: inference.compare(by_unit(survey), **options),
        "table_comparison",
        figure,
        "describe_comparison",
    )


def ranked(arrays: str, **options: Any) -> Capability:
    return Capability(
        arrays,
        "rank",
        lambda survey: inference.rank(by_unit(survey), **options),
        "table_ranking",
        "plot_ranking",
        "describe_ranking",
    )


def best(arrays: str, **options: Any) -> Capability:
    return Capability(
        arrays,
        "best_set",
        lambda survey: inference.best_set(by_unit(survey), 2, **options),
        "table_best_units",
        "plot_best_units",
        "describe_best_units",
    )


def funnelled(arrays: str, **options: Any) -> Capability:
    return Capability(
        arrays,
        "funnel",
        lambda survey: funnel(by_unit(survey), **options),
        "table_funnel",
        "plot_funnel",
        "describe_funnel",
    )


def shrunken(arrays: str, **options: Any) -> Capability:
    return Capability(
        arrays,
        "shrink",
        lambda survey: inference.shrink(by_unit(survey), **options),
        "table_shrinkage",
        "plot_shrinkage",
        "describe_shrinkage",
    )


def tied(survey: Survey) -> Survey:
    """Return the survey with the answers of the first unit in the second one too."""
    scores = survey.scores.to_numpy(copy=True)
    scores[120:240] = scores[:120]
    frame = pd.DataFrame(scores, columns=survey.scores.columns, index=survey.scores.index)
    plain = replace(survey.design, weight=None)
    return replace(survey, scores=frame, design=plain)


COVARIATES = pd.DataFrame({"offices": np.arange(8.0) % 3}, index=UNITS)
COUNTS = {"channel": {"online": 5_000.0, "counter": 7_000.0}}
MARGINS = {**COUNTS, "region": {"north": 6_000.0, "south": 6_000.0}}
REPLICATES = {
    kind: (lambda survey, kind=kind, options=options: by_unit(
        survey,
        replication=inference.given_replication(
            survey,
            np.random.default_rng(1).uniform(0.5, 1.5, (len(survey), 30)),
            kind, combined=False, **options,
        ),
    ))
    for kind, options in {
        "JK1": {}, "JKn": {"rscales": np.full(30, 0.9)}, "BRR": {}, "Fay": {"rho": 0.3},
        "bootstrap": {},
    }.items()
}  # fmt: skip
CAPABILITIES: dict[str, Capability] = {
    # 1. design-based estimation
    "ratio": estimation("linearization.influence_covariance", by_unit),
    "mean": estimation("domains.ratio_by_domain", lambda s: inference.estimate(s, SCORE, "unit")),
    "total": Capability(
        "domains.total_by_domain", "estimate_totals",
        lambda s: inference.estimate_totals(s, SHARE, "unit"),
        "table_totals", "plot_estimates", "describe_totals",
    ),
    "quantile": estimation(
        "quantiles.quantile_estimates",
        lambda s: inference.estimate_quantiles(s, SCORE, 0.5, "unit"), "estimate_quantiles",
    ),
    **{
        f"lonely PSU: {choice}": estimation(
            "linearization.influence_covariance", lambda s, c=choice: by_unit(s, lonely_psu=c)
        )
        for choice in ("fail", "remove", "adjust", "average")
    },
    "lonely PSU: as the design says": estimation(
        "linearization.influence_covariance",
        lambda s: by_unit(replace(s, design=replace(s.design, lonely_psu="average"))),
    ),
    "two stages": estimation(
        "design.design_arrays",
        lambda s: by_unit(replace(s, design=replace(
            s.design, target="period", fpc="offices", second_fpc="clients"
        ))),
    ),
    **{
        f"given {kind}": estimation("replicate_weights.given_replicates", ask, "given_replication")
        for kind, ask in REPLICATES.items()
    },
    "jackknife": estimation(
        "replicate_weights.jackknife_replicates",
        lambda s: by_unit(s, replication=inference.jackknife(s)), "jackknife",
    ),
    "bootstrap": estimation(
        "replicate_weights.bootstrap_replicates",
        lambda s: by_unit(
            s, replication=inference.bootstrap(s, 50, np.random.default_rng(1))
        ), "bootstrap",
    ),
    "post-stratification": estimation(
        "calibration.poststratify", lambda s: by_unit(s, frame_counts=COUNTS)
    ),
    "raking": estimation("calibration.rake", lambda s: by_unit(s, frame_counts=MARGINS)),
    "linear calibration": estimation(
        "calibration.calibrate_linear",
        lambda s: by_unit(s, frame_counts=COUNTS, frame_totals={"age": 480_000.0}),
    ),
    "weighting classes": estimation(
        "nonresponse.weighting_class_weights",
        lambda s: by_unit(
            inference.weight_for_nonresponse(s, "channel", {"online": 2_000, "counter": 2_000})
        ), "weight_for_nonresponse",
    ),
    "degrees of freedom, effective answers": Capability(
        "linearization.influence_covariance", "estimate", by_unit,
        "table_precision", "plot_estimates", "describe_precision",
    ),
    # 2. comparison
    "against the mean": compared("contrasts.contrasts", against="mean"),
    "against a reference": compared("contrasts.reference_matrix", against={"unit": "03"}),
    "all pairs": compared("contrasts.pair_matrix", against="all_pairs"),
    **{
        f"adjusted by {how}": compared("multiplicity.adjust_p", adjust=how)
        for how in ("holm", "benjamini-hochberg", "bonferroni", "none")
    },
    "adjusted by max-t": compared("multiplicity.simultaneous", adjust="max-t"),
    "equivalence": compared("multiplicity.equivalence_p", margin=0.1),
    "letters": Capability(
        "letters.compact_letters", "letter_groups",
        lambda s: inference.letter_groups(by_unit(s)),
        "table_letters", "plot_letters", "describe_letters",
    ),
    "heterogeneity": Capability(
        "heterogeneity.heterogeneity", "heterogeneity",
        lambda s: inference.heterogeneity(by_unit(s)),
        "table_heterogeneity", "plot_heterogeneity", "describe_heterogeneity",
    ),
    # 3. ranking
    **{
        f"rank sets, {kind}": ranked("rank_sets.rank_sets", kind=kind)
        for kind in ("simultaneous", "marginal")
    },
    **{
        f"rank sets, {sides}": ranked("rank_sets.rank_sets", sides=sides)
        for sides in ("lower", "upper")
    },
    "rank sets, one step": ranked("rank_sets.rank_sets", stepwise=False),
    "rank sets, finite samples": Capability(
        "binomial_ranks.binomial_rank_sets", "rank",
        lambda s: inference.rank(
            by_unit(replace(s, design=Design(target="period"))), method="exact"
        ),
        "table_ranking", "plot_ranking", "describe_ranking",
    ),
    "ties": Capability(
        "rank_sets.rank_sets", "rank", lambda s: inference.rank(by_unit(tied(s))),
        "table_ranking", "plot_ranking", "describe_ranking",
    ),
    "tau-best": best("best_sets.best_set"),
    "tau-worst": best("best_sets.best_set", best="low"),
    "posterior ranks": shrunken("posterior_ranks.posterior_ranks"),
    "P(top 10 %)": shrunken("posterior_ranks.posterior_ranks", top=0.1),
    # 4. funnel and bands
    "funnel": funnelled("control_limits.rate_limit"),
    "overdispersion, additive": funnelled("overdispersion.overdispersion", adjust="additive"),
    "overdispersion, multiplicative": funnelled(
        "overdispersion.overdispersion", adjust="multiplicative"
    ),
    # 5. shrinkage
    "beta-binomial": shrunken("beta_binomial.fit_beta_binomial", model="beta-binomial"),
    "Fay-Herriot": shrunken("fay_herriot.eblup", model="normal"),
    "Fay-Herriot with covariates": shrunken(
        "fay_herriot.eblup", model="normal", covariates=COVARIATES
    ),
    "random-intercept logit with covariates": shrunken(
        "random_intercept.fit_random_intercept", covariates=COVARIATES
    ),
    "random-intercept logit": shrunken("random_intercept.fit_random_intercept", model="logit"),
    "reliability": Capability(
        "sample_size.n_for_reliability", "shrink",
        lambda s: inference.shrink(by_unit(s)),
        "table_unit_reliability", "plot_respondents_needed", "describe_unit_reliability",
    ),
    "respondents needed": Capability(
        "sample_size.n_to_settle", "respondents_to_settle",
        lambda s: inference.respondents_to_settle(by_unit(s)),
        "table_respondents_needed", "plot_respondents_needed", "describe_respondents_needed",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def results(survey) -> Callable[[str], Any]:
    return lru_cache(None)(lambda name: CAPABILITIES[name].ask(survey))


@pytest.mark.parametrize("name", CAPABILITIES)
def test_it_has_numbers_a_verb_a_table_a_figure_and_a_sentence(results, name) -> None:
    asked = CAPABILITIES[name]
    module, function = asked.arrays.split(".")
    assert callable(getattr(importlib.import_module(f"kbnn_analysis.stats.{module}"), function))
    assert asked.verb in inference.__all__
    result = results(name)
    assert len(result.frame)
    assert result.method
    shared = disclose(result, Rules())
    for language in ("vi", "en"):
        if asked.table:
            html = getattr(tables, asked.table)(shared, language=language).as_raw_html()
            assert style.SIMULATED.split(" / ")[0] in html
            assert ("mẫu ngẫu nhiên" if language == "vi" else "random sample") in html
            assert "nan" not in html.replace("tài nan", "")
        if asked.figure:
            svg = style.to_svg(getattr(figures, asked.figure)(shared, language=language))
            assert style.SIMULATED in svg
            assert figures.alt_text(shared, language)
        if asked.sentence:
            assert getattr(narrative, asked.sentence)(shared, language).endswith(".")


def unit_order(ax: Axes) -> list[int]:
    """Return which units the rows of a figure are, from top to bottom."""
    names = [text.get_text().split(" · ")[0] for text in ax.get_yticklabels()]
    return [UNITS.index(name[-2:]) for name in names if name.startswith("Tỉnh ")]


@pytest.mark.parametrize("name", CAPABILITIES)
def test_no_form_is_a_league_table_without_its_rank_sets(results, name) -> None:
    """Units in the order of their values, or a rank, stand only where their rank sets do."""
    asked = CAPABILITIES[name]
    result = results(name)
    sets = {"rank_low", "rank_high"}
    assert "rank" not in result.frame or sets <= set(result.frame)
    if "unit" not in result.frame:
        return
    by_value = result.frame["estimate" if "estimate" in result.frame else "difference"]
    assert not by_value.is_monotonic_decreasing
    if asked.figure:
        drawn = getattr(figures, asked.figure)(result, language="en")
        axes = drawn if isinstance(drawn, tuple) else (drawn,)
        order = unit_order(axes[0])
        if order != sorted(order):
            assert sets <= set(result.frame)
            assert any("ank interval" in ax.get_xlabel() for ax in axes)
    if "other" in result.by:
        return  # rows are differences
    table = getattr(tables, asked.table)(result, language="en").as_raw_html()
    cells = re.findall(r"Tỉnh (\d\d)", table.split("<tbody")[-1])
    if cells != sorted(cells):
        assert "ank interval" in table


def test_a_unit_without_a_rank_set_has_no_place_among_those_with_one(survey) -> None:
    """Shrunken values in their order are a ranking too."""
    made = inference.shrink(by_unit(survey))
    frame = made.to_frame()
    frame.loc[3, ["rank", "rank_low", "rank_high", "prob_best", "prob_top"]] = np.nan
    left, _ = figures.plot_shrinkage(replace(made, frame=frame), language="vi")
    assert 3 not in unit_order(left)
    assert len(unit_order(left)) == len(UNITS) - 1


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("self-selected", "self-selected"),
        ("process", "offices count as a random sample"),
        ("period", "respondents count as a random sample"),
    ],
)
def test_every_table_names_the_assumption_of_its_intervals(survey, target, told) -> None:
    changed = replace(survey, design=replace(survey.design, target=target))
    for result in (
        by_unit(changed),
        inference.compare(by_unit(changed)),
        inference.rank(by_unit(changed)),
        inference.estimate_totals(changed, SHARE, "unit"),
        inference.letter_groups(by_unit(changed)),
    ):
        assert told in tables.table_result(result, language="en").as_raw_html()
