"""What may be written down about an error: its code and kind, and never a value that was being worked on."""

from sqlalchemy.exc import DBAPIError

from lotproof.kernel.errors import LotproofError


def told(error: BaseException) -> str:
    """Return one line for logs and for the operator.

    Our own errors and those of the operating system say what they say. Of any other the text may hold a value (a
    row that does not fit, a text that cannot be read), and only its kind is told.
    """
    if isinstance(error, LotproofError):
        return str(error)
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return f"{type(error.orig).__name__} {state or ''}".rstrip()
    if isinstance(error, OSError):
        return str(error) or type(error).__name__
    return type(error).__name__
