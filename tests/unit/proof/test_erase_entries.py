"""Erase entries: what they may say, who may sign them, and where the verifier finds what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from lotproof.proof.verify import verify_log
from support.log_builder import FARM, OPERATOR, LogBuilder, located

DIGESTS = ["A" * 43, "b" * 42 + "_"]


def erasure(
    by: str = OPERATOR, key: str = "operator", about: list[str] | None = None, **erase: Any
) -> LogBuilder:
    """A log whose newest entry erases something."""
    log = LogBuilder().begin()
    what = {"digests": DIGESTS, "reason": "request", "party": FARM} | erase
    what = {name: value for name, value in what.items() if value is not None}
    mentioned = sorted({by, FARM}) if about is None else about
    signed = {"by": by, "role": "author", "kind": "erase", "about": mentioned, "erase": what}
    log.add("erase", signed, [key])
    return log


@pytest.mark.parametrize(
    "erase",
    [
        {},
        {"digests": []},
        {"reason": "retention"},
        {"party": None, "about": [OPERATOR]},
    ],
)
def test_an_erasure_of_the_operator_holds(erase: dict[str, Any]) -> None:
    log = erasure(**erase)

    assert verify_log(log.source(), log_key=log.log_key).ok


@pytest.mark.parametrize(
    "erase",
    [
        {"digests": None},
        {"digests": "A" * 43},
        {"digests": [*DIGESTS, "A" * 43]},
        {"digests": DIGESTS[::-1]},
        {"digests": ["A" * 42]},
        {"digests": ["A" * 42 + "="]},
        {"digests": [{}]},
        {"digests": [], "party": None, "about": [OPERATOR]},
        {"reason": "because"},
        {"reason": None},
        {"reason": []},
        {"party": "a farm"},
        {"party": ""},
        {"party": {}},
        {"name": "Mark Grower"},
    ],
)
def test_an_erasure_that_is_none_is_found_where_it_is(erase: dict[str, Any]) -> None:
    assert located(erasure(**erase)) == (4, "erase")


@pytest.mark.parametrize("about", [[OPERATOR], [FARM], [], sorted([OPERATOR, FARM, "urn:uuid:1"])])
def test_an_erasure_is_about_its_signer_and_whom_it_erases(about: list[str]) -> None:
    assert located(erasure(about=about)) == (4, "about")


def test_nobody_but_the_operator_erases() -> None:
    assert located(erasure(by=FARM, key="farm", about=[FARM])) == (4, "erase")
    assert located(erasure(by=OPERATOR, key="farm")) == (4, "signature")
