"""Do drivers differ between groups? Wald tests on the joint covariance of all groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.odds import ALL, ALL_LABEL
from kbnn_analysis.intake.stacking import PERIOD
from kbnn_analysis.results import Coefficients, Drivers, DriverTests
from kbnn_analysis.stats.wald import WaldTest, holm, wald_test

Floats = npt.NDArray[np.float64]


def compare_driver_groups(result: Coefficients | Drivers) -> DriverTests:
    """Test whether coefficients or shares of the drivers are equal in all groups.

    Parameters
    ----------
    result : Coefficients or Drivers
        Made with ``by=``; groups share sampling units, and the covariance between them counts.
        Periods are groups of a survey that was stacked.

    Returns
    -------
    DriverTests
        A row a driver and one for all; adjusted Wald F tests, p-values by Holm. Degrees of freedom
        are Welch's of the difference of two groups that has the fewest. Where these do not allow a
        test of as many differences, it is missing, and all drivers together have the smallest
        adjusted p-value: the chance that any single test finds as much is no larger.

    Raises
    ------
    UsageError
        If the result has no groups.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"period": "p", "outcome": "y", "sex": ["a", "b"], "driver": "x",
    ...     "n": 50, "df": 40.0, "fit": 0.5, "estimate": 0.5, "std_error": 0.1,
    ...     "share": [0.2, 0.8], "share_low": 0.0, "share_high": 1.0, "rank": 1.0,
    ...     "rank_low": 1.0, "rank_high": 1.0})
    >>> two = Drivers(frame=frame, by=("period", "outcome", "sex", "driver"), method="",
    ...     covariance=np.eye(2) * 0.01)
    >>> compare_driver_groups(two).frame["statistic"].round(2).tolist()
    [18.0, 18.0]
    """
    group = result.by[2] if len(result.by) == 4 else PERIOD
    if group == PERIOD and result.frame[PERIOD].nunique() < 2:
        raise UsageError("there are no groups to compare; make the result with `by`.")
    key = result.by[-1]
    value = "share" if isinstance(result, Drivers) else "estimate"
    frame = result.frame.reset_index(drop=True)
    if "role" in frame:
        frame = frame[frame["role"] == "driver"]
    names = list(dict.fromkeys(frame[key]))
    groups = frame[group].nunique()
    if groups < 2:
        raise UsageError(f"{group!r} has one group with enough respondents; none to compare.")
    blocks = [np.flatnonzero((result.frame[key] == name).to_numpy()) for name in names]
    values, df = (result.frame[name].to_numpy(float) for name in (value, "df"))
    asked = [*([rows] for rows in blocks), blocks]
    tests = [_equal(values, result.covariance, each, df) for each in asked]
    adjusted = holm([test.p_value for test in tests[:-1]])
    if np.isnan(joint := tests[-1].p_value):
        joint = float(np.min(adjusted, initial=np.inf, where=np.isfinite(adjusted)))
        joint = joint if np.isfinite(joint) else np.nan
    made = pd.DataFrame(
        {
            "period": frame["period"].iloc[-1], "outcome": frame["outcome"].iloc[0],
            "driver": [*names, ALL], "n": int(frame.groupby(group)["n"].first().sum()),
            "statistic": [test.statistic for test in tests], "df": [test.df for test in tests],
            "p_value": [*(test.p_value for test in tests[:-1]), joint],
            "p_adjusted": [*adjusted, joint],
        }
    )  # fmt: skip
    labels = {name: dict(known) for name, known in result.labels.items()}
    labels["driver"] = {**labels.get(key, {}), ALL: ALL_LABEL}
    return DriverTests(
        frame=made,
        by=("period", "outcome", "driver"),
        method=f"Adjusted Wald tests of equal {value}s in {groups} levels of {group}; "
        f"p-values by Holm. {result.method}",
        labels=labels,
        notes={
            **result.notes,
            "test": "equal drivers",
            "groups": groups,
            "adjust_p": "Holm",
            "joint": "wald" if np.isfinite(tests[-1].p_value) else "smallest",
        },
        simulated=result.simulated,
    )


def _equal(
    values: Floats, covariance: Floats, blocks: list[npt.NDArray[np.intp]], df: Floats
) -> WaldTest:
    """Test that within each block all values are equal."""
    rows = [(block[0], other) for block in blocks for other in block[1:]]
    take = np.zeros((len(rows), len(values)))
    for at, (first, other) in enumerate(rows):
        take[at, first], take[at, other] = -1.0, 1.0
    fewest = min(_welch(covariance[[a, b], [a, b]], df[[a, b]]) for a, b in rows)
    try:
        return wald_test(take @ values, take @ covariance @ take.T, fewest)
    except UsageError:  # too few sampling units: no test, and that is what the row says
        return WaldTest(np.nan, len(rows), np.nan, np.nan)


def _welch(variance: Floats, df: Floats) -> float:
    """Return degrees of freedom of a difference of two statistics with their own."""
    whole = float((variance**2 / df).sum())
    return float(variance.sum() ** 2 / whole) if whole > 0 else float(df.min())
