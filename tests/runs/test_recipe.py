"""How a run is made again: what a report prints is what the program takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbnn_analysis.runs import load_params
from kbnn_analysis.runs.params import Settings
from kbnn_analysis.runs.provenance import Identity
from kbnn_analysis.runs.recipe import recipe

DESIGN = {"target": "process", "strata": "province", "psu": "office"}


def identity(**more) -> Identity:
    facts = {
        "period": "2023-1",
        "data": "answers.csv",
        "data_sha256": "d" * 64,
        "simulated": False,
        "codebook": "kbnn-assumed 1.0",
        "parameters_sha256": "p" * 64,
        "code_sha256": "c" * 64,
        "version": "0.1.0",
        "python": "3.11",
        "packages": {"numpy": "2.4.6"},
        "ledger_head": "",
        "withheld_sha256": "",
        "own_files": {},
    }
    return Identity(**{**facts, **more})


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_printed_params_ask_for_the_same_run(tmp_path: Path, language) -> None:
    asked = Settings(
        period="2023-1", unit_vintage="provinces-63", design=DESIGN, seed=7, min_n=12,
        select={"province": "01"}, simulate={"seed": 3, "scale": 0.2},
    )  # fmt: skip
    told = recipe(asked, identity(simulated=True), language)
    printed = re.findall(r"```\n(.*?)\n```", told, re.S)
    path = tmp_path / "again.yaml"
    path.write_text(printed[0], encoding="utf-8")
    again = load_params(path)
    assert again.as_parameters(language) == asked.as_parameters(language)
    assert printed[1].splitlines()[1:] == [
        "kbnn run params/2023-1.yaml",
        "kbnn verify outputs/2023-1",
    ]


def test_real_answers_are_named_and_said_not_to_come_along() -> None:
    told = recipe(Settings(period="2023-1", data="answers.csv"), identity(), "en")
    assert "`answers.csv`, SHA-256 `" + "d" * 64 in told
    assert "do not come with the report" in told
    assert "anybody can run it again" not in told
    own = identity(own_files={"codebook": "b" * 64})
    assert "`codebook` SHA-256 `" in recipe(Settings(period="2023-1", data="a.csv"), own, "vi")
