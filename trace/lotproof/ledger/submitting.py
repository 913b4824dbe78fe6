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
from lotproof.ledger.bulk import insert_all
from lotproof.proof import data_integrity, disclosure
from lotproof.proof.canonical import jcs
from lotproof.proof.entry import MAX_ABOUT, MAX_ENTRY, size_bound
from lotproof.storage.engine import in_batches

Entropy = Callable[[int], bytes]

# Made once: making a statement takes longer than running it.
_CLAIM_SQLITE, _CLAIM_POSTGRESQL = (
    dialect.insert(t.submission)
    .on_conflict_do_nothing(index_elements=["identity"])
    .returning(t.submission.c.id, t.submission.c.identity)
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
class SignedPayload:
    """A draft that was signed elsewhere. document: JCS of `draft.signed`, which hides nothing any more.

    proof: over that document, or several where several keys signed.  disclosures: what opens the document's `_sd`.
    """

    draft: Draft
    document: bytes
    proof: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    disclosures: Sequence[disclosure.Disclosure] = ()

    @property
    def proofs(self) -> Sequence[Mapping[str, Any]]:
        """Every proof over the document."""
        return [self.proof] if isinstance(self.proof, Mapping) else self.proof

    @property
    def proof_jcs(self) -> bytes:
        """The proofs as they stand in the entry."""
        proofs = list(self.proofs)
        return jcs(proofs[0] if len(proofs) == 1 else proofs)


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
    claimed = claim(db, [draft], terms.secret)[0]
    if claimed.repeated:
        return claimed
    signed, disclosures = _hide(draft, terms)
    document = jcs(signed)
    made = rfc3339(terms.now)
    proofs = [data_integrity.sign(document, key, created=made, domain=terms.origin) for key in keys]
    proof = jcs(proofs[0] if len(proofs) == 1 else proofs)
    db.execute(_ENQUEUE, _inbox_row(claimed.id, draft, document, proof, terms))
    if disclosures:
        db.execute(insert(t.disclosure), _disclosure_rows(claimed.id, disclosures))
    return claimed


def submit_signed(db: Connection, payloads: Sequence[SignedPayload], terms: Terms) -> list[Submission]:
    """Put payloads that were signed elsewhere into the inbox, in this order, all of them or none.

    Every signature is verified before anything is written.  The caller checks that each key belongs to its
    party.  Raises: InvalidInputError for a signature that does not verify, `event_too_large`.
    """
    for one in payloads:
        for proof in one.proofs:
            data_integrity.verify(one.document, proof, domain=terms.origin)
    claimed = claim(db, [one.draft for one in payloads], terms.secret)
    new = [(one, done.id) for one, done in zip(payloads, claimed, strict=True) if not done.repeated]
    insert_all(
        db, t.inbox, [_inbox_row(id, one.draft, one.document, one.proof_jcs, terms) for one, id in new]
    )
    disclosures = [row for one, id in new for row in _disclosure_rows(id, one.disclosures)]
    if disclosures:
        db.execute(insert(t.disclosure), disclosures)
    return claimed


def known_submission(db: Connection, draft: Draft, secret: bytes) -> int | None:
    """Return the id under which the same payload of the same party was submitted before, None where it was not."""
    identity = _identity(draft, content_digest(draft.content, secret))
    return _known(db, [identity]).get(identity)


def claim(db: Connection, drafts: Sequence[Draft], secret: bytes) -> list[Submission]:
    """Return the ids of these payloads; of 64 who submit one at once exactly one gets `repeated=False`."""
    if not drafts:
        return []
    contents = [content_digest(draft.content, secret) for draft in drafts]
    identities = [_identity(draft, content) for draft, content in zip(drafts, contents, strict=True)]
    statement = _CLAIM_POSTGRESQL if db.dialect.name == "postgresql" else _CLAIM_SQLITE
    rows = [{"identity": i, "content": c} for i, c in zip(identities, contents, strict=True)]
    new = {row.identity: row.id for row in db.execute(statement, rows)}
    known = _known(db, [identity for identity in identities if identity not in new])
    claimed = []
    for identity, content in zip(identities, contents, strict=True):
        id = new.pop(identity, None)  # what stands twice in `drafts` is new only once
        claimed.append(Submission(known[identity] if id is None else id, id is None, content))
        known[identity] = claimed[-1].id
    return claimed


def _identity(draft: Draft, content: bytes) -> bytes:
    return identity_of(str(draft.signed["by"]), content, draft.declaration)


def identity_of(party: str, content: bytes, declaration: bytes) -> bytes:
    """Return what makes a submission the same when it comes again. content: its keyed digest."""
    name, declared = party.encode(), hashlib.sha256(declaration).digest() if declaration else b""
    return hashlib.sha256(len(name).to_bytes(2) + name + content + declared).digest()


def _known(db: Connection, identities: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for some in in_batches(identities):
        known = select(t.submission.c.identity, t.submission.c.id).where(t.submission.c.identity.in_(some))
        found.update({row.identity: row.id for row in db.execute(known)})
    return found


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


def _disclosure_rows(submission: int, disclosures: Sequence[disclosure.Disclosure]) -> list[dict[str, Any]]:
    return [
        {
            "digest": one.digest,
            "submission": submission,
            "name": one.name,
            "salt": one.salt,
            "value": one.value,
        }
        for one in disclosures
    ]


def _inbox_row(id: int, draft: Draft, document: bytes, proof: bytes, terms: Terms) -> dict[str, Any]:
    about = list(draft.signed["about"])
    size = size_bound(draft.kind, document, proof, about)
    if len(about) > MAX_ABOUT or size > MAX_ENTRY:
        raise InvalidInputError(
            "event_too_large",
            f"the entry would name {len(about)} chains and take up to {size} bytes",
            f"split it: at most {MAX_ABOUT} lots and {MAX_ENTRY} bytes fit into one entry",
        )
    return {
        "submission": id,
        "kind": draft.kind,
        "nonce": terms.entropy(16).hex(),
        "about": about,
        "parties": sorted({str(draft.signed["by"]), *draft.parties}),
        "signed": document,
        "proof": proof,
    }
