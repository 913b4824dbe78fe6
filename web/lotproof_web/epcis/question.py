"""What a request for events asks, by the names of the EPCIS query language.

Source: GS1 EPCIS 2.0 section 8.2.7.1 (SimpleEventQuery); several values of one parameter stand between "|".
A lot may be named in every way that a lot is named in; serials count as their lot.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import request

from lotproof.epcis.vocabulary import bare, is_known_step
from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.instants import parse_instant
from lotproof.lots.events import Query
from lotproof_web.api.bearer import Asker
from lotproof_web.api.paging import PARAMETERS, per_page, place_of_page
from lotproof_web.api.parameters import invalid, only_one, refuse_unknown

_THINGS, _INPUTS, _OUTPUTS = ("object", "child"), ("input",), ("output",)
_LOTS: dict[str, tuple[str, ...]] = {
    "MATCH_epc": _THINGS,
    "MATCH_epcClass": _THINGS,
    "MATCH_inputEPC": _INPUTS,
    "MATCH_inputEPCClass": _INPUTS,
    "MATCH_outputEPC": _OUTPUTS,
    "MATCH_outputEPCClass": _OUTPUTS,
    "MATCH_anyEPC": (),
    "MATCH_anyEPCClass": (),
}
"""Parameter -> the roles in which the lot may stand in the event; () for every one."""
_FROM, _UNTIL, _STEP = "GE_eventTime", "LT_eventTime", "EQ_bizStep"
_KNOWN = PARAMETERS | _LOTS.keys() | {_FROM, _UNTIL, _STEP}
_MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class Question:
    """words: what makes it the same question on the next page."""

    query: Query
    words: tuple[str, ...]


def read_question(asker: Asker) -> Question:
    """Read the request's parameters. asker: who asks, and is shown no more than it takes part in.

    Raises: InvalidInputError `unknown_parameter`, `invalid_parameter`, or what a lot's name is refused with.
    """
    refuse_unknown(_KNOWN)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in PARAMETERS]
    words = ("events", asker.party, *sorted(f"{name}={value}" for name, value in asked))
    named = [name for name in _LOTS if name in request.args]
    if len(named) > 1:
        raise invalid(named[1], f"cannot be asked together with {named[0]}")
    place = place_of_page(words)
    query = Query(
        lots=tuple(_lot(name, value) for name in named for value in _values(name)),
        roles=_LOTS[named[0]] if named else (),
        since=_instant(_FROM),
        until=_instant(_UNTIL),
        biz_steps=tuple(_step(value) for value in _values(_STEP)),
        reader=asker.reader,
        after=int(place) if place else -1,
        limit=per_page(),
    )
    return Question(query, words)


def _values(name: str) -> list[str]:
    values = [value for given in request.args.getlist(name) for value in given.split("|")]
    if len(values) > _MOST_VALUES or not all(values):
        raise invalid(name, f"takes 1 to {_MOST_VALUES} values, with | between them")
    return values


def _lot(name: str, value: str) -> str:
    try:
        return LotId.parse(value).uri
    except InvalidInputError as error:
        hint = "name a lot: GTIN/LOT, a Digital Link, or urn:epc:class:lgtin"
        problem = Problem(name, error.code, error.message)
        raise InvalidInputError(error.code, f"{name}: {error.message}", hint, [problem]) from None


def _instant(name: str) -> datetime | None:
    text = only_one(name)
    if text is None:
        return None
    try:
        return parse_instant(text)
    except InvalidInputError:
        plus = "; a + has to be sent as %2B" if " " in text else ""
        raise invalid(name, f"must be a time such as 2026-11-23T08:36:00Z{plus}") from None


def _step(value: str) -> str:
    if not is_known_step(value):
        raise invalid(_STEP, f"{value[:100]!r} is no business step of CBV 2.0, and no URI")
    return bare(value)
