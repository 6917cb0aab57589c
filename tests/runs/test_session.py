"""The run as a notebook sees it, in this process."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import IPython.display
import pytest
from matplotlib.figure import Figure

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import top_box
from kbnn_analysis.presentation.tables.csv import csv_text
from kbnn_analysis.results import Estimates
from kbnn_analysis.runs import Run, open_run
from kbnn_analysis.runs.store import Store

SIMULATE = {"seed": 20231, "scale": 0.05}
DESIGN = {"target": "process", "strata": "province", "psu": "office"}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Return what is displayed."""
    seen: list[tuple[dict[str, str], dict[str, Any]]] = []

    def display(data: dict[str, str], *, raw: bool, metadata: dict[str, Any]) -> None:
        assert raw
        seen.append((data, metadata))

    monkeypatch.setattr(IPython.display, "display", display)
    return seen


def opened(**more: Any) -> Run:
    settings = {
        "period": "2023-1", "unit_vintage": "provinces-63", "design": DESIGN, "simulate": SIMULATE,
    }  # fmt: skip
    return open_run(**{**settings, **more})


def result_of(run: Run) -> Estimates:
    return estimate(run.survey, [top_box("overall_treasury")], by=["unit"])


def test_equal_settings_share_a_folder_and_other_settings_do_not(project: Path) -> None:
    vi, en, other = opened(language="vi"), opened(language="en"), opened(seed=9)
    assert vi.workspace == en.workspace != other.workspace
    assert vi.workspace.folder.is_relative_to(project / ".kbnn")
    assert len(list(vi.workspace.input.glob("*SIMULATED*.csv"))) == 1


def test_a_real_file_is_linked_and_a_changed_file_is_another_run(project: Path) -> None:
    simulated = next(opened().workspace.input.glob("*.csv"))
    data = project / "answers SIMULATED.csv"
    data.write_bytes(simulated.read_bytes())
    run = opened(data=data.name)
    assert run.settings.data == data.name
    assert len(run.survey) == len(opened().survey)
    data.write_bytes(simulated.read_bytes().replace(b"\n", b"\r\n"))
    assert opened(data=data.name).workspace != run.workspace
    assert opened(data=str(data)).settings.data == data.name


