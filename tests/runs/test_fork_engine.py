"""The preloaded process: the same outputs as an ordinary kernel, and children that die alone."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from kbnn_analysis.runs import fork_engine, fork_kernel, forking, preloaded, zygote
from kbnn_analysis.runs.forking import can_fork
from kbnn_analysis.runs.preloaded import shared

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="forking is safe on Linux only"),
    # an ordinary kernel leaves its event loop and sockets to the garbage collector
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CELLS = (
    "import numpy as np, pandas as pd, pyarrow, sys\nprint('one'); 1 + 1",
    "print('out'); print('more', flush=True)\npd.DataFrame({'a': [1, 2]})",
    "print('wrong', file=sys.stderr)",
    "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 3]);",
    "import os\nos.environ['MPLBACKEND'], '' in sys.path, __name__, os.getcwd()",
    "!echo from a command",
    "import warnings; warnings.warn('beware')",
    "import asyncio\nawait asyncio.sleep(0)\nasyncio.get_running_loop().is_running()",
    "In[1], Out[2].shape, _",
    "from IPython.display import HTML, Markdown, clear_output, display\n"
    "shown = display(Markdown('first'), display_id='k'); display(HTML('<b>x</b>'))",
    "shown.update(Markdown('second'))",
    "print('gone'); clear_output(); print('here')",
    "import pyarrow.compute as pc\n"
    "table = pyarrow.table({'x': pyarrow.array(range(100_000))})\n"
    "pc.sum(table['x']).as_py(), pd.Series(['a', 'Huế']).str.upper().tolist()",
    "class Odd:\n    def _repr_html_(self): return '<i>odd</i>'\nOdd()",
    "%%javascript\n1",
    "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(3) as pool: print(sum(pool.map(abs, range(99))))\n"
    "with ThreadPoolExecutor(1) as pool: pool.submit(print, 'from a thread').result()",
    "np.linalg.svd(np.ones((300, 300)))[1].round(6)[0]",
    "def f(x):\n    return {}[x]\nf('rice')",
)
HIDDEN = ((re.compile(r"0x[0-9a-f]+"), "0x"), (re.compile(r"ipykernel_\d+"), "ipykernel"))


def notebook(*cells: str) -> nbformat.NotebookNode:
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "P"}
    made.cells = [nbformat.v4.new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)]
    return made


def execute(
    folder: Path, *cells: str, engine: str | None = "kbnn-fork", kernel: str = "python3",
    **options: Any,
) -> Any:  # fmt: skip
    path = folder / f"{engine}-{kernel}.ipynb"
    papermill.execute_notebook(
        notebook(*cells), str(path), engine_name=engine, kernel_name=kernel,
        progress_bar=False, **{"cwd": str(folder), **options},
    )  # fmt: skip
    return nbformat.read(path, as_version=4)


def told(content: Any) -> list[Any]:
    """Return what a reader sees of each cell, without addresses and process numbers."""
    text = nbformat.writes(content)
    for pattern, mask in HIDDEN:
        text = pattern.sub(mask, text)
    cells = nbformat.reads(text, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    return [(cell.source, cell.execution_count, cell.outputs) for cell in code]


def text_of(content: Any, cell: int = 0) -> str:
    return "".join(output.get("text", "") for output in content.cells[cell].outputs)


def test_cells_give_what_an_ordinary_kernel_gives(tmp_path: Path) -> None:
    kept = []
    for engine, kernel in ((None, "python3"), ("kbnn-fork", "python3"), (None, "kbnn")):
        with pytest.raises(PapermillExecutionError):
            execute(tmp_path, *CELLS, engine=engine, kernel=kernel)
        content = nbformat.read(tmp_path / f"{engine}-{kernel}.ipynb", as_version=4)
        assert content.metadata.language_info.version
        kept.append(told(content))
    ordinary, *forked = kept
    assert len(ordinary) > len(CELLS) - 1
    for cells in forked:
        for one, other in zip(ordinary, cells, strict=True):
            assert one == other


def test_children_draw_their_own_random_numbers_and_start_with_one_thread(tmp_path: Path) -> None:
    code = "import numpy, os, random\nprint(numpy.random.rand(), random.random(), "
    code += "len(os.listdir('/proc/self/task')))"
    one, other = (text_of(execute(tmp_path, code)).split() for _ in range(2))
    assert one[2] == other[2] == "1"
    assert one[0] != other[0]
    assert one[1] != other[1]


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("import os; os._exit(3)", DeadKernelError),
        ("import os; os.kill(os.getpid(), 11)", DeadKernelError),
        ("exit()", DeadKernelError),
        ("while True: pass", CellTimeoutError),
    ],
)
def test_a_child_dies_alone(tmp_path: Path, cell: str, error: type[Exception]) -> None:
    before = shared().process.pid
    with pytest.raises(error):
        execute(tmp_path, cell, "1", execution_timeout=2)
    assert text_of(execute(tmp_path, "print('well')")) == "well\n"
    assert shared().process.pid == before


def test_a_killed_preloaded_process_takes_its_children_and_is_replaced(tmp_path: Path) -> None:
    process = shared().process
    child = shared().fork("time:sleep", [], folder=tmp_path)  # time.sleep(handle)
    os.kill(process.pid, signal.SIGKILL)
    assert child.wait(20) == -signal.SIGKILL
    assert child.lost
    child.close()
    process.wait(20)
    assert text_of(execute(tmp_path, "print('again')")) == "again\n"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("import comm\ncomm.create_comm(target_name='x')\nprint('ran')", "`import comm` needs"),
        ("c = __import__('comm').create_comm(target_name='x')\nprint('ran')", "it opens a comm"),
    ],
)
def test_comms_need_an_ordinary_kernel(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, cell: str, reason: str
) -> None:
    assert "ran" in text_of(execute(tmp_path, cell))
    assert reason in caplog.text
    assert "in an ordinary kernel" in caplog.text


def test_without_fork_an_ordinary_kernel_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fork_engine, "why_not_fork", lambda: "win32 cannot fork safely")
    assert text_of(execute(tmp_path, "print('ran')")) == "ran\n"
    assert "cannot fork safely" in caplog.text


def test_the_kernel_is_forked_interrupted_restarted_and_missed(tmp_path: Path) -> None:
    manager, client = start_new_kernel(kernel_name="kbnn", cwd=str(tmp_path))
    try:
        assert manager.provisioner.process.pid != preloaded.shared().process.pid
        asked = _ask(client, "import os; print(os.getppid(), os.getcwd())")
        assert asked == f"{preloaded.shared().process.pid} {tmp_path}\n"
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=120)
        waiting = client.execute("import time\nprint('in the cell', flush=True)\ntime.sleep(60)")
        while client.get_iopub_msg(timeout=120)["msg_type"] != "stream":
            pass
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=120)
        assert reply["parent_header"]["msg_id"] == waiting
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        os.kill(manager.provisioner.process.pid, signal.SIGKILL)
        assert manager.provisioner.process.wait() == -signal.SIGKILL
        assert not manager.is_alive()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_restarted_kernel_sees_the_package_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever edits the package restarts the kernel; another kernel goes on as it was."""
    stays, its = start_new_kernel(kernel_name="kbnn", cwd=str(tmp_path))
    manager, client = start_new_kernel(kernel_name="kbnn", cwd=str(tmp_path))
    before = preloaded.shared()
    try:
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=120)
        assert preloaded.shared() is before
        monkeypatch.setattr(preloaded, "sources_stamp", lambda: (("periods.py", 1, 1),))
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=120)
        asked = _ask(client, "import os; print(os.getppid())")
        assert asked == f"{preloaded.shared().process.pid}\n"
        assert preloaded.shared() is not before
        assert _ask(its, "import os; print(os.getppid())") == f"{before.process.pid}\n"
        its.stop_channels()
        stays.shutdown_kernel(now=True)
        assert before.process.wait(20) == 0
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_server_goes_on_while_everything_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked, seen = fork_kernel._fork, threading.Event()

    def slow(*given: Any) -> Any:
        assert seen.wait(30)
        return forked(*given)

    async def use() -> None:
        manager = AsyncMappingKernelManager(root_dir=str(tmp_path))
        starting = asyncio.ensure_future(manager.start_kernel(kernel_name="kbnn"))
        await asyncio.sleep(0.5)
        seen.set()  # never, did the start of the kernel hold this loop
        await manager.shutdown_kernel(await starting, now=True)

    monkeypatch.setattr(fork_kernel, "_fork", slow)
    asyncio.run(use())


