"""Papermill's client without a kernel: cells run here, or wherever their runner sends them."""

from __future__ import annotations

from typing import Any, Protocol

from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient


class Runner(Protocol):
    """Runs cells somewhere, handing over messages on the way."""

    def run(self, client: Any, cell: Any, index: int, store_history: bool) -> dict[str, Any]:
        """Execute a cell; its reply is as a kernel's."""


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client with a runner of cells in the place of a kernel."""

    def __init__(self, nb_man: Any, runner: Runner, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._runner = runner

    def execute(self, **_: Any) -> Any:
        """Execute all cells; the notebook is told the language that it was executed in."""
        from kbnn_analysis.runs.cells import LANGUAGE

        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(LANGUAGE)
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(
        self, cell: Any, cell_index: int, execution_count: int | None = None,
        store_history: bool = True,
    ) -> Any:  # fmt: skip
        """Execute a cell as nbclient does, but by the runner."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell["metadata"]["execution"] = {}
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._runner.run(self, cell, cell_index, store_history)
        if execution_count:
            cell["execution_count"] = execution_count
        self._check(cell, reply)
        self.nb["cells"][cell_index] = cell
        return cell

    def _check(self, cell: Any, reply: dict[str, Any]) -> None:
        allowed = not self.force_raise_errors and (
            self.allow_errors
            or reply.get("ename") in self.allow_error_names
            or "raises-exception" in cell.metadata.get("tags", [])
        )
        if reply["status"] == "error" and not allowed:
            raise CellExecutionError.from_cell_and_msg(cell, reply)


class Here:
    """Cells in this process."""

    def __init__(self) -> None:
        from kbnn_analysis.runs.cells import Cells

        self._cells = Cells(self._take)
        self._now: tuple[Any, Any, int] | None = None

    def run(self, client: Any, cell: Any, index: int, store_history: bool) -> dict[str, Any]:
        """Execute a cell in this process."""
        if self._cells.ended:
            raise DeadKernelError("Kernel died")
        self._now = (client, cell, index)
        return self._cells.run(cell.source, cell_id=cell.get("id"), store_history=store_history)

    def _take(self, message: dict[str, Any]) -> None:
        if self._now is not None:
            client, cell, index = self._now
            client.process_message(message, cell, index)
