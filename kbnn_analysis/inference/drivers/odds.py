"""Are the odds proportional? The test with the design's covariance, and the partial model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import NotApplicable, answer_codes
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.study import Study, read_study
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import DriverTests
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.partial_odds import threshold_slopes
from kbnn_analysis.stats.wald import WaldTest, holm, wald_test

Floats = npt.NDArray[np.float64]
ALL = "all"
ALL_LABEL = Label("tất cả các nhân tố", "all drivers together")


@dataclass(frozen=True)
class OddsTests:
    """The tests of one study: a row for each driver, then one for all together."""

    rows: list[WaldTest]
    skipped: tuple[int, ...]


def check_proportional_odds(
    survey: Survey,
    outcome: str,
    drivers: Sequence[str] | None = None,
    *,
    level: Level = "factor",
    adjust: Sequence[str] = (),
    not_applicable: NotApplicable = "drop",
    lonely_psu: LonelyPsu | None = None,
) -> DriverTests:
    """Test whether each driver moves the odds alike at every threshold of the answer (Brant).

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str
        An item.
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    level : {"factor", "item"}
    adjust : sequence of str
        Attributes as fixed effects.
    not_applicable : {"drop", "indicator"}
    lonely_psu : str, optional

    Returns
    -------
    DriverTests
        A row a driver and one for all; adjusted Wald F tests with the covariance of the design.
        ``notes["thresholds_skipped"]`` names thresholds with too few answers for a fit; where
        fewer than two are left, all tests are missing.

    References
    ----------
    Brant, R. (1990). *Biometrics* 46, 1171-1178.
    """
    study = ordinal_study(survey, outcome, drivers, level, adjust, not_applicable)
    tests, names = odds_tests(study, lonely_psu), study.scores.names
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "outcome": study.outcome.name,
            "driver": [*names, ALL],
            "n": study.cases[0].facts["respondents_in_model"],
            "statistic": [row.statistic for row in tests.rows],
            "df": [row.df for row in tests.rows],
            "p_value": [row.p_value for row in tests.rows],
        }
    )
    adjusted = np.append(holm(frame["p_value"].iloc[:-1]), frame["p_value"].iloc[-1])
    notes = driver_notes(
        survey, "ordinal", study.outcome, study.cases,
        penalty="none", ridge=0.0, adjust=adjust, conf_level=0.95, level=level,
        test="proportional odds", adjust_p="Holm",
        thresholds_skipped=", ".join(str(each + 1) for each in tests.skipped) or None,
    )  # fmt: skip
    labels = {**study.scores.labels, ALL: ALL_LABEL}
    return DriverTests(
        frame=frame.assign(p_adjusted=adjusted),
        by=("period", "outcome", "driver"),
        method=method_sentence(survey, notes, "Wald tests of equal slopes at all thresholds"),
        labels=driver_labels(survey, study.outcome, labels, "driver", ()),
        notes=notes,
        simulated=survey.simulated,
    )  # fmt: skip


def uneven_drivers(tests: DriverTests, conf_level: float = 0.95) -> tuple[str, ...]:
    """Return the drivers whose odds are shown not to be proportional.

    Parameters
    ----------
    tests : DriverTests
        Of :func:`check_proportional_odds`.
    conf_level : float
        Tests are judged at 1 - conf_level.

    Returns
    -------
    tuple of str
        Those found after Holm's adjustment; where only all together are shown to be uneven, the
        one that is most. Empty where nothing is shown.
    """
    names = [str(name) for name in tests.frame["driver"]]
    return uneven(names[:-1], tests.frame["p_value"].to_numpy(float), 1 - conf_level)


def uneven(names: Sequence[str], p: npt.ArrayLike, alpha: float) -> tuple[str, ...]:
    """Return the uneven drivers by the p-values of each and, last, of all together.

    Examples
    --------
    >>> uneven(["staff", "time"], [0.03, 0.4, 0.01], 0.05)
    ('staff',)
    """
    single, joint = np.asarray(p, dtype=float)[:-1], float(np.asarray(p, dtype=float)[-1])
    found = np.flatnonzero(np.asarray(holm(single)) < alpha)
    if not found.size and joint < alpha:
        found = np.array([np.nanargmin(single)])
    return tuple(names[int(place)] for place in found)


def ordinal_study(
    survey: Survey,
    outcome: str,
    drivers: Sequence[str] | None,
    level: Level,
    adjust: Sequence[str],
    not_applicable: NotApplicable,
) -> Study:
    """Return the answers of an item, its drivers and complete cases, for an ordinal model."""
    return read_study(
        survey, outcome, drivers, "ordinal",
        level=level, adjust=adjust, not_applicable=not_applicable, patterns=True,
    )  # fmt: skip


def odds_tests(study: Study, lonely_psu: LonelyPsu | None) -> OddsTests:
    """Return the tests of one study; missing where too few thresholds have a fit."""
    cases, p = study.cases[0], len(study.scores.names)
    x = np.hstack([cases.drivers, cases.terms.columns])
    answers = answer_codes(cases)
    try:
        slopes = threshold_slopes(x, answers, cases.weight, gathered=cases.by_unit)
    except UsageError:
        # a small survey near the ceiling: there is no test, and that is what the rows say
        nothing = WaldTest(np.nan, 0, np.nan, np.nan)
        return OddsTests([nothing] * (p + 1), tuple(range(int(answers.max()))))
    each = [slopes.contrasts(predictor) for predictor in range(p)]
    joint = np.concatenate([part[0] for part in each]), np.hstack([part[1] for part in each])
    covariance = cases.covariance(joint[1], lonely_psu)
    size = len(slopes.thresholds) - 1
    blocks = [slice(j * size, (j + 1) * size) for j in range(p)]
    rows = [wald_test(joint[0][at], covariance[at, at], cases.df) for at in blocks]
    return OddsTests([*rows, wald_test(joint[0], covariance, cases.df)], slopes.skipped)