def test_too_large_an_environment_is_told(tmp_path: Path) -> None:
    large = {"LARGE": "x" * zygote.MESSAGE}
    with pytest.raises(forking.ForkUnavailableError, match="bytes of environment are too many"):
        shared().fork("time:sleep", [], folder=tmp_path, environment=large)


def _ask(client: Any, code: str) -> str:
    heard: list[str] = []
    hook: Callable[[Any], None] = lambda m: heard.append(m["content"].get("text", ""))  # noqa: E731
    client.execute_interactive(code, timeout=120, output_hook=hook)
    return "".join(heard)


@pytest.mark.parametrize("name", ["slow_to_load", "not_installed"])
def test_what_is_slow_to_load_is_put_off_until_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "slow_to_load.py").write_text("def grow(number):\n    return number + 1\n")
    (tmp_path / "asks.py").write_text(
        f"try: from {name} import grow\nexcept ImportError: grow = None\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    for each in ("asks", "slow_to_load"):
        monkeypatch.delitem(sys.modules, each, raising=False)
    with zygote._put_off(name, "grow"):
        asks = importlib.import_module("asks")
    assert "slow_to_load" not in sys.modules
    assert asks.grow(1) == 2 if name == "slow_to_load" else asks.grow is None


def test_plain_papermill_takes_the_kernel_by_name(tmp_path: Path) -> None:
    content = execute(tmp_path, "import os\nprint(os.getppid())", engine=None, kernel="kbnn")
    assert text_of(content) == f"{preloaded.shared().process.pid}\n"


def test_notebooks_run_side_by_side_in_threads(tmp_path: Path) -> None:
    code = "import time\nfor n in range(5): print({0}, n); time.sleep(0.02)\n"

    def run(number: int) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        return text_of(execute(folder, code.format(number), cwd=None))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, range(8)))
    assert found == ["".join(f"{number} {n}\n" for n in range(5)) for number in range(8)]


