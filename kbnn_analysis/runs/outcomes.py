"""How a call in another process ended, as plain values that a line of JSON holds."""

from __future__ import annotations

import errno
import traceback
from typing import Any, TypeVar

from kbnn_analysis import errors
from kbnn_analysis.errors import DataError, KbnnError, Problem, RunError

AnyError = TypeVar("AnyError", bound=BaseException)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def failure(problem: BaseException) -> dict[str, Any]:
    """Return an error as plain values; :func:`raised` makes it an error again.

    Parameters
    ----------
    problem : BaseException
        What was raised.
    """
    said = plainly(problem)
    if not isinstance(said, KbnnError):
        return {"bug": "".join(traceback.format_exception(said))}
    told: dict[str, Any] = {"kind": type(said).__name__, "message": str(said)}
    if isinstance(said, DataError):
        told["problems"] = [each.as_dict() for each in said.problems]
    return told


def raised(told: dict[str, Any]) -> Exception:
    """Return the error that plain values tell of.

    Parameters
    ----------
    told : dict
        What :func:`failure` returned.

    Examples
    --------
    >>> raised(failure(RunError("it failed")))
    RunError('it failed')
    """
    if "bug" in told:
        return RuntimeError(f"in a process of its own:\n{told['bug']}")
    if "problems" in told:
        return DataError([Problem(**each) for each in told["problems"]])
    kind: type[KbnnError] = getattr(errors, told["kind"], RunError)
    return kind(told["message"])


def plainly(problem: AnyError) -> AnyError | RunError:
    """Return a full disk, unreadable files and want of memory as one sentence.

    Parameters
    ----------
    problem : BaseException
        What was raised.
    """
    if isinstance(problem, OSError) and problem.errno in _FULL:
        return RunError(
            f"Nothing more can be written ({problem.strerror}); make room and run again: "
            "what is finished is kept."
        )
    if isinstance(problem, OSError) and problem.errno in (errno.EACCES, errno.EIO, errno.EROFS):
        return RunError(f"{problem.filename or 'A file'}: {problem.strerror}.")
    if isinstance(problem, MemoryError):
        return RunError("It takes more memory than it may; give more with --memory.")
    return problem
