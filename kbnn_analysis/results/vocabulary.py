"""The one vocabulary of result columns: name, kind of value, meaning.

A new column needs a line here; GLOSSARY.md prints this table and a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "number", "share", "text", "flag"]


@dataclass(frozen=True)
class Column:
    """A declared column: its kind and what it means."""

    kind: Kind
    meaning: str


VOCABULARY: dict[str, Column] = {
    "n": Column("count", "valid unweighted answers"),
    "count": Column("count", "unweighted answers that meet the measure, where it is a proportion"),
    "n_eff": Column("number", "effective number of answers after weighting (Kish)"),
    "weight_sum": Column("number", "sum of the weights of the valid answers"),
    "df": Column("number", "degrees of freedom of the design in this domain"),
    "deff": Column("number", "design effect: variance over that of a simple random sample of n"),
    "estimate": Column("number", "the estimate, on the measure's own scale (proportions 0 to 1)"),
    "std_error": Column("number", "standard error of the estimate or difference"),
    "statistic": Column("number", "test statistic"),
    "p_value": Column("share", "p-value of the test"),
    "p_adjusted": Column("share", "p-value adjusted for the number of tests"),
    "conf_low": Column("number", "lower end of the interval"),
    "conf_high": Column("number", "upper end of the interval"),
    "p_equivalence": Column("share", "p-value against a difference beyond the margin, adjusted"),
    "difference": Column("number", "difference of two estimates, on the measure's scale"),
    "n_earlier": Column("count", "valid unweighted answers of the earlier period"),
    "estimate_earlier": Column("number", "the estimate of the earlier period, on the same scale"),
    "correlation": Column("number", "correlation of the two errors: the same offices answer again"),
    "shrunken": Column("number", "change expected once every unit has learnt from the others"),
    "shrunken_low": Column("number", "lower end of the posterior interval of the shrunken change"),
    "shrunken_high": Column("number", "upper end of the posterior interval of the shrunken change"),
    "regression": Column("number", "change expected of the unit if it had not changed at all"),
    "comparable": Column("flag", "false where the difference must not be read as change"),
    "reason": Column("text", "what differs between the periods besides the result"),
    "rank": Column("number", "rank of the estimate, 1 is best; ties share the mean"),
    "rank_low": Column("count", "best rank that the data allow"),
    "rank_high": Column("count", "worst rank that the data allow"),
    "rank_low_earlier": Column("count", "best rank that the data of the earlier period allow"),
    "rank_high_earlier": Column("count", "worst rank that the data of the earlier period allow"),
    "moved_low": Column("number", "fewest places gained that the data allow; below 0 places lost"),
    "moved_high": Column("number", "most places gained that the data allow; below 0 places lost"),
    "prob_best": Column("share", "posterior probability of being truly best"),
    "prob_top": Column("share", "posterior probability of being truly among the top group"),
    "direct": Column("number", "the unit's own estimate, before it is shrunken towards the others"),
    "reliability": Column("share", "weight of a unit's own answers; one minus the shrinkage"),
    "n_needed": Column("number", "respondents it would take, by the rule that the method states"),
    "target": Column("number", "value that is expected of every unit"),
    "limit_low": Column("number", "lower control limit: beyond it a unit is worse than expected"),
    "limit_high": Column("number", "upper control limit: beyond it a unit is better than expected"),
    "warn_low": Column("number", "lower warning limit, within the control limit"),
    "warn_high": Column("number", "upper warning limit, within the control limit"),
    "units": Column("count", "units that the row speaks of"),
    "tau": Column("number", "standard deviation of the true values, on the measure's scale"),
    "tau_low": Column("number", "lower end of the interval of tau"),
    "tau_high": Column("number", "upper end of the interval of tau"),
    "i_squared": Column("share", "part of the variance seen between units that is not chance"),
    "i_squared_low": Column("share", "lower end of the interval of I-squared"),
    "i_squared_high": Column("share", "upper end of the interval of I-squared"),
    "icc": Column("number", "intra-class correlation: part of the variance between units"),
    "tier": Column("text", "layer of units: among it and those below, nobody is surely better"),
    "letters": Column("text", "units that share a letter were not found to differ"),
    "included": Column("flag", "true where the unit belongs to the set that the result speaks of"),
    "side": Column("count", "fewest unweighted answers on a side of a share, at a model's level"),
    "band": Column("text", "band in words or as a bound, where the value itself is not shown"),
    "share": Column("share", "part of a whole"),
    "share_missing": Column("share", "part of the respondents who left the item unanswered"),
    "share_not_applicable": Column("share", "part of the respondents to whom it did not apply"),
    "role": Column(
        "text", "what a term is: driver, adjustment, context of the unit, product of these two"
    ),
    "fit": Column("number", "fit of the model with all drivers, beyond its adjustments"),
    "relative_weight": Column("share", "Johnson's relative weight as a part of the fit"),
    "alone": Column("number", "fit of a model of the driver alone, beyond the adjustments"),
    "last": Column("number", "what a driver adds to the model of all others"),
    "dominates": Column("text", "drivers that add less to every submodel (complete dominance)"),
    "dominates_by_size": Column(
        "text", "drivers that add less on average at every number of others (conditional dominance)"
    ),
    "share_low": Column("share", "lower end of the interval of the share"),
    "share_high": Column("share", "upper end of the interval of the share"),
    "stated": Column("number", "stated importance: mean of the priority that respondents gave"),
    "stated_low": Column("number", "lower end of the interval of the stated importance"),
    "stated_high": Column("number", "upper end of the interval of the stated importance"),
    "stated_rank": Column("number", "rank of the stated importance, 1 is highest"),
    "performance": Column("number", "mean score of the driver on its own scale"),
    "performance_low": Column("number", "lower end of the interval of the performance"),
    "performance_high": Column("number", "upper end of the interval of the performance"),
    "quadrant": Column("text", "place by importance and performance against the stated cuts"),
    "prob_quadrant": Column("share", "probability of the quadrant, given sampling error"),
    "quadrant_other_cut": Column("text", "place where the other cut (median or mean) is taken"),
    "prob_concentrate": Column("share", "probability of high importance and low performance"),
    "prob_keep": Column("share", "probability of high importance and high performance"),
    "prob_low_priority": Column("share", "probability of low importance and low performance"),
    "prob_ample": Column("share", "probability of low importance and high performance"),
    "share_not_satisfied": Column("share", "part of the valid answers below satisfied"),
    "share_moving": Column("share", "part of the respondents who move up one level"),
    "factor_type": Column("text", "basic, performance, excitement or unclear, by the contrasts"),
    "item_rest": Column("number", "correlation of an item with the sum of the others of its scale"),
    "alpha_dropped": Column("number", "Cronbach's alpha of the scale without the item"),
    "loading": Column("number", "standardized factor loading"),
    "cfi": Column("number", "comparative fit index of a factor model"),
    "tli": Column("number", "Tucker-Lewis index of a factor model"),
    "rmsea": Column("number", "root mean square error of approximation of a factor model"),
    "rmsea_low": Column("number", "lower end of the 90 % interval of the RMSEA"),
    "rmsea_high": Column("number", "upper end of the 90 % interval of the RMSEA"),
    "srmr": Column("number", "standardized root mean square residual of a factor model"),
    "r_squared": Column("share", "part of a variance that a model explains"),
    "vif": Column("number", "variance inflation factor: 1 over the part others do not explain"),
    "eigenvalue": Column("number", "eigenvalue of the correlations of the items"),
    "eigenvalue_noise": Column("number", "eigenvalue that uncorrelated answers would reach"),
    "fmi": Column("share", "fraction of the information that is missing"),
    "suppressed": Column("flag", "true where the row is hidden"),
    "suppressed_reason": Column("text", "why the row is hidden"),
    "display": Column("text", "the value as it may be printed"),
}
