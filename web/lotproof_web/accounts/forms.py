"""Pages that are one form: their fields are values, their look is one template, their errors stand at the fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, make_response, render_template, request

from lotproof.kernel.errors import InvalidInputError, LotproofError
from lotproof.people.throttle import TooManyTriesError
from lotproof_web.errors import status_of
from lotproof_web.forms import NEVER_KEPT, problems_of
from lotproof_web.i18n import book
from lotproof_web.words.mark import N_

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field, as the macro of ui/form.html takes it. label, hint, words of options: messages of the catalogue."""

    name: str
    label: str = ""
    type: str = "text"
    value: Any = ""
    hint: str = ""
    optional: bool = False
    options: Pairs = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form. links: (message, address) below it.  danger: what it does cannot be undone.

    points: what follows from it, or is to be known before; extra: an example, a picture (HTML-safe).
    """

    title: str
    fields: Sequence[Field]
    submit: str
    crumbs: Pairs = ()
    intro: str = ""
    points: Sequence[str] = ()
    cancel: str = ""
    links: Pairs = ()
    danger: bool = False
    picture: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    def show(self, error: LotproofError | None = None) -> Response:
        """Return the page; with an error it keeps what was typed and says what is wrong, with the fitting status."""
        typed = request.form if request.method == "POST" else None
        page = render_template(
            "account/form.html",
            page=self,
            values={one.name: _value(one, typed) for one in self.fields},
            problems=_problems(error) if error is not None else {},
        )
        response = make_response(page, 200 if error is None else _status(error))
        if isinstance(error, TooManyTriesError):
            response.headers["Retry-After"] = str(error.wait_s)
        response.headers["Cache-Control"] = "no-store"
        return response


def posted() -> bool:
    """Whether the form was sent."""
    return request.method == "POST"


def text(name: str) -> str:
    """A field of the form that was sent, "" where it is missing."""
    return request.form.get(name, "")


def _value(one: Field, typed: Any) -> Any:
    if typed is None or one.name in NEVER_KEPT:
        return one.value
    if one.type == "checkboxes":
        return typed.getlist(one.name)
    return typed.get(one.name, "")


def _problems(error: LotproofError) -> dict[str, list[str]]:
    if isinstance(error, TooManyTriesError):
        return {
            "": [
                book().say(
                    N_("It was tried too often. Wait %(time)s, then try again."), time=_wait(error.wait_s)
                )
            ]
        }
    return problems_of(error)


def _wait(seconds: int) -> str:
    if seconds < 120:
        return book().count("%(n)s second", "%(n)s seconds", seconds)
    return book().count("%(n)s minute", "%(n)s minutes", round(seconds / 60))


def _status(error: LotproofError) -> int:
    return 422 if isinstance(error, InvalidInputError) else status_of(error)
