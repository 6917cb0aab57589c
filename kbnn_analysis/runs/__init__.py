"""Typed parameters in; executed notebooks and reports out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kbnn_analysis.runs.batch import Finished, run_period
    from kbnn_analysis.runs.opening import open_run
    from kbnn_analysis.runs.params import Params, Settings, load_params
    from kbnn_analysis.runs.session import Run

__all__ = ["Finished", "Params", "Run", "Settings", "load_params", "open_run", "run_period"]

_HOMES = {
    "Finished": "batch", "run_period": "batch",
    "Params": "params", "Settings": "params", "load_params": "params",
    "Run": "session", "open_run": "opening",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: papermill alone takes a second."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
