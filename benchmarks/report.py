"""Sizes of a finished report, and the time that the sheets of all its units add to a run.

Run: python benchmarks/report.py [outputs/2023-1]
Sheets are made of simulated answers of the 63 provinces, everything said that a sheet can say, in
both languages; limits are those of the project: 3 MB of HTML, 5 MB of PDF, a minute for the
sheets of one run.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference import (
    change,
    compare,
    estimate,
    funnel,
    headline_measures,
    rank,
    shrink,
)
from kbnn_analysis.language import LANGUAGES
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.sheets import SheetFacts, province_sheet
from kbnn_analysis.runs import Run, open_run

MOST = {".html": 3.0, ".pdf": 5.0}
SIMULATED = {"seed": 2023, "scale": 0.3}
MADE_FROM = {"Đợt khảo sát": "2024-1", "Dữ liệu": "kbnn-2024-1-SIMULATED.csv, SHA-256 1549c4c8"}


def opened() -> Run:
    earlier = [{"period": "2023-2", "simulate": SIMULATED}]
    return open_run(
        period="2024-1",
        unit_vintage="provinces-63",
        design={"target": "process", "psu": "office"},
        headline="overall_treasury",
        simulate=SIMULATED,
        earlier=earlier,
    )


def facts(run: Run) -> SheetFacts:
    rules = Rules()
    measures = headline_measures(run.codebook, "overall_treasury")
    units = estimate(run.survey, measures, "unit")
    (very_satisfied,) = headline_measures(run.codebook, "overall_treasury", ["top_box"])
    top = units.where(measure=very_satisfied.name)
    times = estimate(run.stacked, very_satisfied, "unit")
    return SheetFacts(
        units=disclose(units, rules),
        whole=disclose(estimate(run.survey, measures), rules),
        ranking=disclose(rank(top), rules),
        shrinkage=disclose(shrink(top), rules),
        funnel=disclose(funnel(top), rules),
        comparison=disclose(compare(top, center="answers"), rules),
        change=disclose(change(times), rules),
    )


def print_sizes(folder: Path) -> None:
    for path in sorted(folder.glob("report*")):
        size = path.stat().st_size / 1e6
        limit = MOST.get(path.suffix)
        over = limit is not None and size > limit
        told = "" if limit is None else f" of {limit:.0f} MB{', OVER' if over else ''}"
        print(f"{path.name:<16}{size:6.2f} MB{told}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, help="a finished run")
    folder = asked.parse_args().folder
    if folder is not None:
        print_sizes(folder)
    known = facts(opened())
    codes = list(dict.fromkeys(known.units.frame["unit"].astype(str)))
    for language in LANGUAGES:
        wall, cpu = time.perf_counter(), time.process_time()
        for code in codes:
            sheet = province_sheet(known, code, language=language, provenance=MADE_FROM)
            render_pdf(sheet, contents=False)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{len(codes)} sheets ({language}): {wall:.1f} s, {cpu:.1f} s of processor")


if __name__ == "__main__":
    main()
