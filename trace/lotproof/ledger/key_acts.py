"""Key entries: the authority's own, and bind, rotate and revoke, whoever of the signers keeps its key where.

- A signer whose seed lies here signs here; what others have to sign comes along signed, or the act is refused.
- Every act is rehearsed with the verifier's own rules before it is written: the log never holds a key entry that
  its verifier refuses.
- Key acts take turns, so that each sees the authority and the keys as the one before left them.
- On the log a person or a device is its key and nothing more: no name, no reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Row, insert, or_, select, update

from lotproof.epcis.about import about
from lotproof.kernel.errors import InvalidInputError, LogFaultError, NotFoundError, Problem, RefusedError
from lotproof.kernel.identifiers import identify
from lotproof.kernel.instants import rfc3339
from lotproof.ledger import tables as t
from lotproof.ledger.keys import ORGANISATION, authority_key, custody_of, did_of, key_revoked
from lotproof.ledger.submitting import Draft, SignedPayload, Submission
from lotproof.proof import data_integrity
from lotproof.proof.canonical import jcs
from lotproof.proof.did_key import did_of_method
from lotproof.proof.entry import ChainLink, assemble, parse
from lotproof.proof.faults import Fault
from lotproof.proof.keyring import KeyBinding, Keyring
from lotproof.proof.signatures import check_entry
from lotproof.storage.engine import take_turn

if TYPE_CHECKING:
    from lotproof.ledger.unit_of_work import UnitOfWork

KEYS_TURN = 0x4C4F544B
_LAST = 2**53  # rehearsed after everything that stands
_KEY = t.signing_key.c
_MEMBERS = frozenset({"by", "role", "kind", "about", "key"})
_AS_BOUND = {"id": "did", "party": "party", "custody": "custody", "subject": "subject"}


@dataclass(frozen=True, slots=True)
class KeyAct:
    """What came of a key act. did: the key that it is about, for a rotation the new one."""

    act: str
    did: str
    party: str
    submission: Submission


def write_authority(uow: "UnitOfWork", key: Ed25519PrivateKey, party: str) -> str:
    """Entry 0: the authority's key, signed by itself. Returns its did, which is also its fingerprint."""
    signed = payload("authority", party, party, _body(did_of(key), party))
    return _add(uow, signed, [], [key], None, sealed=key).did


def bind_key(
    uow: "UnitOfWork",
    key: Ed25519PrivateKey,
    party: str,
    operator: str,
    subject: str = ORGANISATION,
    label: str | None = None,
) -> str:
    """Bind a new platform key to an organisation, or to a person or device of it. Returns its did.

    Signed by the new key and by the authority.  label: what its holder calls it; it stays off the log.
    """
    take_turn(uow.db, KEYS_TURN)
    signed = payload("bind", operator, party, _body(did_of(key), party, subject))
    return _add(uow, signed, [], [key, authority_key(uow.db, uow.vault)], label, sealed=key).did


def bind_first_key(uow: "UnitOfWork", party: str, operator: str) -> None:
    """Bind a new platform key to an organisation that never had a key. Of two who do so at once, one does."""
    if custody_of(uow.db, party) is not None:
        return
    take_turn(uow.db, KEYS_TURN)
    if custody_of(uow.db, party) is None:
        bind_key(uow, Ed25519PrivateKey.from_private_bytes(uow.terms.entropy(32)), party, operator)


def rotate_key(uow: "UnitOfWork", did: str, new: Ed25519PrivateKey, operator: str) -> KeyAct:
    """Put a new platform key in the place of one, the authority's too: signed by both and by the authority.

    Raises: NotFoundError `unknown_key`; RefusedError `key_revoked`, `key_kept_elsewhere`.
    """
    take_turn(uow.db, KEYS_TURN)
    old = _row(uow.db, did)
    if old.revoked is not None:
        raise key_revoked(old)
    if old.sealed_seed is None:
        raise _kept_elsewhere(did)
    body = _body(did_of(new), old.party, old.subject) | {"replaces": did}
    signers = [new, _open(uow, old)] + ([] if old.is_authority else [authority_key(uow.db, uow.vault)])
    return _add(uow, payload("rotate", operator, old.party, body), [], signers, old.label, sealed=new)


def revoke_key(uow: "UnitOfWork", did: str, operator: str, reason: str | None = None) -> KeyAct:
    """End a key for good by the authority; what it signed before stands. reason: stays off the log.

    Raises: NotFoundError `unknown_key`; RefusedError `key_revoked`, `authority_not_revoked`.
    """
    take_turn(uow.db, KEYS_TURN)
    row = _row(uow.db, did)
    if row.is_authority:
        raise RefusedError(
            "authority_not_revoked",
            f"{did} is the authority's key: without one no key could be bound or revoked any more",
            f"put a new one in its place: lotproof key rotate {did}",
        )
    body = {"id": did, "party": row.party, "custody": row.custody, "subject": row.subject}
    signed = payload("revoke", operator, row.party, body)
    return _end(uow, row, signed, [], [authority_key(uow.db, uow.vault)], reason)


