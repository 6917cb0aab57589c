"""One period at growing size: intake, archive, province table, ranks, drivers; seconds and memory.

Run: python benchmarks/scale.py [100000 1000000 10000000]
Files are drawn into a temporary folder (DỮ LIỆU MÔ PHỎNG / SIMULATED DATA), each stage runs in a
process of its own, and its peak of resident memory is what the system says of that process. The
peers compute the same province table in the same run and validate nothing: pandas read_csv with
groupby, and DuckDB on the same CSV. Ratios are those of processor time to the size before.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BLOCK = 200_000
PERIOD, VINTAGE = "2023-1", "provinces-63"
OFFICES = 11
ITEM = "overall_treasury"


def draw(folder: Path) -> Any:
    """Write a file as an export would be: block by block, so that its size does not matter."""
    import pyarrow as pa
    from pyarrow import csv

    from kbnn_analysis.intake import SIMULATED_MARK, load_codebook
    from kbnn_analysis.units import as_vintage

    path, respondents = folder / "answers-SIMULATED.csv", int((folder / "size").read_text())
    rng, book = np.random.default_rng(7), load_codebook("kbnn-assumed")
    codes = list(as_vintage(VINTAGE).codes)
    level = rng.normal(0, 0.3, (len(codes), OFFICES))
    high = {item.name: book.scale_of(item.name).high for item in book.items}
    with path.open("wb") as file:
        file.write(f"{SIMULATED_MARK}\n".encode())
        for start in range(0, respondents, BLOCK):
            n = min(BLOCK, respondents - start)
            unit, office = rng.integers(0, len(codes), n), rng.integers(0, OFFICES, n)
            mood = level[unit, office] + rng.normal(0, 0.7, n)
            columns = {
                "respondent_id": [f"{PERIOD}-{i:08d}" for i in range(start, start + n)],
                "province": np.array(codes)[unit],
                "office": [f"{codes[u]}-{o:02d}" for u, o in zip(unit, office, strict=True)],
                "respondent_type": rng.choice(["budget_unit", "organisation"], n),
                "channel": rng.choice(["online", "counter", "both"], n),
                "submitted_on": rng.choice(["2023-05-15", "16/05/2023", "2023-05-17"], n),
                "duration_seconds": rng.integers(60, 900, n),
            }
            for name, most in high.items():
                ends = [-3.0, -2.4, -1.6, 0.2][-most + 1 :]
                answer = np.searchsorted(ends, mood + rng.normal(0, 0.8, n)) + 1
                columns[name] = np.where(rng.random(n) < 0.02, "", answer.astype(str))
            columns["comment"] = np.where(rng.random(n) < 0.03, "Cán bộ tận tình, cảm ơn", "")
            options = csv.WriteOptions(include_header=start == 0)
            csv.write_csv(pa.table(columns), file, options)
    return path.stat().st_size // 1_000_000


def intake(folder: Path) -> Any:
    from kbnn_analysis.intake import Design, load_codebook, read_raw, validate
    from kbnn_analysis.intake.archive import add_to_archive

    survey = validate(
        read_raw(folder / "answers-SIMULATED.csv"),
        load_codebook("kbnn-assumed"),
        Design(target="process", psu="office"),
        period=PERIOD,
        unit_vintage=VINTAGE,
    )
    add_to_archive(survey, folder / "archive")
    return len(survey)


def refuse(folder: Path) -> Any:
    """Count what is wrong with the file under a codebook that allows four answers only."""
    from kbnn_analysis.errors import DataError
    from kbnn_analysis.intake import Design, load_codebook, read_raw, validate

    book = load_codebook("kbnn-assumed")
    item = book.item(ITEM)
    scale = book.scales[item.scale]
    fewer = {code: text for code, text in scale.labels.items() if code > 1}
    less = scale.model_copy(
        update={"labels": fewer, "synonyms": {t: c for t, c in scale.synonyms.items() if c != 1}}
    )
    wrong = book.model_copy(update={"scales": {**book.scales, item.scale: less}})
    raw = read_raw(folder / "answers-SIMULATED.csv")
    try:
        validate(raw, wrong, Design(), period=PERIOD, unit_vintage=VINTAGE)
    except DataError as error:
        return len(error.problems)
    raise AssertionError("the file should have been refused")


def archived(folder: Path) -> Any:
    from kbnn_analysis.intake.archive import find_archived, load_archived

    return load_archived(find_archived(folder / "archive", PERIOD).path)


def provinces(folder: Path) -> Any:
    from kbnn_analysis.inference.estimation import estimate
    from kbnn_analysis.inference.measures import two_box
    from kbnn_analysis.inference.ranking import rank

    made = estimate(archived(folder), two_box(ITEM), "unit")
    ranked = rank(made)
    assert len(ranked.frame) == 63
    return float(made.frame["estimate"].sum())


def drivers(folder: Path) -> Any:
    from kbnn_analysis.inference.drivers import analyse_drivers, fit_drivers

    survey = archived(folder)
    fit_drivers(survey, ITEM)
    return float(analyse_drivers(survey, ITEM).frame["fit"].iloc[0])


def logit(folder: Path) -> Any:
    from kbnn_analysis.inference.drivers import fit_drivers

    return float(fit_drivers(archived(folder), ITEM, model="logit").notes["fit"])


def ordinal(folder: Path) -> Any:
    from kbnn_analysis.inference.drivers import fit_drivers

    return float(fit_drivers(archived(folder), ITEM, model="ordinal").notes["fit"])


def shares(folder: Path) -> Any:
    """Divide the pseudo-R² of a logistic model of offices, and test proportional odds."""
    from kbnn_analysis.inference.drivers import analyse_drivers, check_proportional_odds

    survey, names = archived(folder), ["staff", "time", "result", "online"]
    check_proportional_odds(survey, ITEM)
    return float(analyse_drivers(survey, ITEM, names, model="logit").frame["fit"].iloc[0])


def of_respondents(folder: Path) -> Any:
    """Fit all three models where no office is declared: every respondent is a sampling unit."""
    from dataclasses import replace

    from kbnn_analysis.inference.drivers import analyse_drivers, fit_drivers
    from kbnn_analysis.intake import Design

    survey = replace(archived(folder), design=Design())
    for model in ("linear", "logit", "ordinal"):
        fit_drivers(survey, ITEM, model=model)
    return float(analyse_drivers(survey, ITEM).frame["fit"].iloc[0])


def query(folder: Path) -> Any:
    from kbnn_analysis.intake.archive_query import query_archive

    sql = (
        f"SELECT unit, avg(CASE WHEN {ITEM} >= 4 THEN 1 ELSE 0 END) AS rate FROM answers "
        f"WHERE {ITEM} IS NOT NULL GROUP BY unit"
    )
    return float(query_archive(folder / "archive", sql)["rate"].sum())


def peer_pandas(folder: Path) -> Any:
    import pandas as pd

    frame = pd.read_csv(folder / "answers-SIMULATED.csv", skiprows=1)
    valid = frame[frame[ITEM].notna()]
    return float((valid[ITEM] >= 4).groupby(valid["province"]).mean().sum())


def peer_duckdb(folder: Path) -> Any:
    import duckdb

    path = folder / "answers-SIMULATED.csv"
    sql = (
        f"SELECT sum(rate) FROM (SELECT province, avg(CASE WHEN {ITEM} >= 4 THEN 1 ELSE 0 END) "
        f"AS rate FROM read_csv('{path}', skip = 1, header = true) WHERE {ITEM} IS NOT NULL "
        "GROUP BY province)"
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        return float(connection.execute(sql).fetchall()[0][0])


STAGES: dict[str, Callable[[Path], Any]] = {
    "(drawing; MB of CSV)": draw,
    "intake and archive": intake,
    "intake that refuses": refuse,
    "province table and ranks": provinces,
    "linear drivers and LMG": drivers,
    "logistic drivers": logit,
    "ordinal drivers": ordinal,
    "logistic shares, odds test": shares,
    "all three, without offices": of_respondents,
    "archive query": query,
    "peer: pandas read_csv": peer_pandas,
    "peer: DuckDB read_csv": peer_duckdb,
}


def measure(stage: str, folder: Path) -> dict[str, Any]:
    """Run one stage in a process of its own."""
    command = [sys.executable, __file__, "--stage", stage, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"signal {-done.returncode}"]
        return {**dict.fromkeys(("seconds", "busy", "megabytes"), float("nan")), "value": last[0]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_stage(stage: str, folder: Path) -> None:
    began, busy = time.perf_counter(), time.process_time()
    value = STAGES[stage](folder)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps({"seconds": seconds, "busy": busy, "megabytes": peak(), "value": value}))


def peak() -> float:
    """Return the most resident memory of this process; Linux's own figure forgets the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--stage", choices=STAGES)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.stage:
        run_stage(asked.stage, asked.folder)
        return
    before: dict[str, float] = {}
    for size in asked.sizes:
        with tempfile.TemporaryDirectory(prefix="kbnn-scale-") as place:
            (Path(place) / "size").write_text(str(size))
            print(f"\n{size:,} respondents (DỮ LIỆU MÔ PHỎNG / SIMULATED DATA)")
            columns = "".join(f"{name:>10}" for name in ("seconds", "cpu s", "peak MB", "x before"))
            print(f"{'stage':<28}{columns}  value", flush=True)
            for stage in STAGES:
                found = measure(stage, Path(place))
                ratio = found["busy"] / before[stage] if stage in before else float("nan")
                before[stage] = found["busy"]
                told = f"{found['seconds']:>10.2f}{found['busy']:>10.2f}{found['megabytes']:>10.0f}"
                told += f"{ratio:>10.2f}"
                print(f"{stage:<28}{told}  {found['value']}", flush=True)


if __name__ == "__main__":
    main()
