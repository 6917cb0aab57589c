"""What continuous invariance costs near the ceiling: verdicts on ordinal answers of known truth.

``python tests/coverage/study_invariance.py --surveys 200``.
Answers are cut from normal items with the same thresholds in both groups; groups may differ in the
factor's mean, and one item may be answered otherwise. With ``--csv FOLDER`` the first surveys are
kept, for ``invariance.R`` to judge by polychoric correlations and thresholds (lavaan).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from kbnn_analysis.inference.invariance import check_invariance
from kbnn_analysis.intake import load_codebook
from kbnn_analysis.intake.survey import Design, Survey

ITEMS = ("staff_attitude", "staff_capacity", "staff_responsive", "staff_integrity")
TOPS = (0.45, 0.55, 0.65, 0.75)  # share of the highest answer: 5 of 5
NOT_SATISFIED = 0.03
LOADING = 0.8
EACH = 700  # respondents of a group
CASES = {  # difference of the factor's means; shift of the thresholds of one item, in both in sd
    "alike": (0.0, 0.0),
    "means differ by 0.3": (0.3, 0.0),
    "means differ by 0.6": (0.6, 0.0),
    "one item breaks, by 0.3": (0.3, 0.3),
    "one item breaks, by 0.6": (0.3, 0.6),
}


def drawn(rng: np.random.Generator, apart: float, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Return groups (n,) and answers (n, 4) from 2 to 5."""
    group = np.repeat([0, 1], EACH)
    factor = rng.normal(size=2 * EACH) + apart * group
    answers = []
    for place, top in enumerate(TOPS):
        latent = LOADING * factor + np.sqrt(1 - LOADING**2) * rng.normal(size=2 * EACH)
        latent = latent + (shift * group if place == 0 else 0.0)
        cuts = norm.ppf([0.005, NOT_SATISFIED, 1 - top])
        answers.append(2.0 + np.searchsorted(cuts, latent))
    return group, np.column_stack(answers)


def survey_of(group: np.ndarray, answers: np.ndarray) -> Survey:
    """Return the answers as a survey with two kinds of respondents."""
    scores = pd.DataFrame(answers, columns=list(ITEMS))
    kinds = pd.DataFrame({"respondent_type": pd.Categorical(np.where(group == 1, "b", "a"))})
    return Survey(scores=scores, not_applicable=scores.isna(), attributes=kinds, design=Design(),
                  codebook=load_codebook("kbnn-assumed"), period="2023-1")  # fmt: skip


def verdicts(case: str, surveys: int, seed: int, keep: Path | None) -> list[dict[str, float]]:
    """Return for each survey whether the scalar level was reached, the fall of CFI, and p."""
    found = []
    for number in range(surveys):
        rng = np.random.default_rng([seed, list(CASES).index(case), number])
        group, answers = drawn(rng, *CASES[case])
        if keep is not None:
            table = pd.DataFrame(answers.astype(int), columns=list(ITEMS)).assign(group=group)
            table.to_csv(keep / f"{list(CASES).index(case)}-{number}.csv", index=False)
        made = check_invariance(survey_of(group, answers), "respondent_type", {"staff": ITEMS})
        row = made.frame.set_index("level").loc["scalar"]
        found.append({"held": made.notes["scalar"] == "staff", "fall": row["difference"],
                      "p": row["p_value"]})  # fmt: skip
    return found


def page(surveys: int, seed: int) -> str:
    """Return the table as Markdown."""
    head = (
        f"truth ({surveys} surveys of 2 x {EACH})",
        "scalar invariance is said to hold",
        "mean fall of CFI",
        "chi-square rejects at 5 %",
    )
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- | --- |"]
    for case in CASES:
        found = pd.DataFrame(verdicts(case, surveys, seed, None)).astype(float)
        error = 100 * np.sqrt(found["held"].mean() * (1 - found["held"].mean()) / surveys)
        lines.append(
            f"| {case} | {100 * found['held'].mean():.1f} ± {error:.1f} | "
            f"{found['fall'].mean():.4f} | {100 * (found['p'] < 0.05).mean():.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print or write the table, or keep surveys for lavaan."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--surveys", type=int, default=200)
    asked.add_argument("--seed", type=int, default=20234)
    asked.add_argument("--csv", type=Path)
    given = asked.parse_args()
    if given.csv is None:
        print(page(given.surveys, given.seed))
        return
    given.csv.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        verdicts(case, given.surveys, given.seed, given.csv)


if __name__ == "__main__":
    main()
