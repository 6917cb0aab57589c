"""Two machines' worth of difference in small; `make reproduce` adds a second environment by pip."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

QUICK = 'period: "2023-1"\nsimulate: {scale: 0.02}\nlanguages: [vi]\nnotebooks: [quick]\n'
TELLING = (  # what would differ if a run did not take care of it
    "print({'a', 'b', 'c', 'd', 'e', 'f', 'g'})",
    "import time\nprint(time.strftime('%A %H %Z', time.localtime(0)))",
    "import locale\nprint(locale.setlocale(locale.LC_ALL, ''), f'{1e6:n}')",
    "run.rng('x').random()",
)
SETUP = """\
from kbnn_analysis.runs import open_run
run = open_run(period=period, data=data, language=language, simulate=simulate, audience=audience)
"""


def sums_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.local.json"
    }


def test_all_bytes_are_equal_in_another_folder_home_zone_language_and_hash_seed(
    tmp_path: Path, write_notebook: Callable[..., Path]
) -> None:
    worlds = {"one": ("UTC", "C.UTF-8"), "máy thứ hai": ("Asia/Ho_Chi_Minh", "vi_VN.UTF-8")}
    found = []
    for name, (zone, language) in worlds.items():
        root = tmp_path / name / "dự án"
        write_notebook(root / "notebooks" / "quick.ipynb", TELLING, setup=SETUP)
        (root / "quick.yaml").write_text(QUICK, encoding="utf-8")
        kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONHASHSEED", "LC_ALL"}}
        home = tmp_path / f"{name} home"
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "kbnn_analysis", "run", "quick.yaml"],
            cwd=root,
            env={**kept, "HOME": str(home), "TZ": zone, "LANG": language},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(sums_of(root / "outputs"))
    assert found[0] == found[1]
    assert {"2023-1/report.pdf", "2023-1/report.docx", "2023-1/run.json"} <= set(found[0])
