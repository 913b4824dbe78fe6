"""Query parameters: whatever is not known is refused, so that no filter is silently left out."""

from collections.abc import Collection

from flask import request

from lotproof.kernel.errors import InvalidInputError, Problem


def refuse_unknown(known: Collection[str] = ()) -> None:
    """Raise InvalidInputError `unknown_parameter` naming every parameter that is not known here."""
    unknown = sorted({name for name in request.args if name not in known})
    if unknown:
        raise InvalidInputError(
            "unknown_parameter",
            f"no such parameter here: {', '.join(name[:100] for name in unknown[:20])}",
            f"known are: {', '.join(sorted(known))}" if known else "this address takes none",
            [Problem(name[:100], "unknown_parameter", "is not known here") for name in unknown[:100]],
        )


def invalid(name: str, message: str) -> InvalidInputError:
    """The error for the value of a parameter or header."""
    return InvalidInputError(
        "invalid_parameter", f"{name} {message}", "", [Problem(name, "invalid_parameter", message)]
    )


def only_one(name: str) -> str | None:
    """Return a parameter that may be given once. Raises: InvalidInputError `invalid_parameter`."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise invalid(name, "is given more than once")
    return values[0] if values else None
