"""A simulated period and its file: nobody can mistake either for real answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.raw import SIMULATED_MARK

MARKER = SIMULATED_MARK
"""First line of every simulated file."""
NAME_MARK = "SIMULATED"
"""Part of the name of every simulated file."""


@dataclass(frozen=True, kw_only=True)
class SimulatedPeriod:
    """Simulated answers of one period with the truth that they were drawn from.

    Parameters
    ----------
    period, seed : str, int
        What was asked for.
    frame : DataFrame of str
        One row a respondent, columns of the codebook ``kbnn-assumed``, as the file holds them.
    truth : DataFrame
        See `population_truth`.
    drivers : DataFrame
        See `driver_truth`.
    population : DataFrame
        The frame of account holders: unit, province, office, respondent_type, population.
    straight_liners : tuple of str
        Identifiers of the respondents who were made to answer in a straight line.
    """

    period: str
    seed: int
    frame: pd.DataFrame
    truth: pd.DataFrame
    drivers: pd.DataFrame
    population: pd.DataFrame
    straight_liners: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def file_name(self) -> str:
        """Return the usual name of the file."""
        return f"kbnn-{self.period}-{NAME_MARK}.csv"

    def to_csv(self) -> str:
        """Return the file's text: the marker line, the header, one line a respondent."""
        rows = self.frame.to_csv(index=False, lineterminator="\n")
        return f"{MARKER}\n{rows}"

    def write(self, path: str | Path) -> Path:
        """Write the answers as CSV (UTF-8, comma) with the marker as first line.

        Parameters
        ----------
        path : str or Path
            A file whose name holds SIMULATED, or an existing folder, which then gets `file_name`.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        UsageError
            If the file's name would hide that the data are simulated, or its folder is absent.
        """
        target = Path(path)
        if target.is_dir():
            target = target / self.file_name
        if NAME_MARK not in target.name:
            raise UsageError(
                f"simulated data need {NAME_MARK} in the file's name; got {target.name!r}; "
                f"use {self.file_name!r}."
            )
        if not target.parent.is_dir():
            raise UsageError(f"the folder {str(target.parent)!r} does not exist; make it first.")
        target.write_bytes(self.to_csv().encode("utf-8"))
        return target