def test_without_fork_the_kernel_is_an_ordinary_one_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(forking.SWITCH, "no")
    monkeypatch.setattr(logging.getLogger("traitlets"), "propagate", True)
    content = notebook("import os\nprint(os.getppid())")
    NotebookClient(content, kernel_name="kbnn", resources=_in(tmp_path)).execute()
    assert text_of(content) == f"{os.getpid()}\n"
    assert "started in the ordinary way: KBNN_FORK=no forbids to fork." in caplog.text


def test_nbclient_takes_the_kernel_by_name(tmp_path: Path) -> None:
    content = notebook("import os\nprint(os.getppid())", "1 + 1")
    NotebookClient(content, kernel_name="kbnn", resources=_in(tmp_path)).execute()
    assert text_of(content) == f"{preloaded.shared().process.pid}\n"
    assert content.cells[1].outputs[0]["data"] == {"text/plain": "2"}


def test_jupyterlabs_server_takes_the_kernel_by_name(tmp_path: Path) -> None:
    async def use() -> str:
        manager = AsyncMappingKernelManager(root_dir=str(tmp_path))
        number = await manager.start_kernel(kernel_name="kbnn")
        kernel = manager.get_kernel(number)
        client = kernel.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=120)
            reply = await client.execute_interactive(
                "import os", user_expressions={"by": "os.getppid()"}, timeout=120
            )
            return str(reply["content"]["user_expressions"]["by"]["data"]["text/plain"])
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(number, now=True)

    assert asyncio.run(use()) == str(preloaded.shared().process.pid)


def _in(folder: Path) -> dict[str, Any]:
    return {"metadata": {"path": str(folder)}}
