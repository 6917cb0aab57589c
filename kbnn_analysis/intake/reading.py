"""The door for files: one reader per extension, and a clear word for everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kbnn_analysis.errors import DataError, Problem, UsageError
from kbnn_analysis.intake.raw import RawResponses
from kbnn_analysis.intake.reading_csv import read_csv, read_large_csv
from kbnn_analysis.intake.reading_parquet import read_large_parquet, read_parquet
from kbnn_analysis.intake.reading_xlsx import read_xlsx
from kbnn_analysis.intake.source_file import SourceFile, is_large, open_source

READERS: dict[str, tuple[Callable[..., RawResponses], frozenset[str]]] = {
    ".csv": (read_csv, frozenset({"delimiter", "encoding"})),
    ".tsv": (read_csv, frozenset({"delimiter", "encoding"})),
    ".txt": (read_csv, frozenset({"delimiter", "encoding"})),
    ".xlsx": (read_xlsx, frozenset({"sheet"})),
    ".parquet": (read_parquet, frozenset()),
}
"""Extension -> reader and the options that it takes. A new format is one line here."""

LARGE_READERS: dict[str, Callable[..., RawResponses]] = {
    ".csv": read_large_csv,
    ".tsv": read_large_csv,
    ".txt": read_large_csv,
    ".parquet": read_large_parquet,
}
"""Readers of files too large to be held as they are: piece by piece, by the same rules."""

_WAYS_OUT = {
    ".sav": "SPSS files are not read yet: export as CSV UTF-8 with codes.",
    ".dta": "Stata files are not read yet: export as CSV UTF-8 with codes.",
    ".xls": "Save it as .xlsx in Excel.",
    ".xlsm": "A workbook with macros is not opened: save it as .xlsx.",
    ".xlsb": "Save it as .xlsx in Excel.",
    ".ods": "Save it as .xlsx or CSV UTF-8.",
    ".zip": "Unpack it first.",
    ".pkl": "A pickle can run programs and is never opened: export as CSV or Parquet.",
    ".pickle": "A pickle can run programs and is never opened: export as CSV or Parquet.",
}
_ENDS = {"zip": ".xlsx", "parquet": ".parquet"}


def read_raw(
    path: str | Path,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
) -> RawResponses:
    """Read a data file as text, believing nothing.

    Parameters
    ----------
    path : str or Path
        A .csv, .tsv, .txt, .xlsx or .parquet file.
    delimiter, encoding : str, optional
        For delimited text; found from the file if not given.
    sheet : str, optional
        For workbooks with several sheets.

    Returns
    -------
    RawResponses
        The table as text, with source, SHA-256 and row numbers.

    Raises
    ------
    UsageError
        If there is no such file, or an option does not belong to its format.
    DataError
        If the file cannot be read as a table; with the way out.
    """
    path = Path(path)
    extension = path.suffix.casefold()
    if extension in LARGE_READERS and is_large(path):
        large, takes = LARGE_READERS[extension], READERS[extension][1]
        return large(path, **_options(extension, takes, delimiter, encoding, sheet))
    source = open_source(path)
    if extension not in READERS:
        raise _no_reader(source, extension)
    reader, takes = READERS[extension]
    if reader is read_csv and source.kind != "text":
        raise _misnamed(source, extension)
    return reader(source, **_options(extension, takes, delimiter, encoding, sheet))


def _options(
    extension: str,
    takes: frozenset[str],
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
) -> dict[str, str]:
    given = {"delimiter": delimiter, "encoding": encoding, "sheet": sheet}
    options = {name: value for name, value in given.items() if value is not None}
    if foreign := sorted(options.keys() - takes):
        raise UsageError(f"`{foreign[0]}` does not belong to {extension} files; leave it out.")
    return options


def _no_reader(source: SourceFile, extension: str) -> DataError:
    allowed = ", ".join(READERS)
    message = f"files ending in {extension or 'nothing'} are not read (only {allowed})."
    suggestion = _WAYS_OUT.get(extension, "Save the answers as CSV UTF-8 or .xlsx.")
    return DataError([Problem("extension", message, file=source.name, suggestion=suggestion)])


def _misnamed(source: SourceFile, extension: str) -> DataError:
    message = f"it ends in {extension} but is no text: it is a {source.kind} file."
    right = _ENDS.get(source.kind)
    suggestion = f"Rename it to {right}." if right else "Export the answers as CSV UTF-8."
    return DataError([Problem("wrong-extension", message, file=source.name, suggestion=suggestion)])
