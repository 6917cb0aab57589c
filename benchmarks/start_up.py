"""How long a command takes to answer `--help`, beside its peers: the median of five.

Run with `make bench`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent


def seconds(command: list[str]) -> float:
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


for name in ("kbnn", "papermill", "jupyter-nbconvert"):
    print(f"{name + ' --help':<28}{seconds([str(BIN / name), '--help']):6.2f} s")
