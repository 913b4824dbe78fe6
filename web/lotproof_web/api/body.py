"""The body of a request in JSON: read whole, up to a limit, in no other format."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from lotproof_web.api.parameters import refuse_unknown
from lotproof_web.refusals import TooLargeError, UnsupportedMediaTypeError


def read_json_body(most_bytes: int) -> bytes:
    """Return the request's body, whatever JSON it is.

    Raises: UnsupportedMediaTypeError for another format; TooLargeError `body_too_large`.
    """
    refuse_unknown()
    if (
        request.mimetype != "application/json"
        or request.headers.get("Content-Encoding", "identity") != "identity"
    ):
        raise UnsupportedMediaTypeError(
            "unsupported_media_type",
            f"a body of {request.mimetype or 'no stated type'} is not read here",
            "send JSON, uncompressed, as application/json",
        )
    request.max_content_length = most_bytes
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise TooLargeError("body_too_large", f"a body may have {most_bytes} bytes", "split it") from None
