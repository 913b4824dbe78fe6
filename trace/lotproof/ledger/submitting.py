"""Put one signed payload into the inbox: identity, privacy, size and signature are settled here.

- A repeated submission is one entry: the identity is (signing party, content, error declaration).
- What is private leaves the payload before it is signed; only salted digests of it stay.
- Whatever could be refused is refused here, so that the sequencer never has to.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.instants import rfc3339
from lotproof.ledger import tables as t
from lotproof.proof import data_integrity, disclosure
from lotproof.proof.canonical import jcs
from lotproof.proof.entry import MAX_ABOUT, MAX_ENTRY, size_bound
from lotproof.storage.engine import in_batches

Entropy = Callable[[int], bytes]

# Made once: making a statement takes longer than running it.
_CLAIM_SQLITE, _CLAIM_POSTGRESQL = (
    dialect.insert(t.submission)
    .on_conflict_do_nothing(index_elements=["identity"])
    .returning(t.submission.c.id)
    for dialect in (sqlite, postgresql)
)
_ENQUEUE = insert(t.inbox)


@dataclass(frozen=True, slots=True)
class Draft:
    """A payload before it is signed.

    kind: of the entry ("event", "record", "key").  signed: the whole payload, private parts included.
    content: what makes it the same when it comes again (a CBV event hash, or JCS of a record).
    declaration: JCS of the errorDeclaration, empty where there is none.
    private: JSON Pointers into `signed` of what may never stand in the clear.
    parties: URIs of the organisations that the payload names, besides its signer.
    """

    kind: str
    signed: Mapping[str, Any]
    content: bytes
    declaration: bytes = b""
    private: Sequence[str] = ()
    parties: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """What came of a submission. repeated: the same payload of the same party already had this id."""

    id: int
    repeated: bool
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the log itself contributes to a submission: its origin, its content secret, time and randomness."""

    origin: str
    secret: bytes
    now: datetime
    entropy: Entropy


def submit(db: Connection, draft: Draft, keys: Sequence[Ed25519PrivateKey], terms: Terms) -> Submission:
    """Sign `draft` with every key in turn and put it into the inbox.

    db: inside the writing transaction of the action.  Raises: InvalidInputError `event_too_large`.
    """
    claimed = claim(db, draft, terms.secret)
    if claimed.repeated:
        return claimed
    signed, disclosures = _hide(draft, terms)
    document = jcs(signed)
    made = rfc3339(terms.now)
    proofs = [data_integrity.sign(document, key, created=made, domain=terms.origin) for key in keys]
    _enqueue(db, claimed.id, draft, document, jcs(proofs[0] if len(proofs) == 1 else proofs), terms)
    if disclosures:
        db.execute(
            insert(t.disclosure),
            [
                {
                    "digest": d.digest,
                    "submission": claimed.id,
                    "name": d.name,
                    "salt": d.salt,
                    "value": d.value,
                }
                for d in disclosures
            ],
        )
    return claimed


def submit_signed(
    db: Connection, draft: Draft, document: bytes, proof: Mapping[str, Any], terms: Terms
) -> Submission:
    """Put a payload that was signed elsewhere into the inbox, after its signature was verified.

    document: JCS of `draft.signed`.  The caller checks that the key belongs to the party.
    Raises: InvalidInputError for a signature that does not verify.
    """
    data_integrity.verify(document, proof, domain=terms.origin)
    claimed = claim(db, draft, terms.secret)
    if not claimed.repeated:
        _enqueue(db, claimed.id, draft, document, jcs(proof), terms)
    return claimed


def claim(db: Connection, draft: Draft, secret: bytes) -> Submission:
    """Return the id of this payload; of 64 who submit it at once exactly one gets `repeated=False`."""
    content = content_digest(draft.content, secret)
    declaration = hashlib.sha256(draft.declaration).digest() if draft.declaration else b""
    party = str(draft.signed["by"]).encode()
    identity = hashlib.sha256(len(party).to_bytes(2) + party + content + declaration).digest()
    statement = _CLAIM_POSTGRESQL if db.dialect.name == "postgresql" else _CLAIM_SQLITE
    new = db.execute(statement, {"identity": identity, "content": content}).scalar()
    if new is not None:
        return Submission(new, False, content)
    known = db.execute(select(t.submission.c.id).where(t.submission.c.identity == identity)).scalar_one()
    return Submission(known, True, content)


def content_digest(content: bytes, secret: bytes) -> bytes:
    """Return the keyed digest of a content: without the log's secret nobody can try contents against it."""
    return hmac.digest(secret, content, "sha256")


def newest_heads(db: Connection, uris: Sequence[str]) -> list[str]:
    """Return the leaf hashes (hex, sorted) of the newest entries of these chains: what a signer has seen."""
    heads: set[str] = set()
    for some in in_batches(list(uris)):
        heads.update(
            h.hex() for h in db.execute(select(t.chain.c.head).where(t.chain.c.uri.in_(some))).scalars()
        )
    return sorted(heads)


def _hide(draft: Draft, terms: Terms) -> tuple[Mapping[str, Any], list[disclosure.Disclosure]]:
    if not draft.private:
        return draft.signed, []
    return disclosure.hide(dict(draft.signed), draft.private, lambda: terms.entropy(16))


def _enqueue(db: Connection, id: int, draft: Draft, document: bytes, proof: bytes, terms: Terms) -> None:
    about = list(draft.signed["about"])
    size = size_bound(draft.kind, document, proof, about)
    if len(about) > MAX_ABOUT or size > MAX_ENTRY:
        raise InvalidInputError(
            "event_too_large",
            f"the entry would name {len(about)} chains and take up to {size} bytes",
            f"split it: at most {MAX_ABOUT} lots and {MAX_ENTRY} bytes fit into one entry",
        )
    db.execute(
        _ENQUEUE,
        {
            "submission": id,
            "kind": draft.kind,
            "nonce": terms.entropy(16).hex(),
            "about": about,
            "parties": sorted({str(draft.signed["by"]), *draft.parties}),
            "signed": document,
            "proof": proof,
        },
    )
