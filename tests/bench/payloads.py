"""Realistic payloads: a packing house that packs a lot of apples, as events of about 1 kB that name two lots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.epcis.about import about
from lotproof.kernel.identifiers import Gln, LotId
from lotproof.kernel.instants import rfc3339
from lotproof.ledger.keys import private_key_of
from lotproof.ledger.log import Log
from lotproof.ledger.submitting import Draft
from lotproof.lots.drafting import content_of
from lotproof.lots.native import Fact, Portion, build_event
from lotproof.proof import data_integrity
from lotproof.proof.canonical import jcs
from lotproof.proof.did_key import did_of_method, multibase_decode
from lotproof.storage.engine import writing

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
APPLES, CASES = "09520000100018", "09520000100025"
PACKHOUSE, BUYER = Gln("9520000001018"), Gln("9520000000028")
LAG = 150
"""A lot is taken this many events after it was made: in another batch, so that its chain is one that exists."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A payload signed elsewhere, with what a bare verification of its signature needs."""

    draft: Draft
    proof: Mapping[str, Any]
    signature: bytes
    options: bytes


def key_of(log: Log, party: Gln) -> Ed25519PrivateKey:
    """The private key with which a party of this log signs."""
    with writing(log.engine) as db:  # the key is locked against revocation
        return private_key_of(db, log.around.vault, party.party_uri)


def signed_payloads(log: Log, party: Gln, facts: Iterable[Fact] | None = None) -> Iterator[Signed]:
    """Sign fact after fact; None: packing after packing, without end."""
    key = key_of(log, party)
    for fact in packings() if facts is None else facts:
        event = build_event(fact)
        signed = {
            "by": party.party_uri,
            "role": "author",
            "kind": fact.kind,
            "about": about(event),
            "event": event,
            "seen": [],
        }
        created = rfc3339(fact.at)
        proof = data_integrity.sign(jcs(signed), key, created=created, domain=log.origin)
        options = jcs({name: value for name, value in proof.items() if name != "proofValue"})
        parties = [BUYER.party_uri]
        draft = Draft("event", signed, content_of(event), parties=parties)
        assert did_of_method(proof["verificationMethod"])
        yield Signed(draft, proof, multibase_decode(proof["proofValue"]), options)


def packings(first: int = 0) -> Iterator[Fact]:
    """Pack a lot that came out of an earlier packing into a new one, without end."""
    number = first
    while True:
        yield Fact(
            "repacking",
            START + timedelta(seconds=number),
            place=PACKHOUSE,
            inputs=(Portion(lot(number - LAG), Decimal("610.25"), "KGM"),),
            outputs=(Portion(lot(number), Decimal("610.25"), "KGM"),),
            references={"po": f"PO-{number:07}", "prodorder": f"WO-{number // 10:06}"},
        )
        number += 1


def harvests(first: int, count: int) -> Iterator[Fact]:
    """Bring in the lots that the first packings take."""
    for number in range(first, first + count):
        yield Fact(
            "creation",
            START + timedelta(seconds=number),
            place=PACKHOUSE,
            portions=(Portion(lot(number), Decimal(1000), "KGM"),),
        )


def lot(number: int) -> LotId:
    """Lots are numbered as the events that make them; those below 0 were there before."""
    return LotId(APPLES, f"L{number + 10_000_000}")
