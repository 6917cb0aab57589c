"""How much is hidden: this project's audit beside tau-Argus, on the same simulated answers.

    python -m venv ARGUS; ARGUS/bin/pip install pytauargus==0.6.0
    python benchmarks/suppression.py ARGUS/bin/python

63 provinces of 30 to 1,500 answers, 98 % satisfied, with their regions and the country: the counts
satisfied and not. tau-Argus (method OPT, frequency rule 10, protection range 20 %) prints exact
counts and hides cells; here shares are printed rounded or as a bound, and rows are hidden. Both
are counted by what a reader still learns of a province.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATES = np.array([0.005, 0.005, 0.01, 0.44, 0.54])
Counts = dict[str, npt.NDArray[np.float64]]

ARGUS = """
import json, sys
from pytauargus import protect
told = json.load(open(sys.argv[1]))
micro = {"province": [], "answer": [], "one": []}
for name, (no, yes) in told["counts"].items():
    for answer, many in (("no", no), ("yes", yes)):
        micro["province"] += [name] * many
        micro["answer"] += [answer] * many
        micro["one"] += [1.0] * many
found = protect(micro, [["province", "answer"]], response="one", safety_rules="FREQ(10,20)",
    suppress="OPT(1)", hrc={"province": told["tree"]}, hierleadstring="@", workdir=sys.argv[2])
frame = found.tables[0].dataframe()
rows = frame[["province", "answer", "status"]].astype(str).values.tolist()
unsafe = sum(bool(each["unsafe"]) for each in found.engine.audit(0))
print("RESULT" + json.dumps({"rows": rows, "unsafe": unsafe}))
"""


def provinces(seed: int, tiny: bool) -> Counts:
    """Return the answers 1 to 5 of every province; where `tiny`, four have under ten."""
    from kbnn_analysis.units import load_vintage

    rng = np.random.default_rng(seed)
    found = {
        unit.code: rng.multinomial(rng.integers(30, 1501), RATES).astype(float)
        for unit in load_vintage("provinces-63").units
    }
    few = {code: rng.multinomial(rng.integers(3, 10), RATES) for code in ("06", "11", "62", "95")}
    return found | ({code: each.astype(float) for code, each in few.items()} if tiny else {})


def regions() -> dict[str, tuple[str, ...]]:
    """Return the provinces of each of the six regions, which have a name in either language."""
    from kbnn_analysis.runs.release_tables import nests

    once = {codes: name for name, (_, codes) in nests()["region"].items()}
    return {name: codes for codes, name in once.items()}


def ours(answers: Counts) -> dict[str, int]:
    """Return how many provinces keep a number or a bound, and how many rows protect others."""
    import pandas as pd
    from disclosure import estimates_of  # type: ignore[import-not-found]  # the other benchmark

    from kbnn_analysis.disclosure import Rules, disclose
    from kbnn_analysis.disclosure.questions import questions_of
    from kbnn_analysis.disclosure.released import released_rows
    from kbnn_analysis.disclosure.suppression import protect
    from kbnn_analysis.intake import load_codebook
    from kbnn_analysis.runs.release_tables import nests

    item = "overall_treasury"
    asked = questions_of(load_codebook("kbnn-assumed"))
    asked = {name: each for name, each in asked.items() if name == f"{item}_two_box"}
    total = {name: sum(answers[code] for code in codes) for name, codes in regions().items()}
    levels = {"unit@provinces-63": answers, "region": total, "": {"": sum(answers.values())}}

    def rows(rules: Rules) -> list:
        found = []
        for column, groups in levels.items():
            counts = pd.DataFrame(groups).T
            shown = disclose(estimates_of(counts, item, column, "2023-1"), rules)
            found += released_rows(shown.frame, shown.by, asked)
        return found

    rules = Rules()
    told = protect(rows(rules), rules, nests())
    mine = [
        row
        for row in rows(replace(rules, withheld=told.withheld))
        if any(name == "unit@provinces-63" for name, _ in row.dims)
    ]
    return {
        "number": sum(bool(row.display) and not row.bound for row in mine),
        "bound": sum(bool(row.bound) for row in mine),
        "hidden": sum(not row.display for row in mine),
        "withheld": len(told.withheld),
        "unsafe": len(told.broken),
    }


def tau_argus(python: str, answers: Counts) -> dict[str, int]:
    """Return how many provinces keep both counts, and how many cells protect others."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree.hrc")
        lines = []  # codes of plain letters and figures, none of them a number
        for at, codes in enumerate(regions().values()):
            lines += [f"r{at}", *(f"@p{code}" for code in codes)]
        tree.write_text("\n".join(lines) + "\n", encoding="utf-8")
        counts = {
            f"p{code}": [int(each[:3].sum()), int(each[3:].sum())] for code, each in answers.items()
        }
        Path(folder, "in.json").write_text(json.dumps({"counts": counts, "tree": str(tree)}))
        Path(folder, "run.py").write_text(ARGUS, encoding="utf-8")
        asked = [python, f"{folder}/run.py", f"{folder}/in.json", f"{folder}/work"]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.rpartition("RESULT")[2].splitlines()[0])
    hidden = {(name, answer.strip()): status for name, answer, status in told["rows"]}
    safe = {"S", "E", "Z"}
    names = list(counts)
    return {
        "number": sum(all(hidden[name, each] in safe for each in ("no", "yes")) for name in names),
        "primary": sum(status == "U" for status in hidden.values()),
        "secondary": sum(status == "M" for status in hidden.values()),
        "zeros printed": sum(hidden[name, "no"] in {"E", "Z"} for name in names),
        "unsafe": told["unsafe"],
    }


def main() -> None:
    """Print both counts for some draws; without a Python that has tau-Argus, those of here."""
    for seed, tiny in itertools.product(range(5), (False, True)):
        answers = provinces(seed, tiny)
        peers = [("tau-Argus", partial(tau_argus, python)) for python in sys.argv[1:2]]
        for name, work in (("here", ours), *peers):
            begun = time.perf_counter()
            told = work(answers)
            print(
                f"draw {seed}{', four tiny' if tiny else ''}, {name}: {told} "
                f"in {time.perf_counter() - begun:.1f} s"
            )


if __name__ == "__main__":
    main()
