"""What goes wrong with one notebook, or with the batch: nothing half-written, nothing lost."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kbnn_analysis.errors import KbnnError
from kbnn_analysis.runs.apart import Limits
from kbnn_analysis.runs.batch import Batch, Options, run_batch
from kbnn_analysis.runs.forking import can_fork
from kbnn_analysis.runs.many_params import load_many

Write = Callable[..., Path]
PARAMS = (
    'period: "{period}"\nname: "{name}"\nsimulate: {{scale: 0.02}}\nlanguages: [en]\n'
    "notebooks: [{names}]\nsheets: false\n"
)
pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are looked at through /proc")
PATIENCE = 60  # seconds until a test gives up


class Works:
    """A project of small notebooks and periods."""

    def __init__(self, root: Path, write_notebook: Write) -> None:
        self.root, self._write = root, write_notebook
        (root / "params" / "2023-1.yaml").unlink()
        self.write("good", "x")

    def write(self, name: str, *cells: str) -> None:
        self._write(self.root / "notebooks" / f"{name}.ipynb", cells, setup="x = 1")

    def ask(self, period: str, *names: str, folder: str | None = None) -> None:
        folder = folder or period
        text = PARAMS.format(period=period, names=", ".join(names), name=folder)
        (self.root / "params" / f"{folder}.yaml").write_text(text, encoding="utf-8")

    def batch(self, limits: Limits) -> Batch:
        options = Options(jobs=2, keep_going=True, limits=limits)
        asked = load_many([self.root / "params" / "*.yaml"])
        return run_batch(asked, output=Path("outputs"), options=options)

    @contextlib.contextmanager
    def started(self, *words: str, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
        """Start `kbnn run` as a user does; it is gone when the context ends."""
        command = [sys.executable, "-m", "kbnn_analysis", "run", "params/*.yaml", *words]
        with subprocess.Popen(
            [*before, *command], cwd=self.root, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as running:  # fmt: skip
            try:
                yield running
            finally:
                running.kill()

    def run(self, *words: str, before: Sequence[str] = ()) -> tuple[int, str]:
        with self.started(*words, before=before) as running:
            told = running.communicate(timeout=PATIENCE)[1]
        return running.returncode, told

    def whole(self) -> list[str]:
        """Return the folders of results; what else lies beside them fails."""
        output = self.root / "outputs"
        found = sorted(path.name for path in output.iterdir()) if output.exists() else []
        for name in (each for each in found if each != "index.html"):
            told = json.loads((output / name / "run.json").read_text(encoding="utf-8"))
            assert all((output / name / each).is_file() for each in told["files"]), name
        return [name for name in found if name != "index.html"]


@pytest.fixture
def works(project: Path, write_notebook: Write) -> Works:
    return Works(project, write_notebook)


def wait_for(path: Path) -> str:
    until = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < until, f"{path.name} did not come"
        time.sleep(0.05)
    return path.read_text()


def gone(pid: int) -> bool:
    """Wait until a process is gone, or a zombie that nobody has looked after yet."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def say_pid(path: Path) -> str:
    return f"import os\nwith open({str(path)!r}, 'w') as file: print(os.getpid(), file=file)\n"


BAD = {
    "import os; os._exit(7)": "its process ended with exit code 7",
    "import ctypes; ctypes.string_at(0)": "its process died of SIGSEGV",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "its process died of SIGKILL",
    "while True: pass": "it took over 6 seconds",
    "import time\ntry: time.sleep(60)\nexcept BaseException: time.sleep(60)": "it took over 6",
    "kept = []\nwhile True: kept.append(bytearray(1 << 24))": "give more with --memory",
    "import numpy\nnumpy.ones(1 << 30).sum()": "give more with --memory",
    "exit()": "its kernel died",
}


def test_each_bad_notebook_fails_alone(works: Works) -> None:
    names = [f"bad-{number}" for number in range(len(BAD))]
    for name, cell in zip(names, BAD, strict=True):
        works.write(name, cell, "x")
        works.ask("2023-2", name, folder=name)
    works.ask("2023-1", "good")
    batch = works.batch(Limits(6, 1 << 30))
    told = {name: str(problem) for name, problem in batch.failed}
    assert sorted(told) == names
    for name, words in zip(names, BAD.values(), strict=True):
        assert words in told[name]
        assert "\n" not in told[name]
    assert works.whole() == ["2023-1"]
    assert [each.folder.name for each in batch.finished] == ["2023-1"]


def test_what_a_notebook_started_ends_with_it(works: Works) -> None:
    pid = works.root / "pid"
    works.write(
        "bad",
        "import subprocess\nother = subprocess.Popen(['sleep', '600'])\n"
        f"with open({str(pid)!r}, 'w') as file: print(other.pid, file=file)\n"
        "while True: pass",
    )
    works.ask("2023-1", "bad")
    works.batch(Limits(6))
    assert gone(int(pid.read_text()))


def test_unreadable_data_are_told_in_a_sentence(works: Works) -> None:
    works.ask("2023-1", "good")
    works.ask("2023-2", "good")
    (works.root / "answers.csv").write_bytes(b"\xff\xfe\x00broken")
    path = works.root / "params" / "2023-1.yaml"
    path.write_text(path.read_text() + "data: answers.csv\n", encoding="utf-8")
    batch = works.batch(Limits())
    ((name, problem),) = batch.failed
    assert name == "2023-1"
    assert isinstance(problem, KbnnError)
    assert "answers.csv" in str(problem)
    assert works.whole() == ["2023-2"]