def enter_key_act(
    uow: "UnitOfWork",
    signed: Mapping[str, Any],
    proofs: Sequence[Mapping[str, Any]],
    label: str | None = None,
) -> KeyAct:
    """Write a key act that its own key signed elsewhere; the authority, and keys kept here, sign here.

    signed: as `payload` makes it with the party as `by`: bind, rotate or revoke of a key with custody "own".
    A repetition gives the same entry.
    Raises: InvalidInputError `invalid_key_act` or what a proof is refused with; RefusedError `key_known`,
    `key_revoked`, `key_rule_broken`; NotFoundError `unknown_key`.
    """
    _check_payload(signed)
    take_turn(uow.db, KEYS_TURN)
    body, act = signed["key"], signed["kind"]
    document = jcs(signed)
    for proof in proofs:
        data_integrity.verify(document, proof, domain=uow.terms.origin)
    if act == "revoke":
        row = _row(uow.db, body["id"])
        return _end(uow, row, signed, proofs, [], None)
    signers = [authority_key(uow.db, uow.vault)]
    old = _row(uow.db, body["replaces"]) if act == "rotate" else None
    if old is not None and old.sealed_seed is not None and not old.is_authority:
        signers.append(_open(uow, old))
    return _add(uow, signed, proofs, signers, label or (old.label if old else None), sealed=None)


def payload(act: str, by: str, party: str, body: Mapping[str, str]) -> dict[str, Any]:
    """Return what the keys of a key act sign."""
    return {"by": by, "role": "author", "kind": act, "about": [party], "key": dict(body)}


def own_payload(act: str, party: str, did: str, subject: str, replaces: str | None = None) -> dict[str, Any]:
    """Return what a key kept elsewhere signs so that it is bound, put in another's place, or revoked."""
    body = {"id": did, "party": party, "custody": "own", "subject": subject}
    return payload(act, party, party, body if replaces is None else {**body, "replaces": replaces})


def _body(did: str, party: str, subject: str = ORGANISATION) -> dict[str, str]:
    return {"id": did, "party": party, "custody": "platform", "subject": subject}


def _add(
    uow: "UnitOfWork",
    signed: Mapping[str, Any],
    proofs: Sequence[Mapping[str, Any]],
    signers: Sequence[Ed25519PrivateKey],
    label: str | None,
    sealed: Ed25519PrivateKey | None,
) -> KeyAct:
    """Write a key that was not there, and end the one in whose place it comes."""
    body, act = signed["key"], signed["kind"]
    did, old = body["id"], body.get("replaces")
    known = uow.db.execute(select(t.signing_key).where(_KEY.did == did)).one_or_none()
    if known is not None:
        return KeyAct(act, did, known.party, _repeated(uow.db, known, body, old))
    done = _record(uow, signed, proofs, signers)
    replaced = uow.db.execute(select(t.signing_key).where(_KEY.did == old)).one() if old else None
    is_authority = act == "authority" or (replaced is not None and bool(replaced.is_authority))
    row = {
        "did": did,
        "party": body["party"],
        "custody": body["custody"],
        "subject": body["subject"],
        "is_authority": int(is_authority),
        "bound": done.id,
        "sealed_seed": _seal(uow, did, sealed) if sealed is not None else None,
        "label": label,
    }
    uow.db.execute(insert(t.signing_key), row)
    if old:
        ended = update(t.signing_key).where(_KEY.did == old)
        uow.db.execute(ended.values(revoked=done.id, replaced_by=did, sealed_seed=None))
    return KeyAct(act, did, body["party"], done)


def _end(
    uow: "UnitOfWork",
    row: Row[Any],
    signed: Mapping[str, Any],
    proofs: Sequence[Mapping[str, Any]],
    signers: Sequence[Ed25519PrivateKey],
    reason: str | None,
) -> KeyAct:
    if row.revoked is not None:
        if row.replaced_by is not None or signed["key"]["party"] != row.party:
            raise key_revoked(row)
        return KeyAct("revoke", row.did, row.party, Submission(row.revoked, True))
    if signed["key"] != {name: getattr(row, column) for name, column in _AS_BOUND.items()}:
        raise _invalid("signed.key", f"{row.did} was bound with another party, custody or subject")
    done = _record(uow, signed, proofs, signers)
    ended = update(t.signing_key).where(_KEY.did == row.did)
    uow.db.execute(ended.values(revoked=done.id, revoke_reason=reason, sealed_seed=None))
    return KeyAct("revoke", row.did, row.party, done)


def _record(
    uow: "UnitOfWork",
    signed: Mapping[str, Any],
    proofs: Sequence[Mapping[str, Any]],
    signers: Sequence[Ed25519PrivateKey],
) -> Submission:
    document, made = jcs(signed), rfc3339(uow.now)
    mine = [data_integrity.sign(document, key, created=made, domain=uow.terms.origin) for key in signers]
    all_proofs = [*proofs, *mine]
    _rehearse(uow, signed, document, all_proofs)
    content = jcs([signed["kind"], signed["key"]])
    draft = Draft("key", signed, content, parties=[signed["key"]["party"]])
    return uow.submit_signed([SignedPayload(draft, document, all_proofs)])[0]


