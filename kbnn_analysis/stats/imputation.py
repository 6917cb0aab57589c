"""Multiple imputation of ordered answers by chained predictive mean matching."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
DONORS = 5
RIDGE = 1e-5


def impute(
    answers: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    keep_missing: npt.ArrayLike | None = None,
    background: npt.ArrayLike | None = None,
    m: int = 20,
    rounds: int = 10,
) -> Iterator[Floats]:
    """Yield m completed copies of the answers.

    Each item in turn is regressed on all others and on the background; a missing answer is
    taken from one of the five respondents whose prediction is nearest, with regression
    coefficients drawn from their posterior. Only answers that occur are ever filled in.

    Parameters
    ----------
    answers : array of shape (n, p)
        NaN where there is no answer.
    rng : Generator
        Source of the draws; the result depends on its state and on nothing else.
    keep_missing : array of bool, shape (n, p), optional
        Where no answer can exist (not applicable): these stay NaN. As predictors they count with
        the item's mean and an indicator.
    background : array of shape (n, q), optional
        Complete predictors (dummies of respondent type, weight ...).
    m : int
        Number of copies.
    rounds : int
        Passes over the items before a copy is taken; every copy has its own chain.

    Yields
    ------
    ndarray of shape (n, p)
        NaN only where `keep_missing`.

    Raises
    ------
    UsageError
        If an item has fewer than five answers to borrow from, or `m` is under two.

    Notes
    -----
    Assumes that what is missing is random given the other answers and the background. It does not
    know of clusters; put the unit into `background` where units differ much.

    References
    ----------
    van Buuren, S. and Groothuis-Oudshoorn, K. (2011). *Journal of Statistical Software* 45(3). In
    R: ``mice::mice(d, m = 20, method = "pmm")``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = np.repeat(np.arange(1.0, 6.0), 20)[:, None] * np.ones(3)
    >>> x[0, 0] = np.nan
    >>> float(next(impute(x, rng, m=2))[0, 0])
    1.0
    """
    values = np.asarray(answers, dtype=float)
    absent = np.zeros(values.shape, dtype=bool)
    if keep_missing is not None:
        absent = np.asarray(keep_missing, dtype=bool) & np.isnan(values)
    wanted = np.isnan(values) & ~absent
    _check(values, wanted, m)
    fixed = _background(values, absent, background)
    for _ in range(m):
        yield _one_copy(values, wanted, absent, fixed, rng, rounds)


def _one_copy(
    values: Floats,
    wanted: Flags,
    absent: Flags,
    fixed: Floats,
    rng: np.random.Generator,
    rounds: int,
) -> Floats:
    filled = values.copy()
    for column in range(values.shape[1]):
        seen = values[~np.isnan(values[:, column]), column]
        filled[wanted[:, column], column] = rng.choice(seen, int(wanted[:, column].sum()))
        filled[absent[:, column], column] = seen.mean()
    order = np.flatnonzero(wanted.any(axis=0))
    for _ in range(rounds):
        for item in order:
            others = np.delete(filled, item, axis=1)
            design = np.column_stack([fixed, others])
            seen = ~np.isnan(values[:, item])
            filled[wanted[:, item], item] = _match(
                design[seen], values[seen, item], design[wanted[:, item]], rng
            )
    filled[absent] = np.nan
    return filled


def _match(x: Floats, y: Floats, target: Floats, rng: np.random.Generator) -> Floats:
    """Return answers of donors: prediction by the estimate there, by a drawn coefficient here."""
    products = x.T @ x
    products[np.diag_indices_from(products)] *= 1 + RIDGE
    inverse = np.linalg.pinv(products, hermitian=True)
    slope = inverse @ (x.T @ y)
    left = y - x @ slope
    freedom = max(len(y) - x.shape[1], 1)
    sigma = np.sqrt(float(left @ left) / rng.chisquare(freedom))
    roots, axes = np.linalg.eigh(inverse)
    noise = axes @ (np.sqrt(np.maximum(roots, 0)) * rng.standard_normal(len(slope)))
    drawn = slope + sigma * noise
    return _nearest(x @ slope, y, target @ drawn, rng)


def _nearest(known: Floats, y: Floats, asked: Floats, rng: np.random.Generator) -> Floats:
    """Return for each asked prediction the answer of one of the nearest donors.

    Donors are put in random order first: many have the same prediction.
    """
    shuffle = rng.permutation(len(known))
    order = shuffle[np.argsort(known[shuffle], kind="stable")]
    sorted_known = known[order]
    place = np.searchsorted(sorted_known, asked)
    window = np.clip(place[:, None] + np.arange(-DONORS, DONORS), 0, len(known) - 1)
    gap = np.abs(sorted_known[window] - asked[:, None])
    gap[:, 1:][window[:, 1:] == window[:, :-1]] = np.inf  # the ends repeat
    near = np.argpartition(gap, DONORS - 1, axis=1)[:, :DONORS]
    pick = near[np.arange(len(asked)), rng.integers(0, DONORS, len(asked))]
    return np.asarray(y[order[window[np.arange(len(asked)), pick]]])


def _background(values: Floats, absent: Flags, background: npt.ArrayLike | None) -> Floats:
    parts = [np.ones((len(values), 1)), absent[:, absent.any(axis=0)].astype(float)]
    if background is not None:
        more = np.asarray(background, dtype=float)
        if len(more) != len(values) or not np.isfinite(more).all():
            raise UsageError("`background` must be complete, one row a respondent.")
        parts.append(more)
    return np.hstack(parts)


def _check(values: Floats, wanted: Flags, m: int) -> None:
    if m < 2:
        raise UsageError(f"`m` must be 2 or more, 20 as a rule; got {m}.")
    few = np.flatnonzero((~np.isnan(values)).sum(axis=0) < DONORS)
    if len(few) and wanted[:, few].any():
        raise UsageError(
            f"item {few[0] + 1} has fewer than {DONORS} answers to borrow from; leave it out."
        )
