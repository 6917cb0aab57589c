"""Executed notebooks lose what differs between equal runs, and nothing else."""

from __future__ import annotations

import nbformat
from nbformat import v4

from kbnn_analysis.runs.cleaning import clean


def executed(number: int) -> nbformat.NotebookNode:
    made = v4.new_notebook()
    made.metadata.update(
        papermill={"duration": number, "input_path": "/home/me/x.ipynb"},
        kernelspec={"name": "kbnn", "display_name": "KBNN", "language": "python"},
        language_info={"name": "python", "version": f"3.11.{number}"},
    )
    outputs = [
        v4.new_output(
            "stream", name="stdout", text=f"<Line2D at 0x7f{number}abc> /tmp/run-{number}/x "
        ),
        v4.new_output("stream", name="stdout", text=f"/tmp/ipykernel_{number}/12.py:3: told"),
        v4.new_output("display_data", data={"text/html": f"<td>0,98{number}</td>"}),
    ]
    code = v4.new_code_cell("x", outputs=outputs, execution_count=1)
    code.metadata.update(papermill={"status": number}, execution={"iopub.execute_input": number})
    injected = v4.new_code_cell("period = '2023-1'")
    injected.metadata["tags"] = ["injected-parameters"]
    prose = [v4.new_markdown_cell(name, id=name) for name in ("vi", "en", "both")]
    for cell in prose[:2]:
        cell.metadata["tags"] = [f"lang-{cell.source}"]
    made.cells = [injected, code, *prose]
    made.cells[1].id = "code"
    return made


def cleaned(number: int) -> nbformat.NotebookNode:
    return clean(executed(number), "vi", paths=(f"/tmp/run-{number}",))


def test_equal_runs_become_equal_but_for_their_results() -> None:
    one, two = (nbformat.writes(cleaned(number)) for number in (1, 2))
    assert one.replace("0,981", "0,982") == two


def test_streams_are_joined_and_prose_of_the_other_language_goes() -> None:
    found = cleaned(1)
    assert [output.output_type for output in found.cells[1].outputs] == ["stream", "display_data"]
    assert found.cells[1].outputs[0].text == "<Line2D at 0x…> …/x <cell>:3: told"
    assert [cell.source for cell in found.cells[2:]] == ["vi", "both"]
    nbformat.validate(found)


def test_the_executed_notebook_itself_is_not_changed() -> None:
    before = executed(1)
    for cell in before.cells:
        cell.id = cell.id if cell.source != "period = '2023-1'" else "same"
    kept = nbformat.writes(before)
    clean(before, "en")
    assert nbformat.writes(before) == kept


def test_warnings_tell_no_folder_of_this_machine() -> None:
    text = (
        "/home/Lan Anh/dự án/style.py:151: UserWarning: too small\n"
        "C:\\x y\\a.py:3: FutureWarning: b"
    )
    cell = v4.new_code_cell("1")
    cell.outputs = [v4.new_output("stream", name="stderr", text=text)]
    made = clean(v4.new_notebook(cells=[cell]), "vi")
    assert made.cells[0].outputs[0].text == (
        "style.py:151: UserWarning: too small\na.py:3: FutureWarning: b"
    )
