"""Params are strict: whatever is misspelt or of another type stops `kbnn run`, all told at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kbnn_analysis.cli import main
from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.params import DesignParams, Params, SimulateParams, load_params

GROUPS = {"design": DesignParams, "simulate": SimulateParams}
NAMES = sorted(Params.model_fields)
WRONG = {  # values that each parameter does not take
    "seed": ["1.5", "one", "true", "[1]", "-1"],
    "min_n": ["10.0", "ten", "9", "{a: 1}"],
    "conf_level": ["95%", "true", "1", "0.5", "[0.9]"],
    "sheets": ['"yes"', "1", "0", "[true]"],
    "headline": ["[a]", "{a: b}"],
    "audience": ["explore", "Public", "1"],
    "notebooks": ["x", "[]", "[a, a]", '["../a"]'],
    "languages": ["vi", "[]", "[fr]", "[vi, vi]"],
    "design": ["x", "[a]", "{target: nobody}", "{psu: [a]}"],
    "simulate": ["x", "{scale: 0}", "{scale: 11}", "{seed: one}"],
    "name": ["Hoa", '"../x"', "con"],
}


@st.composite
def misspelt(draw: st.DrawFn, names: list[str]) -> str:
    """Return a name with one letter lost, doubled or exchanged."""
    name = draw(st.sampled_from([each for each in names if len(each) > 3]))
    at = draw(st.integers(0, len(name) - 1))
    made = draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + name[at] + name[at:],
                name[:at] + "x" + name[at + 1 :],
            ]
        )
    )
    assume(made not in names)
    return made


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(misspelt(NAMES))
def test_a_misspelt_name_is_refused_with_its_line_and_the_nearest(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(f'period: "2023-1"\n# a comment\n{name}: x\n', encoding="utf-8")
    with pytest.raises(UsageError, match=rf"line 3: unknown parameter `{name}`; did you mean `"):
        load_params(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(GROUPS)), st.data())
def test_a_misspelt_name_in_a_group_is_refused(
    tmp_path: Path, group: str, data: st.DataObject
) -> None:
    name = data.draw(misspelt(list(GROUPS[group].model_fields)))
    path = tmp_path / "p.yaml"
    path.write_text(f'period: "2023-1"\n{group}:\n  {name}: x\n', encoding="utf-8")
    with pytest.raises(UsageError, match=rf"line 3: unknown parameter `{group}\.{name}`"):
        load_params(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(sorted(WRONG)), st.integers(0, 9), min_size=1), st.booleans()
)
def test_all_wrong_values_are_told_at_once_each_with_its_line(
    tmp_path: Path, chosen: dict[str, int], unknown: bool
) -> None:
    lines = ['period: "2023-1"']
    lines += [f"{name}: {WRONG[name][at % len(WRONG[name])]}" for name, at in chosen.items()]
    lines += ["no_such_thing: 1"] * unknown
    path = tmp_path / "p.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_params(path)
    told = str(caught.value)
    assert "p.yaml" in told
    for number, name in enumerate([*chosen, *["no_such_thing"] * unknown], start=2):
        assert re.search(rf"line {number}: [^\n]*`{name}", told), (number, name, told)


def test_a_mistake_ends_with_exit_code_2_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "params" / "bad.yaml"
    path.write_text('perod: "2023-1"\nseed: "x"\nmin_n: 3\n', encoding="utf-8")
    before = sorted(project.rglob("*"))
    for command in (["run", "params/bad.yaml"], ["check", "params/bad.yaml"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 2
        told = capsys.readouterr().err
        assert "line 1: unknown parameter `perod`; did you mean `period`?" in told
        assert "line 2: `seed`" in told
        assert "line 3: `min_n`" in told
        assert "`period` is missing" in told
        assert "Traceback" not in told
    assert sorted(project.rglob("*")) == before
