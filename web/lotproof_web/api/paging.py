"""Pages of answers: `perPage`, and an opaque token that says where the next page begins.

Source: GS1 EPCIS 2.0 section 12.6 and its OpenAPI document (PerPage, NextPageToken, Link).
A token is good for the question that it was given for, asked by the same party; it does not expire.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from flask import Response, request, url_for

from lotproof_web.api.parameters import invalid, only_one

PER_PAGE, MOST_PER_PAGE = 30, 1000
PARAMETERS = frozenset({"perPage", "nextPageToken"})
_CHECK = 8


def per_page(most: int = MOST_PER_PAGE) -> int:
    """Return how many the request asks for. Raises: InvalidInputError `invalid_parameter`."""
    text = only_one("perPage") or str(PER_PAGE)
    if text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= most:
        return int(text)
    raise invalid("perPage", f"must be a whole number from 1 to {most}")


def place_of_page(question: Sequence[str]) -> str | None:
    """Return where the requested page begins, None for the first.

    question: everything that the answer depends on besides.  Raises: InvalidInputError `invalid_parameter`.
    """
    token = only_one("nextPageToken")
    if token is None:
        return None
    try:
        data = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        place = data[_CHECK:].decode()
    except ValueError:
        place = ""
    if not place or _token(place, question) != token:
        raise invalid("nextPageToken", "is not one that was given for this question")
    return place


def link_next(response: Response, endpoint: str, place: str | None, question: Sequence[str]) -> Response:
    """Say where the next page is, if there is one (RFC 8288)."""
    if place is not None:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "nextPageToken"]
        arguments: dict[str, list[str]] = {}
        for name, value in [*kept, ("nextPageToken", _token(place, question))]:
            arguments.setdefault(name, []).append(value)
        response.headers["Link"] = f'<{url_for(endpoint, _external=False, **arguments)}>; rel="next"'  # type: ignore[arg-type]
    return response


def _token(place: str, question: Sequence[str]) -> str:
    check = hashlib.sha256("\n".join([place, *question]).encode()).digest()[:_CHECK]
    return urlsafe_b64encode(check + place.encode()).rstrip(b"=").decode()
