"""A file of disclosures: what it opens is what was signed, and nothing else gets through."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import shake_256
from typing import Any

import pytest

from lotproof.epcis.about import about
from lotproof.kernel.errors import LogFaultError
from lotproof.proof import disclosed
from lotproof.proof.canonical import jcs
from lotproof.proof.disclosure import Disclosure, encode, hide
from support.log_builder import FARM, LogBuilder, event, lot

SECRET = {
    "lotproof:price": "9.50 CNY",
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:4711"}],
}


def salts() -> Callable[[], bytes]:
    """Salts that differ at every call."""
    count = iter(range(1000))
    return lambda: shake_256(str(next(count)).encode()).digest(16)


@pytest.fixture
def hidden() -> tuple[LogBuilder, int, list[Disclosure]]:
    """A log with an event of which two parts are hidden, its index, and what opens them."""
    log = LogBuilder().begin()
    made = event(lot("A1"), **SECRET)
    signed = {"by": FARM, "role": "author", "kind": "harvest", "about": about(made), "event": made}
    public, opened = hide(signed, ["/event/lotproof:price", "/event/bizTransactionList"], salts())
    return log, log.add("event", public, ["farm"]), opened


def file_of(log: LogBuilder, index: int, opened: list[Disclosure]) -> bytes:
    """The file that opens these."""
    (entry,) = log.proven(index)
    return disclosed.make(log.note(), log.log_key, entry, log.proven(0, 1, 2, 3), opened)


def changed(data: bytes, **members: Any) -> bytes:
    """The file with other members."""
    return jcs({**json.loads(data), **members})


def fault_of(data: bytes, log: LogBuilder) -> tuple[int | None, str]:
    """Where a file is wrong."""
    fault = disclosed.check(data, log.log_key).fault
    assert fault is not None
    return fault.index, fault.field


def test_what_was_hidden_is_shown_to_be_what_was_signed(hidden: Any) -> None:
    log, index, opened = hidden

    report = disclosed.check(file_of(log, index, opened), log.log_key)

    assert (report.ok, report.pinned, report.index, report.closed) == (True, True, index, 0)
    assert dict(report.opened) == {f"/event/{name}": value for name, value in SECRET.items()}
    assert report.payload is not None
    assert report.payload["event"] == event(lot("A1"), **SECRET)


def test_one_part_can_be_opened_and_the_other_stays_hidden(hidden: Any) -> None:
    log, index, opened = hidden
    price = next(one for one in opened if one.name.endswith("price"))

    data = file_of(log, index, [price])
    report = disclosed.check(data)

    assert (report.ok, report.pinned, report.closed) == (True, False, 1)
    assert "not pinned" in report.says
    assert b"4711" not in data


def test_a_value_that_was_not_signed_is_found(hidden: Any) -> None:
    log, index, opened = hidden
    data = file_of(log, index, opened)
    price = next(one for one in opened if one.name.endswith("price"))
    good = {encode(one.salt, one.name, one.value) for one in opened} - {
        encode(price.salt, price.name, price.value)
    }

    other_value = changed(data, disclosures=sorted([*good, encode(price.salt, price.name, "1.00 CNY")]))
    other_name = changed(
        data, disclosures=sorted([*good, encode(price.salt, "/event/lotproof:fee", price.value)])
    )

    assert fault_of(other_value, log) == fault_of(other_name, log) == (index, "disclosure")
    with pytest.raises(LogFaultError, match="disclosures_do_not_check"):
        file_of(log, index, [Disclosure(price.digest, price.salt, price.name, "1.00 CNY")])


@pytest.mark.parametrize(
    "disclosures",
    [
        [],
        None,
        ["!"],
        ["AA"],
        [1],
        ["W10"],
        [base64.urlsafe_b64encode(b'["a","b",1,2]').rstrip(b"=").decode()],
    ],
)
def test_what_is_no_disclosure_is_found(hidden: Any, disclosures: Any) -> None:
    log, index, opened = hidden

    fault = fault_of(changed(file_of(log, index, opened), disclosures=disclosures), log)

    assert fault in ((None, "canonical"), (index, "disclosure"))


def test_the_same_disclosure_written_otherwise_is_found(hidden: Any) -> None:
    log, index, opened = hidden
    spaced = [json.dumps([one.salt, one.name, one.value]).encode() for one in opened]
    encoded = sorted(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in spaced)

    assert fault_of(changed(file_of(log, index, opened), disclosures=encoded), log) == (index, "disclosure")


def test_another_entry_or_log_is_found(hidden: Any) -> None:
    log, index, opened = hidden
    data = file_of(log, index, opened)
    value = json.loads(data)

    assert fault_of(changed(data, entries=value["keys"][:1]), log)[1] in ("canonical", "disclosure")
    assert fault_of(changed(data, entries=value["entries"] * 2), log) == (None, "canonical")
    assert fault_of(changed(data, keys=value["keys"][:1]), log) == (index, "key")
    assert fault_of(changed(data, v=2), log) == (None, "canonical")
    assert fault_of(changed(data, subject=lot("A1")), log) == (None, "canonical")
    assert fault_of(data + b" ", log) == (None, "canonical")
    assert fault_of(data, LogBuilder("other.example/log").begin()) == (None, "checkpoint")


def test_every_flipped_bit_is_found(hidden: Any) -> None:
    log, index, opened = hidden
    data = bytearray(file_of(log, index, opened))

    for at in range(0, len(data), 7):
        data[at] ^= 1
        assert not disclosed.check(bytes(data), log.log_key).ok, at
        data[at] ^= 1
