"""Opening a run from a notebook: the one door, whoever executes the notebook."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import check_one_of
from kbnn_analysis.language import LANGUAGES, Label, Language
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.package_sources import code_sha256
from kbnn_analysis.runs.params import OWN_FILES, SIMULATED, Settings, is_path
from kbnn_analysis.runs.placing import find_data, find_file, place_input
from kbnn_analysis.runs.provenance import settings_sha256
from kbnn_analysis.runs.session import Run
from kbnn_analysis.runs.source import settings_of
from kbnn_analysis.runs.typed import check_values
from kbnn_analysis.runs.workspace import current_workspace

EXPLORING = Label(
    "**CHỈ ĐỂ KHÁM PHÁ trên máy của bạn: không chia sẻ.** Kết quả chưa được kiểm soát tiết lộ.",
    "**FOR EXPLORING on your own screen: do not share.** Results are not disclosure-controlled.",
)


def open_run(*, language: Language = "vi", **settings: Any) -> Run:
    """Open the run that a notebook belongs to.

    Works alike in JupyterLab, under plain papermill and in `kbnn run`. Outside `kbnn run`,
    notebooks with equal settings share a working folder under ``.kbnn/`` in the project.

    Parameters
    ----------
    language : {"vi", "en"}
        Language of what is shown.
    **settings
        The values of the parameters cell, by their names: see
        :class:`kbnn_analysis.runs.params.Settings`. What is left out has its default.

    Returns
    -------
    Run
        Nothing is read or computed yet, except that simulated answers are drawn.

    Raises
    ------
    UsageError
        If a name or a value is not allowed, or the data file is not there.
    """
    check_one_of("language", language, LANGUAGES)
    checked = check_values(Settings, settings, name="The parameters cell")
    workspace = current_workspace(lambda root: _key(checked, root))
    here = (workspace.input, Path.cwd(), workspace.root)
    placed = place_input(checked, workspace.input, here)
    run = Run(placed, language, workspace)
    if placed.audience == "explore":
        run.say(EXPLORING.text(language))
    return run


def _key(settings: Settings, root: Path) -> str:
    here = (Path.cwd(), root)
    digest = hashlib.sha256(f"{settings_sha256(settings)}{code_sha256()}".encode())
    for asked in (settings, *(settings_of(settings, each) for each in settings.earlier)):
        if asked.data != SIMULATED:
            digest.update(sha256_of(find_data(asked, here)).encode())
        for name in OWN_FILES:
            given = getattr(asked, name)
            if is_path(given):
                digest.update(f"{name}{sha256_of(find_file(name, given, here))}".encode())
    return f"{settings.period}-{digest.hexdigest()[:12]}"
