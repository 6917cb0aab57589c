"""Typed cells of workbooks and Parquet files as the text a person would have typed."""

from __future__ import annotations

import datetime as dt
import decimal


def cell_text(value: object) -> str:
    """Return a cell as text: whole numbers without point, dates as ISO, nothing as empty.

    Parameters
    ----------
    value : object
        A cell as its file format types it.

    Returns
    -------
    str
        Its text.

    Examples
    --------
    >>> import datetime as dt
    >>> [cell_text(value) for value in (None, 5.0, 98.19, True, dt.datetime(2023, 5, 31))]
    ['', '5', '98.19', 'TRUE', '2023-05-31']
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case dt.datetime():
            midnight = value.time() == dt.time(0)
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case decimal.Decimal():
            return format(value, "f")
        case _:
            return str(value)
