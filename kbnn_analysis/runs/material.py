"""What a run works on: its questionnaire, answers and units, each read when first asked for."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.stacking import stack_surveys
from kbnn_analysis.runs.params import Settings
from kbnn_analysis.runs.source import (
    load_earlier,
    load_run_codebook,
    load_run_context,
    load_run_outline,
    load_survey,
)
from kbnn_analysis.runs.workspace import Workspace

if TYPE_CHECKING:
    from kbnn_analysis.intake.codebook import Codebook
    from kbnn_analysis.intake.survey import Survey
    from kbnn_analysis.presentation.maps import Outline
    from kbnn_analysis.units import UnitContext


class Material:
    """What a run reads.

    Parameters
    ----------
    settings : Settings
        What was asked, with data and codebook in the workspace's input folder.
    workspace : Workspace
        Where the run works.
    """

    def __init__(self, settings: Settings, workspace: Workspace) -> None:
        self.settings = settings
        self.workspace = workspace

    @functools.cached_property
    def codebook(self) -> Codebook:
        """Return the codebook."""
        return load_run_codebook(self.settings, self.workspace.input)

    @functools.cached_property
    def survey(self) -> Survey:
        """Return the validated answers; read when first asked for.

        Raises
        ------
        DataError
            With all problems of the data file.
        """
        return load_survey(self.settings, self.workspace.input)

    @functools.cached_property
    def outline(self) -> Outline | None:
        """Return the shapes of the units for maps; None where tiles are drawn."""
        return load_run_outline(self.settings, self.workspace.input)

    @functools.cached_property
    def context(self) -> UnitContext | None:
        """Return the numbers about units that the run names; None where it names none."""
        return load_run_context(self.settings, self.workspace.input)

    @functools.cached_property
    def earlier(self) -> tuple[Survey, ...]:
        """Return the validated answers of the earlier periods, in time; none where none were given.

        Raises
        ------
        DataError
            With all problems of the first data file that has any.
        """
        return load_earlier(self.settings, self.workspace.input)

    @functools.cached_property
    def stacked(self) -> Survey:
        """Return all periods as one survey, for comparing them.

        Raises
        ------
        UsageError
            If no earlier period was given, or the periods cannot be stacked.
        """
        if not self.earlier:
            raise UsageError("No earlier period was given; name one under `earlier` in the params.")
        return stack_surveys([*self.earlier, self.survey])

    def rng(self, name: str) -> np.random.Generator:
        """Return the named stream of the run's seed: the same numbers whatever ran before.

        Parameters
        ----------
        name : str
            What it is used for, such as "ranking".

        Examples
        --------
        >>> from pathlib import Path
        >>> here = Workspace(Path("."), Path("."))
        >>> run = Material(Settings(period="2023-1"), here)
        >>> bool(run.rng("ranking").random() == run.rng("ranking").random())
        True
        """
        words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u4")
        return np.random.default_rng([self.settings.seed, *words.tolist()])
