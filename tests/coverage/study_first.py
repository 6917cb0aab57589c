"""Is first really first? Simulated surveys of 63 provinces with known truth, and what methods say.

    python tests/coverage/study_first.py --processes 2 --write docs/validation/ranking.md

For each truth and each size of survey it counts how often the observed leader is truly best, how
often intervals of ranks and of rates hold the truth (of all provinces, and of the one that is truly
best or worst, with and without the bound on shrinking), whether P(best) agrees with how
often the leader is best, and what a naive bootstrap of ranks would have claimed. Every figure has
its Monte Carlo error: surveys are the independent draws, provinces of one survey are not.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special, stats

from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.inference.effective_counts import unit_sets
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.inference.shrunken_intervals import shrunken_intervals
from kbnn_analysis.language import Label
from kbnn_analysis.results import MeasureInfo
from kbnn_analysis.stats.beta_posterior import beta_posterior
from kbnn_analysis.stats.logit_posterior import logit_posterior
from kbnn_analysis.stats.normal_posterior import normal_posterior
from kbnn_analysis.stats.posterior import Posterior
from kbnn_analysis.stats.posterior_ranks import posterior_ranks
from kbnn_analysis.stats.proportions import Interval
from kbnn_analysis.stats.rank_sets import rank_sets
from kbnn_analysis.stats.rate_posterior import rate_posterior

PROVINCES, LEVEL, BOOTSTRAPS, SEED = 63, 0.95, 400, 20231
RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))
CENTRE = float(special.logit(0.98))


def truncated(rng: np.random.Generator) -> np.ndarray:
    """Return logit-normal rates within 90 and 99.5 %."""
    z = stats.truncnorm((special.logit(0.9) - CENTRE) / 0.6, (special.logit(0.995) - CENTRE) / 0.6)
    return special.expit(CENTRE + 0.6 * z.ppf(rng.random(PROVINCES)))


TRUTHS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "logit-normal, 90-99.5 %": truncated,
    "logit-normal": lambda r: special.expit(CENTRE + 0.6 * r.normal(size=PROVINCES)),
    "bimodal": lambda r: special.expit(
        special.logit(np.where(r.random(PROVINCES) < 0.5, 0.95, 0.99))
        + 0.1 * r.normal(size=PROVINCES)
    ),
    "heavy-tailed": lambda r: special.expit(CENTRE + 0.4 * r.standard_t(3, PROVINCES)),
    "one outlier": lambda r: special.expit(
        np.append(special.logit(0.995), special.logit(0.96) + 0.15 * r.normal(size=PROVINCES - 1))
    ),
    "ties": lambda r: r.choice([0.95, 0.97, 0.98, 0.985, 0.99], PROVINCES),
    "all alike": lambda r: np.full(PROVINCES, 0.98),
}
SIZES: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "80-400": lambda r: r.integers(80, 401, PROVINCES),
    "30-1500": lambda r: r.integers(30, 1501, PROVINCES),
    "1500": lambda r: np.full(PROVINCES, 1500),
}
RESPONSE = "response depends on satisfaction"


@dataclass(frozen=True)
class Verdict:
    """What one survey showed, each as a share of the cases it speaks of."""

    leader_best: float
    leader_rank: float
    prob_best: float
    rank_leader: float
    rank_all: float
    rank_all_one: float
    prob_best_one: float
    upper: float
    rate_leader: float
    rate_all: float
    rate_best: float
    rate_worst: float
    model_leader: float
    model_all: float
    model_best: float
    model_worst: float
    limited: float
    wider: float
    boot_leader: float
    boot_all: float
    prob_two: float
    set_leader: float
    set_all: float
    set_upper: float
    set_together: float
    logit_rank: float
    logit_rate: float
    normal_rank: float
    normal_rate: float


def survey(truth: str, size: str, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return true rates, counts and answers of one simulated survey."""
    if truth != RESPONSE:
        rate, n = TRUTHS[truth](rng), SIZES[size](rng)
        return rate, rng.binomial(n, rate), n
    rate, n = TRUTHS["logit-normal"](rng), SIZES[size](rng)
    # the dissatisfied answer 0.5 to 1 times as often as the satisfied, by province
    shy = rng.uniform(0.5, 1.0, PROVINCES)
    return rate, rng.binomial(n, rate / (rate + (1 - rate) * shy)), n


