"""Salted digests: against RFC 9901, and what is hidden comes back whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.disclosure import digest, digest_of, encode, hide, reveal

# RFC 9901, section 4.2.1: the disclosure of a family name, as the RFC writes it and without white space.
SALT, NAME, VALUE = "_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"
RFC_ENCODED = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
RFC_ENCODED_CLOSE = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd"
# RFC 9901, section 4.2.3: its digest.
RFC_DIGEST = "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"

SIGNED: dict[str, Any] = {
    "by": "https://id.gs1.org/417/9521234500018",
    "about": [],
    "event": {
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:po:1"}],
        "sourceList": [{"type": "owning_party"}, {"type": "location"}, {"type": "possessing_party"}],
        "a/b~c": {"deep": [0, 1, [2, 3]]},
        "type": "ObjectEvent",
    },
    "approvals": [{"person": "p1", "name": "Li"}, {"person": "p2", "name": "Wang"}],
}


def salts() -> Callable[[], bytes]:
    """Salts that can be told apart."""
    numbers = count()
    return lambda: next(numbers).to_bytes(16)


def test_the_digest_of_a_disclosure_is_that_of_the_rfc() -> None:
    assert digest_of(RFC_ENCODED) == RFC_DIGEST


def test_a_disclosure_is_written_as_the_rfc_allows() -> None:
    assert encode(SALT, NAME, VALUE) == RFC_ENCODED_CLOSE
    assert digest(SALT, NAME, VALUE) == digest_of(RFC_ENCODED_CLOSE)


@pytest.mark.parametrize(
    "pointers",
    [
        [],
        ["/event/bizTransactionList"],
        ["/event/sourceList/0"],
        ["/event/sourceList/2", "/event/sourceList/0"],
        ["/event/sourceList/0", "/event/sourceList/1", "/event/sourceList/2"],
        ["/event/a~1b~0c/deep/2/0", "/event/a~1b~0c/deep/1"],
        ["/event/a~1b~0c", "/approvals/0/name", "/approvals/1/name"],
        ["/event"],
    ],
)
def test_what_is_hidden_is_gone_and_comes_back_whole(pointers: list[str]) -> None:
    public, disclosures = hide(SIGNED, pointers, salts())

    assert {one.name for one in disclosures} == set(pointers)
    assert public.get("_sd", []) == sorted(one.digest for one in disclosures)
    assert ("_sd" in public) == bool(pointers)
    assert reveal(public, disclosures) == SIGNED
    assert reveal(public, list(reversed(disclosures))) == SIGNED


def test_hiding_leaves_what_was_given_untouched() -> None:
    before = repr(SIGNED)

    public, _ = hide(SIGNED, ["/event/sourceList/0"], salts())

    assert repr(SIGNED) == before
    assert public["event"]["sourceList"] == [{"type": "location"}, {"type": "possessing_party"}]


def test_an_index_counts_in_the_whole_list() -> None:
    _, disclosures = hide(SIGNED, ["/event/sourceList/0", "/event/sourceList/2"], salts())

    assert [(one.name, one.value["type"]) for one in disclosures] == [
        ("/event/sourceList/0", "owning_party"),
        ("/event/sourceList/2", "possessing_party"),
    ]


def test_the_elements_of_a_long_list_come_back_in_their_order() -> None:
    payload = {"event": {"list": list(range(30))}}

    public, disclosures = hide(payload, [f"/event/list/{n}" for n in range(30) if n % 3], salts())

    assert public["event"]["list"] == list(range(0, 30, 3))
    assert reveal(public, disclosures) == payload


def test_what_was_erased_stays_away_and_the_rest_comes_back() -> None:
    public, disclosures = hide(SIGNED, ["/event/bizTransactionList", "/approvals/0/name"], salts())
    kept = [one for one in disclosures if one.name == "/approvals/0/name"]

    full = reveal(public, kept)

    assert full["approvals"] == SIGNED["approvals"]
    assert "bizTransactionList" not in full["event"]


def test_new_digests_are_sorted_among_those_that_were_there() -> None:
    once, first = hide(SIGNED, ["/approvals/0/name"], salts())
    twice, second = hide(once, ["/approvals/1/name"], salts())

    assert twice["_sd"] == sorted(one.digest for one in [*first, *second])
    assert reveal(twice, [*first, *second]) == SIGNED


@pytest.mark.parametrize(
    "changes", [{"value": "Zhao"}, {"salt": "AAAA"}, {"name": "/approvals/1/name"}, {"digest": "x"}]
)
def test_a_disclosure_that_has_no_digest_is_refused(changes: dict[str, Any]) -> None:
    public, (disclosure,) = hide(SIGNED, ["/approvals/0/name"], salts())

    with pytest.raises(LogFaultError) as refused:
        reveal(public, [replace(disclosure, **changes)])

    assert refused.value.code == "disclosure_does_not_fit"


def test_a_disclosure_is_used_once() -> None:
    public, disclosures = hide(SIGNED, ["/event/sourceList/0"], salts())

    with pytest.raises(LogFaultError):
        reveal(public, disclosures * 2)


@pytest.mark.parametrize("name", ["/event/type", "/event/gone/x", "/event/sourceList/x", "/event/type/x"])
def test_a_disclosure_without_its_place_is_refused(name: str) -> None:
    _, (made,) = hide({"event": {}, "x": 1}, ["/x"], salts())
    moved = replace(made, name=name, digest=digest(made.salt, name, made.value))

    with pytest.raises(LogFaultError):
        reveal({**SIGNED, "_sd": [moved.digest]}, [moved])


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "event",
        "/by",
        "/about/0",
        "/_sd",
        "/kind",
        "/gone",
        "/event/sourceList/3",
        "/event/sourceList/-1",
        "/event/sourceList/00",
        "/event/sourceList/x",
        "/event/type/0",
    ],
)
def test_what_is_not_there_or_must_stay_clear_cannot_be_hidden(pointer: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        hide(SIGNED, [pointer], salts())

    assert refused.value.code == "invalid_pointer"


def test_nothing_is_hidden_inside_something_hidden() -> None:
    with pytest.raises(InvalidInputError):
        hide(SIGNED, ["/event/sourceList", "/event/sourceList/0"], salts())


def test_a_salt_has_128_bits() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        hide(SIGNED, ["/event"], lambda: b"short")
