"""What papermill finds under the name ``kbnn-fork``: the engine, imported when it is first used.

Papermill loads its engines while it is being imported itself, and with every start of its command.
"""

from __future__ import annotations

from typing import Any


class ForkEngine:
    """Hands everything to :class:`kbnn_analysis.runs.fork_engine.ForkEngine`."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute a notebook as papermill asks."""
        return _engine().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """Return the name of the kernel that a notebook asks for."""
        return _engine().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """Return the language of a notebook."""
        return _engine().nb_language(nb, language)


def _engine() -> Any:
    from kbnn_analysis.runs import fork_engine

    return fork_engine.ForkEngine