def test_a_batch_that_was_killed_leaves_whole_results_and_goes_on(works: Works) -> None:
    """The first period is finished, the second in the making, when everything is killed."""
    slow, done = works.root / "slow", works.root / "done"
    works.write("quick", f"with open({str(done)!r}, 'a') as file: print('quick', file=file)")
    works.write("slow", say_pid(slow), "import time\ntime.sleep(600)")
    works.ask("2023-1", "quick")
    works.ask("2023-2", "quick", "slow")
    with works.started("--jobs", "1") as running:
        child = int(wait_for(slow))
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=PATIENCE)
    assert gone(child)
    assert works.whole() == ["2023-1"]
    works.write("slow", "x")
    assert works.run()[0] == 0
    assert works.whole() == ["2023-1", "2023-2"]
    assert len(done.read_text().split()) == 2  # once for each period: nothing was done twice
    assert not list((works.root / ".kbnn" / "runs").iterdir())


def test_a_batch_that_was_killed_while_it_wrote_results_leaves_none_of_them_half(
    works: Works,
) -> None:
    works.ask("2023-1", "good")
    output = works.root / "outputs"
    with works.started() as running:
        until = time.monotonic() + PATIENCE
        while not list(output.glob(".2023-1.draft-*")):
            assert time.monotonic() < until, "no results were begun"
            time.sleep(0.001)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=PATIENCE)
    assert [path.name for path in output.iterdir() if not path.name.startswith(".")] == []
    assert works.run()[0] == 0
    assert works.whole() == ["2023-1"]  # and nothing hidden lies beside it


def test_a_killed_preloaded_process_costs_a_second_start_only(works: Works) -> None:
    pid = works.root / "pid"
    works.write(
        "first", "import os, time",
        f"path = {str(pid)!r}\nagain = os.path.exists(path)\n"
        "with open(path, 'w') as file: print(os.getppid(), file=file)\n"
        "time.sleep(0 if again else 600)",
    )  # fmt: skip
    works.ask("2023-1", "first")
    with works.started() as running:
        os.kill(int(wait_for(pid)), signal.SIGKILL)
        told = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 0, told
    assert works.whole() == ["2023-1"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing_behind(works: Works, number: int) -> None:
    pid = works.root / "pid"
    works.write("slow", say_pid(pid), "import time\ntime.sleep(600)")
    works.ask("2023-1", "good")
    works.ask("2023-2", "slow")
    with works.started("--jobs", "1") as running:
        child = int(wait_for(pid))
        os.kill(running.pid, number)
        told = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 130
    assert told.splitlines()[-1] == "kbnn: stopped; the last good results are as they were."
    assert "Traceback" not in told
    assert gone(child)
    assert works.whole() == ["2023-1"]
    assert not list((works.root / ".kbnn" / "runs").iterdir())


def test_two_batches_at_once_on_the_same_results(works: Works) -> None:
    pid, go = works.root / "pid", works.root / "go"
    works.write(
        "slow", say_pid(pid),
        f"import time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.05)",
    )  # fmt: skip
    works.ask("2023-1", "slow")
    works.ask("2023-2", "good")
    with works.started() as running:
        wait_for(pid)
        code, told = works.run("--keep-going")
        assert code == 1
        assert "Another run is making outputs/2023-1; wait until it has ended." in told
        go.touch()
        running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert works.whole() == ["2023-1", "2023-2"]


def _full(folder: str, kilobytes: int) -> list[str]:
    """Return words that run a command with a small disk in the place of a folder.

    The disk is seen by the command only: what it left there is listed in the file ``left``.
    """
    mount = f"mkdir -p {folder} && mount -t tmpfs -o size={kilobytes}k none {folder}"
    listed = f"find {folder} -mindepth 1 -printf '%P\\n' > left"
    script = f'{mount} || exit 9; "$@"; code=$?; {listed}; exit $code'
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]


@pytest.mark.parametrize(("folder", "kilobytes"), [("outputs", 128), (".kbnn", 512)])
def test_a_full_disk_is_told_in_a_sentence(works: Works, folder: str, kilobytes: int) -> None:
    before = _full(folder, kilobytes)
    if not shutil.which("unshare") or subprocess.run([*before, "true"], cwd=works.root).returncode:
        pytest.skip("a small disk needs user namespaces")
    works.write("large", "print('large ' * 200_000)")
    works.ask("2023-1", "large")
    code, told = works.run(before=before)
    assert code == 1, told
    assert "make room and run again" in told.splitlines()[-1]
    assert "Traceback" not in told
    left = (works.root / "left").read_text(encoding="utf-8").split()
    if folder == "outputs":
        assert left == []
    else:  # neither half an executed notebook nor a working folder
        assert [name for name in left if name.startswith(("cache/", "runs/"))] == []
        assert works.whole() == []
    assert works.run()[0] == 0, "with room the same command goes on"
    assert works.whole() == ["2023-1"]


def test_files_that_may_not_grow_are_told_in_a_sentence(works: Works) -> None:
    works.write("large", "print('large ' * 200_000)")
    works.ask("2023-1", "large")
    most = "import os, resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (500_000,) * 2)\n"
    code, told = works.run(
        before=[sys.executable, "-c", f"{most}os.execv(sys.argv[1], sys.argv[1:])"]
    )
    assert code == 1, told
    assert "make room and run again" in told.splitlines()[-1]
    assert works.whole() == []


def test_a_folder_that_nobody_may_write_to_is_told_in_a_sentence(works: Works) -> None:
    works.ask("2023-1", "good")
    code, told = works.run("--output", "/proc/outputs")
    assert code == 2
    assert told.startswith("kbnn: `--output`: nothing can be written in /proc (")
    assert len(told.splitlines()) == 1