def judge(rate: np.ndarray, x: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> Verdict:
    """Return what the methods say of one survey, against its truth."""
    best_rank = 1 + (rate[None, :] > rate[:, None] + 1e-12).sum(axis=1)
    worst_rank = PROVINCES - (rate[None, :] < rate[:, None] - 1e-12).sum(axis=1)
    direct = x / n
    leader = int(np.lexsort((n, direct))[-1])  # among equals the one with the most answers
    averaged = rate_posterior(x, n)
    posterior = averaged.posterior
    ranks = posterior_ranks(posterior)
    low, high = ranks.interval(LEVEL)
    held = (low <= worst_rank) & (high >= best_rank)
    counts = pd.DataFrame({"unit": np.arange(PROVINCES).astype(str), "count": x, "n": n})
    estimates = estimates_from_counts(counts, RATE, period="2023-1")
    units = next(unit_sets(estimates, min_n=1))
    model, found = (shrunken_intervals(units, posterior, LEVEL, most) for most in (np.inf, 1.0))
    # the sets come back in the order of the rows, which is that of the counts
    model_in, inside = (holds(each.interval, rate) for each in (model, found))
    best, worst = int(np.argmax(rate)), int(np.argmin(rate))
    alone = posterior_ranks(beta_posterior(x, n))
    one = alone.interval(LEVEL)
    drawn = rng.binomial(n, direct, (BOOTSTRAPS, PROVINCES)) / n
    placed = stats.rankdata(-drawn, axis=1, method="average")
    boot = np.quantile(placed, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    boot_held = (boot[0] <= worst_rank) & (boot[1] >= best_rank)
    smooth = (x + 0.5) / (n + 1.0)
    sets = rank_sets(direct, np.diag(smooth * (1 - smooth) / n), level=LEVEL, kind="marginal")
    set_held = (sets.low <= worst_rank) & (sets.high >= best_rank)
    default = rank(estimates).frame
    order = default["unit"].astype(int).to_numpy()
    together = (default["rank_low"] <= worst_rank[order]) & (
        default["rank_high"] >= best_rank[order]
    )
    models = [logit_posterior(x, n), normal_posterior(direct, smooth * (1 - smooth) / n)]
    (logit_rank, logit_rate), (normal_rank, normal_rate) = (
        held_by(model, rate, best_rank, worst_rank) for model in models
    )
    return Verdict(
        leader_best=float(best_rank[leader] == 1),
        leader_rank=float((best_rank[leader] + worst_rank[leader]) / 2),
        prob_best=float(ranks.best[leader]),
        rank_leader=float(held[leader]),
        rank_all=float(held.mean()),
        rank_all_one=float(((one[0] <= worst_rank) & (one[1] >= best_rank)).mean()),
        prob_best_one=float(alone.best[leader]),
        upper=float(high[leader]),
        rate_leader=float(inside[leader]),
        rate_all=float(inside.mean()),
        rate_best=float(inside[best]),
        rate_worst=float(inside[worst]),
        model_leader=float(model_in[leader]),
        model_all=float(model_in.mean()),
        model_best=float(model_in[best]),
        model_worst=float(model_in[worst]),
        limited=float(found.limited.mean()),
        wider=float(width(found.interval).sum() / width(model.interval).sum()),
        boot_leader=float(boot_held[leader]),
        boot_all=float(boot_held.mean()),
        prob_two=averaged.prob_two,
        set_leader=float(set_held[leader]),
        set_all=float(set_held.mean()),
        set_upper=float(sets.high[leader]),
        set_together=float(together.all()),
        logit_rank=logit_rank,
        logit_rate=logit_rate,
        normal_rank=normal_rank,
        normal_rate=normal_rate,
    )


def holds(interval: Interval, truth: np.ndarray) -> np.ndarray:
    """Return which intervals hold the truth."""
    return (interval.low <= truth) & (truth <= interval.high)


def width(interval: Interval) -> np.ndarray:
    """Return the widths of intervals."""
    return interval.high - interval.low


def held_by(
    model: Posterior, rate: np.ndarray, best_rank: np.ndarray, worst_rank: np.ndarray
) -> tuple[float, float]:
    """Return which share of true ranks and of true rates a posterior's intervals hold."""
    low, high = posterior_ranks(model).interval(LEVEL)
    ends = model.quantiles([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    held = (low <= worst_rank) & (high >= best_rank)
    return float(held.mean()), float(((ends[:, 0] <= rate) & (rate <= ends[:, 1])).mean())


def study(truth: str, size: str, surveys: int) -> dict[str, tuple[float, float]]:
    """Return mean and Monte Carlo error of every verdict over simulated surveys."""
    key = [*TRUTHS, RESPONSE].index(truth), list(SIZES).index(size)
    rng = np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=key))
    found = [judge(*survey(truth, size, rng), rng) for _ in range(surveys)]
    table = np.array([[getattr(each, field.name) for field in fields(Verdict)] for each in found])
    error = table.std(axis=0, ddof=1) / np.sqrt(surveys)
    return {
        field.name: (float(table[:, place].mean()), float(error[place]))
        for place, field in enumerate(fields(Verdict))
    }


def calibrate(truth: str, surveys: int) -> list[float]:
    """Return how often the observed leader is best and its mean P(best), each with its error.

    With 1,500 answers a province, where it matters most; one group and few nodes, which move
    P(best) by less than a point here, so that many surveys can be had.
    """
    rng, found = np.random.default_rng(99), []
    for _ in range(surveys):
        rate, x, n = survey(truth, "1500", rng)
        ranks = posterior_ranks(beta_posterior(x, n, spread_nodes=5, mean_nodes=1))
        leader = int(np.lexsort((n, x / n))[-1])
        found.append((float(rate[leader] == rate.max()), float(ranks.best[leader])))
    table = np.array(found)
    means, errors = table.mean(axis=0), table.std(axis=0) / np.sqrt(surveys)
    return [float(value) for pair in zip(means, errors, strict=True) for value in pair]


Cell = tuple[float, float]
Study = dict[tuple[str, str], dict[str, Cell]]

COLUMNS = {
    "leader_best": ("leader truly best", 100),
    "prob_best": ("P(best) of leader", 100),
    "leader_rank": ("its true rank", 1),
    "upper": ("worst rank allowed", 1),
    "rank_leader": ("rank interval, leader", 100),
    "rank_all": ("rank interval, all", 100),
    "rate_leader": ("rate interval, leader", 100),
    "rate_all": ("rate interval, all", 100),
    "prob_two": ("P(two groups)", 100),
}
INTERVALS = {
    "rate_all": ("all", 100),
    "rate_leader": ("leader", 100),
    "rate_best": ("truly best", 100),
    "rate_worst": ("truly worst", 100),
    "model_all": ("model alone, all", 100),
    "model_leader": ("model alone, leader", 100),
    "model_best": ("model alone, truly best", 100),
    "model_worst": ("model alone, truly worst", 100),
    "limited": ("bound reached", 100),
    "wider": ("times as wide", 1),
}
OTHERS = {
    "rank_all": ("default, all", 100),
    "rank_all_one": ("one group only, all", 100),
    "leader_best": ("leader truly best", 100),
    "prob_best": ("P(best), default", 100),
    "prob_best_one": ("P(best), one group", 100),
    "set_leader": ("rank set, leader", 100),
    "set_all": ("rank set, all", 100),
    "set_upper": ("rank set, worst rank of leader", 1),
    "boot_leader": ("naive bootstrap, leader", 100),
    "boot_all": ("naive bootstrap, all", 100),
}


MODELS = {
    "rank_all": ("ranks, default", 100),
    "logit_rank": ("ranks, logit", 100),
    "normal_rank": ("ranks, normal", 100),
    "model_all": ("rates, default model", 100),
    "logit_rate": ("rates, logit", 100),
    "normal_rate": ("rates, normal", 100),
    "set_together": ("all ranks at once, simultaneous sets", 100),
}


def run(surveys: int, processes: int = 1) -> Study:
    """Return the verdicts of every truth and size."""
    cases = list(product([*TRUTHS, RESPONSE], SIZES))
    truths, sizes = zip(*cases, strict=True)
    if processes == 1:
        found = map(study, truths, sizes, [surveys] * len(cases))
        return dict(zip(cases, found, strict=True))
    with ProcessPoolExecutor(processes) as pool:
        found = pool.map(study, truths, sizes, [surveys] * len(cases))
        return dict(zip(cases, found, strict=True))


def table(results: Study, columns: dict[str, tuple[str, int]]) -> str:
    """Return the verdicts as a Markdown table; figures with their Monte Carlo error."""
    heads = ["truth", "answers", *(name for name, _ in columns.values())]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for (truth, size), row in results.items():
        cells = [
            f"{row[key][0] * unit:.1f} ± {row[key][1] * unit:.1f}"
            for key, (_, unit) in columns.items()
        ]
        lines.append("| " + " | ".join([truth, size, *cells]) + " |")
    return "\n".join(lines)


def calibration_table(surveys: int) -> str:
    """Return the calibration of P(best) as a Markdown table."""
    lines = ["| truth | leader truly best | P(best) of leader |", "| --- | --- | --- |"]
    for truth in list(TRUTHS)[:2]:
        hit, hit_error, said, said_error = (100 * value for value in calibrate(truth, surveys))
        lines.append(f"| {truth} | {hit:.1f} ± {hit_error:.1f} | {said:.1f} ± {said_error:.1f} |")
    return "\n".join(lines)


def report(results: Study, surveys: int, calibrated: int = 2) -> str:
    """Return the page of the study."""
    modelled = {case: row for case, row in results.items() if case[0] != RESPONSE}
    low = min(modelled, key=lambda case: modelled[case]["rank_all"][0])
    lead = min(modelled, key=lambda case: modelled[case]["rank_leader"][0])
    low_of = {
        key: min(modelled, key=lambda case: modelled[case][key][0])
        for key in ("rate_all", "rate_leader", "rate_best", "rate_worst", "normal_rate")
    }
    apart = [case for case in modelled if case[0] == "one outlier"] or list(modelled)
    one = min(modelled, key=lambda case: modelled[case]["rank_all_one"][0])
    boot = min(modelled, key=lambda case: modelled[case]["boot_leader"][0])
    biased = min(
        (case for case in results if case[0] == RESPONSE), key=lambda c: results[c]["rank_all"][0]
    )

    together = min(results, key=lambda case: results[case]["set_together"][0])

    def told(case: tuple[str, str], key: str) -> str:
        value, error = results[case][key]
        return f"{100 * value:.1f} ± {100 * error:.1f} % ({case[0]}, {case[1]} answers)"

    return PAGE.format(
        surveys=surveys,
        provinces=PROVINCES,
        seed=SEED,
        calibrated=calibrated,
        calibration=calibration_table(calibrated),
        main=table(results, COLUMNS),
        others=table(results, OTHERS),
        models=table(results, MODELS),
        together=told(together, "set_together"),
        low=told(low, "rank_all"),
        lead=told(lead, "rank_leader"),
        **{key: told(case, key) for key, case in low_of.items()},
        outlier=told(min(apart, key=lambda case: results[case]["rate_best"][0]), "rate_best"),
        model_outlier=told(
            min(apart, key=lambda case: results[case]["model_best"][0]), "model_best"
        ),
        intervals=table(results, INTERVALS),
        one=told(one, "rank_all_one"),
        boot=told(boot, "boot_leader"),
        biased=told(biased, "rank_all"),
    )


PAGE = """# Is first really first? A study of posterior ranks

Written by `python tests/coverage/study_first.py --surveys {surveys}` (seed {seed}): {surveys}
simulated surveys of {provinces} provinces for each truth and size, nominal level 95 %. Figures are
per cent unless they are ranks, ± one Monte Carlo standard error over surveys. An interval of ranks
counts as holding where it meets any of the ranks that a tie leaves open. "Leader" is the province
with the highest observed rate, among equals the one with the most answers. Where every survey
held, ± 0.0 stands; that still allows failures in up to 3 of {surveys} surveys (the rule of three).

Default: `stats.rate_posterior`, a beta distribution of true rates averaged with a mixture of two
(the counts weigh them), hyper-parameters integrated over.

{main}

## Intervals of shrunken rates

The default of `shrink` moves no rate by more than one standard error from the province's own; where
the model would, the interval takes in the direct one (`stats.limited_translation`). "Model alone"
is the posterior interval without that bound. "Bound reached" is the share of provinces that reach
it, "times as wide" the mean width over that of the model alone.

{intervals}

## What was compared

"One group only" is a single beta distribution, the usual beta-binomial model with its
hyper-parameters integrated over. "Naive bootstrap" draws each province's count anew at its
observed rate and takes the 2.5 and 97.5 % points of its rank. "Rank set" is the marginal
confidence set of ranks (`stats.rank_sets`) from rates with variances at (x + 0.5) / (n + 1): it
assumes no model of provinces.

{others}

## The other models, and the sets that hold all at once

"Logit" is the random-intercept logit and "normal" the normal-normal model of `shrink`, each with
its spread integrated over. "All ranks at once" is the share of surveys in which the simultaneous
sets that `rank` gives by default hold the true ranks of all {provinces} provinces together.

{models}

## Is P(best) what it says?

{calibrated} further surveys with 1,500 answers a province, one group:

{calibration}

P(best) rests on the upper tail of the assumed distribution, which no survey shows well. Where true
rates follow it, P(best) is right; where they stop at a ceiling it says too much; where many
provinces tie for the best it says too little, for it shares the first place out.

## Reading

- Lowest share of all provinces whose true rank lies in the default interval: {low}.
  For the observed leader alone: {lead}.
- The one-group model goes as low as {one}: where provinces form two camps it is wrong and says
  nothing of it. Therefore the average over one and two groups is the default.
- The naive bootstrap holds the leader's true rank in as few as {boot}. It must not be used.
- Intervals of rates, all provinces: {rate_all} or more. The model alone holds that on average
  as well, but it draws a province unlike all others towards them: the outlier is held in as few as
  {model_outlier}, with the bound in {outlier} or more;
  the observed leader, over all truths, in {rate_leader} or more.
  Therefore the bound is the default.
- The province that is truly best or worst without standing apart is one of those that are drawn
  most, and no survey tells which it is: it is held in as few as {rate_best} and
  {rate_worst}. The direct interval, which needs no model, stands beside the shrunken one.
- Rates by the normal model hold in as few as {normal_rate}: it is for means, and for rates
  published without counts.
- The simultaneous sets, the default of `rank`, hold all true ranks together in {together} or more.
- The confidence set of ranks holds without a model, and pays for it in width: read it as the
  cautious bound beside the posterior interval.
- Where dissatisfied people answer less often, and not equally so in all provinces, no interval
  from the answers alone can know it: {biased} of true ranks are held there, and intervals of
  rates fall further. More answers make it worse, not better.

Truths: logit-normal about 98 % with standard deviation 0.6 (whole, and within 90 to 99.5 %);
bimodal about 95 and 99 %; heavy-tailed, Student's t with 3 degrees of freedom times 0.4; one
outlier of 99.5 % beside 62 about 96 %; ties at five values; all alike at 98 %.
"{response}": logit-normal, the dissatisfied answer 0.5 to 1 times as
often as the satisfied, by province.
""".replace("{response}", RESPONSE)


def main() -> None:
    """Run the study and print or write its page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surveys", type=int, default=200, help="simulated surveys per case")
    parser.add_argument("--calibrate", type=int, default=200, help="surveys that check P(best)")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--write", type=Path, help="file to write; printed without it")
    asked = parser.parse_args()
    page = report(run(asked.surveys, asked.processes), asked.surveys, asked.calibrate)
    if asked.write is None:
        print(page)
        return
    asked.write.parent.mkdir(parents=True, exist_ok=True)
    asked.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
