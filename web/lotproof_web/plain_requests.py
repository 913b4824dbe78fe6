"""What no page has a use for and no database keeps is refused before a view sees it: NUL, and numbers of no row.

PostgreSQL keeps no NUL in a text and no number above 2^31 - 1 in a row's id; SQLite takes the one and not the other.
"""

from collections.abc import Iterator

from flask import Flask, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map

from lotproof.kernel.errors import InvalidInputError

MOST_ROWS = 2**31 - 1
_WITH_BODIES = ("/epcis/", "/log/", "/api/")  # they read and check their bodies themselves
_CHECKED = ("/epcis/", "/log/")


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: what is larger than any row's number leads nowhere."""

    def __init__(
        self,
        map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = MOST_ROWS,
        signed: bool = False,  # noqa: FBT001, FBT002 - as the library declares it
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def number_rows(app: Flask) -> None:
    """Bound the numbers in addresses; before any view is added."""
    app.url_map.converters["int"] = RowNumber


def refuse_nul(app: Flask) -> None:
    """Refuse (404, 400) every address, filter and form with a NUL in it."""

    @app.before_request
    def refuse() -> None:
        if request.path.startswith(_CHECKED):
            return
        if "\x00" in request.path:
            raise NotFound
        if any("\x00" in text for text in _texts()):
            raise InvalidInputError("nul_character", "there is a NUL character in a field", "type it again")


def _texts() -> Iterator[str]:
    for name, value in request.args.items(multi=True):
        yield from (name, value)
    if not request.path.startswith(_WITH_BODIES):
        for name, value in request.form.items(multi=True):
            yield from (name, value)
