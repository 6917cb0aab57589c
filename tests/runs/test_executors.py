"""A batch on other executors: a pool of processes, and a real Dask cluster that loses a worker."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from kbnn_analysis.cli import main
from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs import dask, executing
from kbnn_analysis.runs.batch import Options, run_batch
from kbnn_analysis.runs.forking import can_fork
from kbnn_analysis.runs.many_params import load_many

pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are looked at through /proc")
Write = Callable[..., Path]
PARAMS = (
    'period: "{0}"\nunit_vintage: provinces-63\nsimulate: {{scale: 0.02}}\nlanguages: [en]\n'
    "notebooks: [20-satisfaction, 90-period-report{1}]\nsheets: false\n"
)
PATIENCE = 300  # seconds until a test gives up


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"run.local.json", "index.html"}
    }


def until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_any_executor_executes_notebooks(project: Path) -> None:
    path = project / "params" / "2023-1.yaml"
    path.write_text(PARAMS.format("2023-1", ""), encoding="utf-8")
    asked = load_many([path])
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        far = run_batch(asked, output=Path("far"), options=Options(far=pool))
    near = run_batch(asked, output=Path("near"), options=Options(force=True))
    assert not far.failed
    assert not near.failed
    assert hashes(project / "far") == hashes(project / "near")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give a scheduler's address, itself, and two workers that work in folders of their own."""
    pytest.importorskip("distributed", reason="the extra kbnn-analysis[dask] is not installed")
    file = tmp_path / "scheduler.json"
    with contextlib.ExitStack() as opened:

        def start(kind: str, *words: str) -> subprocess.Popen[bytes]:
            place = tmp_path / f"{kind}-{len(started)}"
            place.mkdir()
            command = [sys.executable, "-P", "-m", f"distributed.cli.dask_{kind}", *words]
            process = subprocess.Popen(
                [*command, "--scheduler-file", str(file)], cwd=place,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            opened.callback(process.wait)
            opened.callback(process.kill)
            started.append(process)
            return process

        started: list[subprocess.Popen[bytes]] = []
        start("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        until(lambda: file.exists() and file.read_text().endswith("}"))
        for _ in range(2):
            start("worker", "--no-nanny", "--nthreads", "1")
        yield str(json.loads(file.read_text())["address"]), started


def test_the_results_are_those_of_one_machine_though_a_worker_is_killed(
    project: Path, write_notebook: Write, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, (_, *workers) = cluster
    mark = project / "mark"
    slow = (
        f"import os, time\nagain = os.path.exists({str(mark)!r})\n"
        f"with open({str(mark)!r}, 'w') as file: print(os.getppid(), file=file)\n"
        "time.sleep(0 if again else 600)"
    )
    write_notebook(project / "notebooks" / "slow.ipynb", [slow], setup="x = 1")
    (project / "params" / "2023-1.yaml").write_text(PARAMS.format("2023-1", ""), encoding="utf-8")
    slow_params = PARAMS.format("2023-2", ", slow")
    (project / "params" / "2023-2.yaml").write_text(slow_params, encoding="utf-8")
    command = [sys.executable, "-m", "kbnn_analysis", "run", "params/*.yaml"]
    with subprocess.Popen(
        [*command, "--scheduler", address, "--output", "far"], cwd=project,
        stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        until(
            lambda: running.poll() is not None or (mark.exists() and bool(mark.read_text().strip()))
        )
        assert running.poll() is None, running.communicate()[1]
        victim = parent(int(mark.read_text()))
        assert victim in {worker.pid for worker in workers}
        os.kill(victim, signal.SIGKILL)
        told = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 0, told
    assert sum(worker.poll() is None for worker in workers) == 1
    far = hashes(project / "far")
    subprocess.run(
        [*command, "--force", "--output", "near"], cwd=project, check=True, capture_output=True
    )
    assert far == hashes(project / "near")
    assert {"2023-1/report.html", "2023-2/report.html"} <= far.keys()


def test_a_notebook_that_fails_far_away_is_told_like_one_here(
    project: Path,
    write_notebook: Write,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    write_notebook(project / "notebooks" / "90-period-report.ipynb", ["{}['rice']"], setup="x = 1")
    (project / "params" / "2023-1.yaml").write_text(PARAMS.format("2023-1", ""), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kbnn_analysis", "run", "params/2023-1.yaml",
         "--scheduler", cluster[0]],
        cwd=project, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    told = "kbnn: 90-period-report (en) failed in cell [4] `{}['rice']`: KeyError: 'rice'"
    assert done.stderr.splitlines()[-1] == told
    assert (project / ".kbnn" / "failed" / "90-period-report.en.ipynb").exists()
    assert not (project / "outputs").exists()


def test_a_scheduler_that_does_not_answer_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed", reason="the extra kbnn-analysis[dask] is not installed")
    monkeypatch.setattr(dask, "START_LIMIT", 0.5)
    with pytest.raises(SystemExit) as ended:
        main(["run", "params/2023-1.yaml", "--scheduler", "tcp://127.0.0.1:9"])
    assert ended.value.code == 2
    told = "kbnn: `--scheduler`: no Dask scheduler answers at tcp://127.0.0.1:9.\n"
    assert capsys.readouterr().err.endswith(told)


def test_threads_of_workers_are_counted_as_they_come_and_go() -> None:
    """Without a scheduler that answers the last count holds; the last worker's loss is told."""

    class Client:
        def nthreads(self) -> dict[str, int]:
            found = answers.pop(0)
            if found is None:
                raise OSError
            return found

    answers: list[dict[str, int] | None] = [{"a": 1}, {"a": 1, "b": 4}, None, {}, {}, {"c": 2}]
    told: list[str] = []
    count = dask._Threads(Client(), "tcp://host:8786", told.append)
    assert [count() for _ in range(6)] == [1, 5, 5, 1, 1, 2]
    assert told == ["tcp://host:8786 has no workers any more; waiting for one."]


def test_a_time_out_that_an_executor_tells_is_a_failure_not_a_wait() -> None:
    future: Future[dict[str, Any]] = Future()
    future.set_exception(TimeoutError("no answer"))
    with pytest.raises(TimeoutError, match="no answer"):
        executing._result(future, threading.Event())


def test_a_lost_scheduler_is_told_in_a_sentence(
    project: Path, write_notebook: Write, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    mark = project / "mark"
    cell = f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(600)"
    write_notebook(project / "notebooks" / "90-period-report.ipynb", [cell], setup="x = 1")
    asked = PARAMS.format("2023-1", "").replace("20-satisfaction, ", "")
    (project / "params" / "2023-1.yaml").write_text(asked, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "kbnn_analysis", "run", "params/2023-1.yaml",
         "--scheduler", cluster[0]],
        cwd=project, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        until(lambda: running.poll() is not None or mark.exists())
        assert running.poll() is None, running.communicate()[1]
        cluster[1][0].kill()
        told = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 1
    said = "90-period-report (en) failed: who was to see to it on other machines is gone."
    assert told.splitlines()[-1] == f"kbnn: {said}"
    assert "Traceback" not in told
    assert not (project / "outputs").exists()


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"kbnn-analysis\[dask\]"),
        dask.connected("tcp://127.0.0.1:9"),
    ):
        pass