def _rehearse(
    uow: "UnitOfWork", signed: Mapping[str, Any], document: bytes, proofs: Sequence[Mapping[str, Any]]
) -> None:
    """Check the entry as a verifier will.

    Raises: InvalidInputError `invalid_key_act`, RefusedError `key_rule_broken`.
    """
    links = [ChainLink(uri, 0) for uri in signed["about"]]
    proof = jcs(proofs[0] if len(proofs) == 1 else list(proofs))
    leaf = assemble("key", "0" * 32, "2000-01-01T00:00:00.000Z", links, document, proof)
    fault = check_entry(0, leaf, uow.terms.origin, about)
    if isinstance(fault, Fault):
        raise _invalid(fault.field, fault.what)
    entry = parse(leaf)
    dids = {did_of_method(str(one["verificationMethod"])) for one in proofs}
    keyring = _keyring(uow.db, {*dids, signed["key"]["id"], signed["key"].get("replaces", "")})
    try:
        keyring.apply(_LAST if keyring.authority else 0, entry)
    except LogFaultError as error:
        raise RefusedError("key_rule_broken", error.message.partition(": ")[2] or error.message,
                           "docs/keys.md says who signs what") from None  # fmt: skip


def _keyring(db: Connection, dids: set[str]) -> Keyring:
    """Return the keyring as far as an entry of these keys asks it: numbers of submissions stand for entries."""
    is_one = or_(_KEY.did.in_(sorted(dids)), (_KEY.is_authority == 1) & _KEY.revoked.is_(None))
    rows = db.execute(select(t.signing_key).where(is_one)).all()
    authority = next((row.did for row in rows if row.is_authority and row.revoked is None), None)
    bindings = [
        KeyBinding(row.did, row.party, row.custody, row.subject, row.bound, row.revoked) for row in rows
    ]
    return Keyring.of(authority, bindings)


def _row(db: Connection, did: str) -> Row[Any]:
    """Return a key's row, taken for update: whoever signs with it has ended, and nobody begins."""
    row = db.execute(select(t.signing_key).where(_KEY.did == did).with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("unknown_key", f"{did} was never bound here", "lotproof key list shows the keys")
    return row


def _repeated(db: Connection, known: Row[Any], body: Mapping[str, str], old: str | None) -> Submission:
    same = (known.party, known.custody, known.subject) == (body["party"], body["custody"], body["subject"])
    before = db.execute(select(_KEY.did).where(_KEY.replaced_by == known.did)).scalar()
    if same and known.revoked is None and before == old:
        return Submission(known.bound, True)
    raise RefusedError(
        "key_known", f"{known.did} was bound before, and a key is bound once only", "make a new key"
    )


def _seal(uow: "UnitOfWork", did: str, key: Ed25519PrivateKey) -> bytes:
    """Seal a seed by the master key of now: the log's own seed shows whether the one at hand is that."""
    head = uow.db.execute(select(t.head.c.log_key, t.head.c.log_seed)).one()
    uow.vault.open(head.log_key, head.log_seed)
    return uow.vault.seal(did, key.private_bytes_raw(), uow.terms.entropy(12))


def _open(uow: "UnitOfWork", row: Row[Any]) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(uow.vault.open(row.did, row.sealed_seed))


def _check_payload(signed: Mapping[str, Any]) -> None:
    """A key act says what `own_payload` says and nothing else: all of it stands on the log in the clear for ever."""
    key = signed.get("key")
    if signed.keys() != _MEMBERS or not isinstance(key, Mapping):
        raise _invalid("signed", "it has by, role, kind, about and key, and nothing else")
    if signed["kind"] not in ("bind", "rotate", "revoke"):
        raise _invalid("signed.kind", "it is bind, rotate or revoke")
    if not all(isinstance(key.get(name), str) for name in ("id", "party", "custody", "subject")):
        raise _invalid("signed.key", "it has an id, a party, a custody and a subject")
    if signed["kind"] == "rotate" and not isinstance(key.get("replaces"), str):
        raise _invalid("signed.key.replaces", "it names the key in whose place the new one comes")
    if signed["kind"] != "revoke" and key["custody"] != "own":
        raise _invalid("signed.key.custody", "a key that is brought is kept by its own party: own")
    if signed["by"] != key["party"] or signed["about"] != [key["party"]] or signed["role"] != "author":
        raise _invalid("signed.by", "the key's party says it of itself, as author")
    known = identify(key["party"])
    if (known.kind, known.uri) != ("party", key["party"]):
        raise _invalid("signed.key.party", "it is no party's canonical URI")


def _invalid(where: str, what: str) -> InvalidInputError:
    return InvalidInputError(
        "invalid_key_act", f"this key act cannot be taken: {where}: {what}", "docs/keys.md shows one",
        [Problem(where, "invalid_key_act", what)],
    )  # fmt: skip


def _kept_elsewhere(did: str) -> RefusedError:
    return RefusedError(
        "key_kept_elsewhere",
        f"{did} is kept by its party, and only there it can sign that another one takes its place",
        "its holder signs the rotation and hands it in: lotproof key request",
    )
