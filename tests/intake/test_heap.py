"""Freed memory goes back to the system."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from kbnn_analysis.intake.heap import give_back


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs the GNU C library")
def test_scattered_pieces_are_given_back() -> None:
    pieces = [bytes(1000) for _ in range(100_000)]  # too large for Python's own pools
    kept = pieces[::1000]  # so that the C library gives nothing back by itself
    del pieces
    before = resident()
    assert give_back()
    assert before - resident() > 50
    assert len(kept) == 100


def test_elsewhere_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not give_back()
