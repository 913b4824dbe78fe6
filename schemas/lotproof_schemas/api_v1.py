"""What the JSON interface takes and gives, version 1. Names of fields are part of the contract."""

from typing import Any

from marshmallow import Schema, fields, validate

from lotproof.kernel.quantity import plain
from lotproof.lots.may import OTHER_ACTIONS, TAKING_ACTIONS

ACTIONS = ("create_lot", "ship", "list", "take_order", "inspect")
assert set(ACTIONS) <= TAKING_ACTIONS | OTHER_ACTIONS
MOST_PER_PAGE = 1000


def _about(text: str) -> dict[str, Any]:
    return {"description": text}


class Amount(fields.String):
    """An exact decimal, as text without an exponent."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else plain(value)


class ProblemOut(Schema):
    """One fault: where it is, its code, what is wrong."""

    where = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class ErrorOut(Schema):
    """Every error, whatever its status."""

    code = fields.String(required=True, metadata=_about("stable; programs compare it"))
    message = fields.String(required=True, metadata=_about("what is wrong, and with which"))
    hint = fields.String(required=True, metadata=_about("what to do next"))
    problems = fields.List(fields.Nested(ProblemOut), required=True)
    request_id = fields.String(metadata=_about("where the fault is ours: name it when you tell us"))


class PageIn(Schema):
    """Which page of a list."""

    perPage = fields.Integer(
        load_default=30,
        validate=validate.Range(1, MOST_PER_PAGE),
        metadata=_about("how many; the header Link leads to the next page"),
    )
    nextPageToken = fields.String(metadata=_about("where the page begins, as the header Link names it"))


class BalanceOut(Schema):
    """Exact decimals as text, in `uom`; null where the unit is not known yet."""

    uom = fields.String(required=True, allow_none=True)
    created = Amount(required=True)
    received = Amount(required=True)
    consumed = Amount(required=True)
    shipped = Amount(required=True)
    sold = Amount(required=True)
    destroyed = Amount(required=True)
    adjusted = Amount(required=True)
    on_hand = Amount(required=True)


class LotOut(Schema):
    """A lot as it stands now."""

    uri = fields.String(required=True)
    gtin = fields.String(required=True)
    lot = fields.String(required=True, attribute="code")
    state = fields.String(required=True, metadata=_about("the status of the lot's page"))
    place = fields.String(required=True, allow_none=True)
    harvested_on = fields.Date(required=True, allow_none=True)
    balance = fields.Nested(BalanceOut, required=True)


class LotsOut(Schema):
    """A page of lots, in the order of their URIs."""

    lots = fields.List(fields.Nested(LotOut), required=True)


class PartyOut(Schema):
    """A party that is registered here."""

    id = fields.String(required=True, attribute="party")
    names = fields.Dict(
        fields.String(),
        fields.String(),
        required=True,
        metadata=_about("empty where they are not yours to read"),
    )
    person = fields.Boolean(required=True)
    kind = fields.String(required=True, allow_none=True, metadata=_about("legal form, where it is recorded"))


class MayIn(Schema):
    """Which act, and when."""

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    at = fields.AwareDateTime(
        format="iso",
        metadata=_about("a time with its offset, as 2026-11-23T14:05:00+08:00; now, if none is given"),
    )


class MayOut(Schema):
    """Whether a party may do it."""

    answer = fields.String(required=True, validate=validate.OneOf(("allowed", "refused", "not_recorded")))
    code = fields.String(required=True, metadata=_about("why; empty where allowed"))
    because = fields.String(required=True)
