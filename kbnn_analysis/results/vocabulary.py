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
    "difference": Column("number", "difference of two estimates, on the measure's scale"),
    "rank": Column("number", "rank of the estimate, 1 is best; ties share the mean"),
    "rank_low": Column("count", "best rank that the data allow"),
    "rank_high": Column("count", "worst rank that the data allow"),
    "prob_best": Column("share", "posterior probability of being truly best"),
    "prob_top": Column("share", "posterior probability of being truly among the top group"),
    "tier": Column("text", "group of units that cannot be told apart from its leader"),
    "band": Column("text", "band in words or as a bound, where the value itself is not shown"),
    "share": Column("share", "part of a whole"),
    "suppressed": Column("flag", "true where the row is hidden"),
    "suppressed_reason": Column("text", "why the row is hidden"),
    "display": Column("text", "the value as it may be printed"),
}
