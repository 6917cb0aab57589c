"""What disclosure control leaves: the share of cells, rates and ranks that is still shown.

    python benchmarks/utility.py > docs/validation/utility.md

63 simulated provinces of 30 to 1,500 answers, 98 % satisfied and 54 % very satisfied, with their
regions, three types of respondents and the country, before and after the audit of everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from disclosure import RULES, estimates_of  # type: ignore[import-not-found]  # beside this file

from kbnn_analysis.disclosure import Profile, Rules, disclose
from kbnn_analysis.disclosure.questions import questions_of
from kbnn_analysis.disclosure.released import Released, released_rows
from kbnn_analysis.disclosure.suppression import protect
from kbnn_analysis.inference import rank
from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.intake import load_codebook
from kbnn_analysis.language import Label
from kbnn_analysis.results import MeasureInfo
from kbnn_analysis.runs.release_tables import nests
from kbnn_analysis.units import load_vintage

ITEM = "overall_treasury"
RATES = (0.006, 0.006, 0.008, 0.44, 0.54)
TYPES = (0.62, 0.3, 0.08)
UNIT = "unit@provinces-63"
SEED = 2023
LEVELS = {UNIT: "province", "region": "region", "respondent_type": "type", "": "country"}
Counts = Mapping[str, npt.NDArray[np.float64]]


def provinces() -> Counts:
    """Return the answers 1 to 5 of every province, of 30 to 1,500 in equal ratios."""
    rng = np.random.default_rng(SEED)
    codes = [unit.code for unit in load_vintage("provinces-63").units]
    sizes = rng.permutation(np.geomspace(30, 1500, len(codes)).round().astype(int))
    return {
        code: rng.multinomial(size, RATES).astype(float)
        for code, size in zip(codes, sizes, strict=True)
    }


def levels(answers: Counts) -> dict[str, Counts]:
    """Return the answers of every group of each level."""
    once = {codes: name for name, (_, codes) in nests()["region"].items()}
    whole = np.sum(list(answers.values()), axis=0)
    parts = np.array([np.random.default_rng(SEED).multinomial(int(n), TYPES) for n in whole])
    return {
        UNIT: answers,
        "region": {
            name: np.sum([answers[code] for code in codes], axis=0)
            for codes, name in once.items()
        },
        "respondent_type": {str(at): each.astype(float) for at, each in enumerate(parts.T)},
        "": {"": whole},
    }  # fmt: skip


def shown(answers: Counts, rules: Rules) -> list[Released]:
    """Return every row that an outsider reads."""
    asked = questions_of(load_codebook("kbnn-assumed"))
    found: list[Released] = []
    for column, groups in levels(answers).items():
        table = disclose(estimates_of(pd.DataFrame(groups).T, ITEM, column, "2023-1"), rules)
        found += released_rows(table.frame, table.by, asked)
    return found


def kinds(rows: list[Released]) -> dict[tuple[str, str], Counter[str]]:
    """Return of each level and measure how many rows are numbers, bounds and hidden."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        level = LEVELS[row.dims[0][0] if row.dims else ""]
        measure = next(rule for rule in RULES if row.key[1].endswith(rule))
        kind = "bound" if row.bound else "number" if row.display else "hidden"
        found.setdefault((level, measure), Counter())[kind] += 1
    return found


def ranks(answers: Counts, rules: Rules) -> int:
    """Return how many provinces keep a rank interval of the top box."""
    frame = pd.DataFrame({"unit": list(answers)})
    frame["n"] = [each.sum() for each in answers.values()]
    frame["count"] = [each[4] for each in answers.values()]
    info = top_box()
    ranked = rank(estimates_from_counts(frame, info, period="2023-1"))
    return int(disclose(ranked, rules).frame["rank_low"].notna().sum())


def top_box() -> MeasureInfo:
    """Return what the top box is."""
    name = f"{ITEM}_top_box"
    return MeasureInfo(name, "top_box", "1", "proportion", Label.same(name), (ITEM,))


def lines(answers: Counts, profile: Profile) -> list[str]:
    """Return the table of a profile."""
    rules = Rules(profile=profile)
    before = shown(answers, rules)
    asked = protect(before, rules, nests())
    stricter = replace(rules, withheld=asked.withheld)
    after = shown(answers, stricter)
    told = [
        f"## Profile {profile}", "",
        "| Level | Measure | Number before the audit | Number after | Bound after | Hidden after |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    old, new = kinds(before), kinds(after)
    for key, counted in new.items():
        total = counted.total()
        cells = [old[key]["number"], counted["number"], counted["bound"], counted["hidden"]]
        told.append(
            f"| {key[0]} | {key[1]} | "
            + " | ".join(f"{each} of {total} ({each / total:.0%})" for each in cells) + " |"
        )  # fmt: skip
    seen = sum(bool(row.display) for row in after)
    numbers = sum(bool(row.display) and not row.bound for row in after)
    told += [
        "",
        f"Of {len(after)} cells {seen} ({seen / len(after):.0%}) are shown, {numbers} "
        f"({numbers / len(after):.0%}) as a number; {len(asked.withheld)} are hidden to protect "
        f"others. {ranks(answers, stricter)} of {len(answers)} provinces keep a rank interval of "
        "the top box.",
        "",
    ]
    return told


def main() -> None:
    """Print the page."""
    print("# What disclosure control leaves\n")
    print(
        "Measured by `python benchmarks/utility.py`: 63 simulated provinces of 30 to 1,500 answers"
    )
    print(
        "in equal ratios, 98 % satisfied, 54 % very satisfied; one item in three measures, for all"
    )
    print(
        "levels in one release. The audit hides what gives a small side away together with others."
    )
    print(
        "Use the top box and the mean for provinces, the two-box rate for country, region, type.\n"
    )
    answers = provinces()
    print("\n".join([*lines(answers, "public"), *lines(answers, "restricted")]).rstrip())


if __name__ == "__main__":
    main()
