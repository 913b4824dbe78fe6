"""Errors carry a stable code, a message, a hint and the places that are at fault."""

import pickle

import pytest

from lotproof.kernel.errors import (
    ForbiddenError,
    InvalidInputError,
    LogFaultError,
    LotproofError,
    NotFoundError,
    Problem,
    RefusedError,
    UnauthorisedError,
)

KINDS = [InvalidInputError, RefusedError, NotFoundError, UnauthorisedError, ForbiddenError, LogFaultError]


def test_an_error_has_one_json_shape() -> None:
    problem = Problem("/event/eventTime", "invalid_time", "not a time")

    error = InvalidInputError("invalid_event", "one field is wrong", "Mend it.", [problem])

    assert error.as_dict() == {
        "code": "invalid_event",
        "message": "one field is wrong",
        "hint": "Mend it.",
        "problems": [{"where": "/event/eventTime", "code": "invalid_time", "message": "not a time"}],
    }


def test_an_error_without_hint_or_problems_says_so_with_empty_values() -> None:
    assert NotFoundError("no_lot", "no such lot").as_dict()["hint"] == ""
    assert NotFoundError("no_lot", "no such lot").problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_caught_as_the_one_base(kind: type[LotproofError]) -> None:
    with pytest.raises(LotproofError, match="some_code: some message"):
        raise kind("some_code", "some message")


def test_an_error_survives_the_way_back_from_a_worker_process() -> None:
    error = RefusedError("on_hold", "the lot is on hold", "Release it.", [Problem("lot", "on_hold", "held")])

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is RefusedError
    assert copy.as_dict() == error.as_dict()
