"""What each option of `kbnn run` does, asked as people ask."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kbnn_analysis.cli import main
from kbnn_analysis.runs.forking import can_fork

Write = Callable[..., Path]
PARAMS = (
    'period: "{period}"\nsimulate: {{scale: 0.02}}\nlanguages: [en]\nnotebooks: [{names}]\n'
    "sheets: false\n"
)


class Asked:
    """A project, and how `kbnn run` answered."""

    def __init__(
        self, root: Path, write_notebook: Write, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.root, self._write, self._capsys = root, write_notebook, capsys
        self.traces = root / "traces"
        (root / "params" / "2023-1.yaml").unlink()

    def ask(self, period: str, **notebooks: str) -> None:
        """Write a period with notebooks of one cell, which leave a line before and after it."""
        for name, cell in notebooks.items():
            traces = f"with open({str(self.traces)!r}, 'a') as file: print("
            trace = traces + "{!r}, " + f"{name!r}, file=file)"
            cells = (trace.format("begin"), cell, trace.format("end"))
            self._write(self.root / "notebooks" / f"{name}.ipynb", cells, setup="x = 1")
        text = PARAMS.format(period=period, names=", ".join(notebooks))
        (self.root / "params" / f"{period}.yaml").write_text(text, encoding="utf-8")

    def run(self, *words: str) -> tuple[int, list[str]]:
        """Return the exit code and what was told; `ran` is what this run executed."""
        self.traces.unlink(missing_ok=True)
        with pytest.raises(SystemExit) as ended:
            main(["run", "params/*.yaml", *words])
        told = self._capsys.readouterr()
        return int(ended.value.code or 0), (told.out + told.err).splitlines()

    @property
    def ran(self) -> list[str]:
        return self.traces.read_text().splitlines() if self.traces.exists() else []

    @property
    def whole(self) -> list[str]:
        return sorted(path.parent.name for path in self.root.glob("outputs/*/run.json"))


@pytest.fixture
def asked(project: Path, write_notebook: Write, capsys: pytest.CaptureFixture[str]) -> Asked:
    return Asked(project, write_notebook, capsys)


def _meet(root: Path, mine: str, other: str) -> str:
    """Return a cell that ends only while the other notebook runs."""
    return (
        "import os, time\n"
        f"open({str(root / mine)!r}, 'w').close()\n"
        f"while not os.path.exists({str(root / other)!r}): time.sleep(0.02)"
    )


def test_jobs_says_how_many_notebooks_run_at_a_time(asked: Asked) -> None:
    asked.ask("2023-1", a=_meet(asked.root, "a", "b"), b=_meet(asked.root, "b", "a"))
    assert asked.run("--jobs", "2")[0] == 0
    assert {line.split()[0] for line in asked.ran[:2]} == {"begin"}
    assert asked.run("-j", "1", "--force")[0] == 0
    assert asked.ran == ["begin a", "end a", "begin b", "end b"]


def test_after_a_failure_nothing_is_started_unless_asked_to_keep_going(asked: Asked) -> None:
    asked.ask("2023-1", bad="{}['rice']")
    asked.ask("2023-2", good="1")
    sentence = "kbnn: bad (en) failed in cell [5] `{}['rice']`: KeyError: 'rice'"
    code, told = asked.run("--jobs", "1")
    assert (code, told[-1], asked.whole) == (1, sentence, [])
    code, told = asked.run("--jobs", "1", "--keep-going")
    assert (code, told[-1], asked.whole) == (1, sentence, ["2023-2"])
    asked.ask("2024-1", worse="1 / 0")
    code, told = asked.run("-j", "1", "-k")
    assert code == 1
    assert told[-1] == "kbnn: 2 runs failed, 1 are whole."
    assert {line.split(": ")[1] for line in told[-3:-1]} == {"2023-1", "2024-1"}


def test_resume_is_the_default_and_force_is_told_beforehand(asked: Asked) -> None:
    asked.ask("2023-1", a="1")
    assert asked.run()[0] == 0
    for words in ([], ["--resume"]):
        assert asked.run(*words) == (
            0, ["outputs/2023-1 is done, nothing changed; --force makes it anew."],
        )  # fmt: skip
        assert asked.ran == []
    assert asked.run("--dry-run") == (0, ["outputs/2023-1: done: nothing changed"])
    assert asked.run("--dry-run", "--force") == (
        0, ["outputs/2023-1: to make: --force", "  a (en): to execute: --force"],
    )  # fmt: skip
    assert asked.ran == []
    assert asked.run("--force")[0] == 0
    assert asked.ran == ["begin a", "end a"]


@pytest.mark.skipif(not can_fork(), reason="memory is limited on Linux")
def test_limits_are_those_asked_for(asked: Asked) -> None:
    asked.ask("2023-1", slow="while True: pass")
    asked.ask("2023-2", large="len(bytearray(1 << 30))")
    code, told = asked.run("-k", "--time-limit", "2", "--memory", "0.9")
    assert code == 1
    assert any("slow (en) failed: it took over 2 seconds." in line for line in told)
    assert any("MemoryError; give more with --memory" in line for line in told)
    asked.ask("2023-1", slow="1")
    assert asked.run("--memory", "0")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--jobs", "0"],
        ["--jobs", "many"],
        ["--time-limit", "0"],
        ["--memory", "-1"],
        ["--memory", "nan"],
        ["--memory", "inf"],
    ],
    ids=" ".join,
)
def test_a_wrong_value_is_told_and_nothing_is_run(asked: Asked, words: Sequence[str]) -> None:
    asked.ask("2023-1", a="1")
    code, told = asked.run(*words)
    assert code == 2
    assert words[0] in told[-1]
    assert asked.ran == []


def test_a_log_counts_the_whole_batch_in_lines(asked: Asked) -> None:
    asked.ask("2023-1", a="1")
    asked.ask("2023-2", b="1")
    _, told = asked.run("--jobs", "1")
    counted = [line for line in told if line.startswith("[")]
    assert counted[0] == "[0/6] starting"
    assert [line.split("]")[0] for line in counted] == [f"[{n}/6" for n in range(7)]
    words = {line.split("] ")[1] for line in counted[1:]}
    assert words == {
        f"{period}: {part}"
        for period, name in (("2023-1", "a"), ("2023-2", "b"))
        for part in ("data", f"{name} (en)", "report")
    }


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
def test_a_terminal_shows_one_bar_with_counts_and_the_time_left(asked: Asked) -> None:
    import pty

    asked.ask("2023-1", a="1")
    asked.ask("2023-2", b="1")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kbnn_analysis", "run", "params/*.yaml"]
    shown = b""
    with subprocess.Popen(
        command, stderr=theirs, stdout=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    ) as running:  # fmt: skip
        os.close(theirs)
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux's way of saying that the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert running.returncode == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert "6/6" in plain
    assert re.search(r"\d/6 \d+:\d\d:\d\d left (\d+|-):(\d\d|--):(\d\d|--)", plain)
    assert re.search(r"2023-[12]: (a|b|data|report)", plain)
    assert "[1/6]" not in plain
