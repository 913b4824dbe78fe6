"""What every resource shares: reading of arguments with every problem and its place, entity tags, the challenge."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, TypeVar

from flask import Request, Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import CombinedMultiDict

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof_web.api.bearer import challenge
from lotproof_web.refusals import ShapeError

F = TypeVar("F", bound=Callable[..., Any])
ERRORS = {
    401: "No valid bearer key with the scope that is needed",
    404: "Not there, or not for you",
    422: "A field is not as it should be",
    429: "Too many requests",
}
_NAMES = {"query": "", "json": "/", "form": "", "files": "", "headers": ""}


class _Parser(FlaskParser):
    """Reads arguments; what a schema does not know is refused."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 - as the library declares it

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raises: ShapeError `invalid_fields`."""
        del req, schema, error_status_code, error_headers
        problems = list(_problems(error.messages, ""))
        places = ", ".join(problem.where for problem in problems[:5])
        raise ShapeError("invalid_fields", f"not as it should be: {places}", "see each problem", problems)

    def load_files(self, req: Request, schema: Schema) -> Any:
        """A form with files has fields, too: one schema reads both."""
        return self._makeproxy(CombinedMultiDict([req.form, req.files]), schema)

    def _handle_invalid_json_error(
        self, error: Exception, req: Request, *args: Any, **kwargs: Any
    ) -> NoReturn:
        raise InvalidInputError("malformed_json", "the body is no JSON", "send one JSON object") from error


def _problems(messages: Any, where: str) -> Iterator[Problem]:
    """Walk what marshmallow found: {location: {field: {index: [message]}}}."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            outermost = where == "" and name in _NAMES
            place = (
                _NAMES[name] if outermost else f"{where.rstrip('/')}{'/' if where else ''}{str(name)[:100]}"
            )
            yield from _problems(inner, place)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield Problem(where, "invalid_field", str(message))


class Resource(Blueprint):
    """A blueprint of resources under /api/v1."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, import_name: str, description: str) -> None:
        super().__init__(name, import_name, url_prefix="/api/v1", description=description)
        self.after_request(challenge)
        self.after_request(_tag)


def _tag(response: Response) -> Response:
    """Give what was read an entity tag, and answer 304 to whom has it already."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.add("Authorization")
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