def test_a_changed_codebook_of_ones_own_is_another_run(project: Path) -> None:
    shipped = resources.files("kbnn_analysis.intake") / "codebooks" / "kbnn-assumed.yaml"
    own = project / "bộ câu hỏi.yaml"
    own.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    run = opened(codebook=own.name)
    assert opened(codebook=own.name).workspace == run.workspace
    assert opened(codebook=str(own)).workspace == run.workspace
    own.write_text(own.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert opened(codebook=own.name).workspace != run.workspace


def test_streams_of_random_numbers_depend_on_seed_and_name_only(project: Path) -> None:
    run = opened()
    first = run.rng("ranking").random(3).tolist()
    run.rng("other").random(1000)
    assert run.rng("ranking").random(3).tolist() == first
    assert run.rng("other").random(3).tolist() != first
    assert opened(seed=2).rng("ranking").random(3).tolist() != first


def test_tables_and_figures_take_disclosed_results_only(project: Path, shown: list[Any]) -> None:
    run = opened()
    raw = result_of(run)
    with pytest.raises(DisclosureError, match="not disclosed"):
        run.table("provinces", raw, "<table></table>")
    with pytest.raises(DisclosureError, match="not disclosed"):
        run.figure("provinces", Figure(), of=raw)
    with pytest.raises(DisclosureError, match="of=result"):
        run.figure("provinces", Figure(), alt="x")
    with pytest.raises(DisclosureError, match="not disclosed"):
        run.key_figures(raw)
    assert not shown
    assert not run.workspace.exhibits.exists()


def test_a_table_is_shown_and_kept(project: Path, shown: list[Any]) -> None:
    run = opened()
    run.table("provinces", disclose(result_of(run), run.rules), "<table>x</table>")
    assert shown[0][0]["text/html"] == "<table>x</table>"
    text = (run.workspace.exhibits / "tables" / "provinces.vi.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA"
    assert "Thái Nguyên" in text
    assert run.survey.comments is None or not any(
        comment in text for comment in run.survey.comments.dropna() if len(comment) > 5
    )


def test_key_figures_are_marked_as_such(project: Path, shown: list[Any]) -> None:
    run = opened()
    result = disclose(result_of(run), run.rules)
    run.key_figures(result.take(result.frame.index.to_numpy()[:1]))
    (data, metadata), *_ = shown
    assert data["text/markdown"].startswith("| Tỷ lệ")
    assert metadata == {"role": "key-figures"}


def test_a_figure_is_shown_with_its_alternative_text(project: Path, shown: list[Any]) -> None:
    run = opened(language="en")
    result = disclose(result_of(run), run.rules)
    run.figure("provinces", Figure(), of=result)
    run.figure("again", Figure(), of=result, alt="An empty figure.")
    assert shown[0][1]["alt"]
    assert shown[1][1] == {
        "alt": "An empty figure.",
        "caption": "Estimates with confidence intervals.",
    }
    assert shown[1][0]["image/svg+xml"].lstrip().startswith("<?xml")
    names = sorted(path.name for path in (run.workspace.exhibits / "figures").iterdir())
    assert names == [
        f"{name}.en.{ending}" for name in ("again", "provinces") for ending in ("csv", "png", "svg")
    ]
    numbers = run.workspace.exhibits / "figures" / "provinces.en.csv"
    assert numbers.read_text(encoding="utf-8-sig") == csv_text(result, "en")


def test_exploring_says_so_and_allows_what_is_not_disclosed(
    project: Path, shown: list[Any]
) -> None:
    run = opened(audience="explore", language="en")
    assert "do not share" in shown[0][0]["text/markdown"]
    run.table("provinces", result_of(run), "<table></table>")
    run.figure("provinces", Figure(), alt="x")
    assert len(shown) == 3


def test_expensive_results_are_computed_once_for_both_languages(project: Path) -> None:
    calls = []

    def compute() -> Estimates:
        calls.append(1)
        return result_of(opened())

    one = opened(language="vi").once("costly", compute)
    two = opened(language="en").once("costly", compute)
    assert len(calls) == 1
    assert replace(one, covariance=two.covariance).frame.equals(two.frame)


def test_a_missing_result_names_its_notebook(project: Path) -> None:
    with pytest.raises(UsageError, match="run the notebook 20-satisfaction first"):
        opened().load("satisfaction")


def test_the_identity_is_the_same_in_every_folder(project: Path, shown: list[Any]) -> None:
    opened().identity()
    file = next(opened().workspace.input.glob("*.csv"))
    assert opened(data=str(file)).survey.simulated
    told = shown[0][0]["text/markdown"]
    assert str(project) not in told
    assert "kbnn-assumed 1.0 (ASSUMED)" in told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"perid": "x"}, "did you mean `period`"),
        ({"min_n": 5}, "min_n"),
        ({"data": "missing.csv"}, "no file missing.csv"),
        ({"data": "notebooks"}, "not a file"),
        ({"headline": "overall_tresury"}, "did you mean 'overall_treasury'"),
        ({"codebook": "kbnn"}, "codebook"),
        ({"language": "fr"}, "language"),
    ],
)
def test_wrong_settings_are_told(project: Path, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _ = opened(**settings).survey


def test_an_annex_shows_what_no_table_showed_in_the_order_of_the_notebooks(
    project: Path, monkeypatch: pytest.MonkeyPatch, shown: list[Any]
) -> None:
    run = opened()
    result = disclose(result_of(run), run.rules)
    for name in ("zero", "first", "second-x", "third", "part"):
        run.save(name, result)
    made = dict.fromkeys(("first", "second-*", "third", "part"), "10-made")
    monkeypatch.setattr("kbnn_analysis.runs.session.producers", lambda folder: made)
    run.table("third", result, "<table></table>")
    assert run.untabled("part") == ("first", "second-x", "zero")
    monkeypatch.setattr("kbnn_analysis.runs.session.MOST_ROWS", 10)
    assert run.untabled() == ()


def test_what_is_too_long_for_a_page_is_kept_as_a_file_and_not_shown(
    project: Path, shown: list[Any]
) -> None:
    run = opened()
    result = disclose(result_of(run), run.rules)
    before = len(shown)
    run.attach("pairs", result)
    assert len(shown) == before
    assert (run.workspace.exhibits / "tables" / "pairs.vi.csv").exists()
    assert "pairs" in Store(run.workspace.shown).names()
    with pytest.raises(DisclosureError, match="not disclosed"):
        run.attach("open", result_of(run))
