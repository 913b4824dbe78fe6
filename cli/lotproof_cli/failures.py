"""What an exception means to whoever called: the one shape of an error, and the exit code."""

import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from lotproof.kernel.errors import LotproofError, Problem

REFUSED, WRONGLY_CALLED, OUR_FAULT, INTERRUPTED = 1, 2, 70, 130


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure. traceback: only of what nobody expected."""

    exit_code: int
    code: str
    message: str
    hint: str = ""
    problems: Sequence[Problem] = ()
    traceback: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The shape of every error, as in the API."""
        return LotproofError(self.code, self.message, self.hint, self.problems).as_dict()


def describe(error: Exception) -> Failure:
    """Tell an exception in the terms of whoever called."""
    if isinstance(error, LotproofError):
        return Failure(REFUSED, error.code, error.message, error.hint, error.problems)
    if isinstance(error, click.ClickException):
        return _wrongly_called(error)
    if isinstance(error, click.Abort):
        return Failure(INTERRUPTED, "interrupted", "interrupted; what was acknowledged stands")
    if _is_database_trouble(error):
        what = str(getattr(error, "orig", error)).strip()
        hint = "nothing acknowledged is lost: run it again when the database is there; lotproof migrate makes tables"
        return Failure(REFUSED, "database_failed", f"the database did not do it: {what}", hint)
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return Failure(REFUSED, "file_failed", name + error.strerror, "nothing acknowledged is lost")
    said = "".join(traceback.format_exception(error))
    hint = "this is a fault of lotproof: please report it with the lines above"
    return Failure(OUR_FAULT, "internal_error", f"{type(error).__name__}: {error}", hint, traceback=said)


def _wrongly_called(error: click.ClickException) -> Failure:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return Failure(WRONGLY_CALLED, "usage", error.format_message(), "")
    hint = f"see: {context.command_path} --help" if context else "see: lotproof --help"
    where = ""
    if isinstance(error, click.BadParameter) and error.param is not None:
        where = error.param.opts[-1]
    elif isinstance(error, click.NoSuchOption | click.BadOptionUsage):
        where = error.option_name
    message = error.format_message()
    return Failure(WRONGLY_CALLED, "usage", message, hint, [Problem(where, "usage", message)])


def _is_database_trouble(error: Exception) -> bool:
    """Full disk, lost connection, missing tables. Asked only where the database's library was loaded at all."""
    library = sys.modules.get("sqlalchemy.exc")
    return library is not None and isinstance(error, library.OperationalError | library.InterfaceError)
