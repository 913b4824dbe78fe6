"""A client that keeps its own key: what it signs, and what it hands in. Written against the formats, not our code."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.proof.did_key import did_from_public, multibase_encode

CREATED = "2026-06-01T08:00:00Z"


def new_key(name: str) -> Ed25519PrivateKey:
    """A key that depends on its name alone."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"own key " + name.encode()).digest())


def did(key: Ed25519PrivateKey) -> str:
    """Its did:key."""
    return did_from_public(key.public_key())


def proof_of(
    signed: Mapping[str, Any], key: Ed25519PrivateKey, domain: str, **options: str
) -> dict[str, str]:
    """An eddsa-jcs-2022 proof by this key. options: members that are otherwise than they should be."""
    name = did(key)
    made = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": CREATED,
        "verificationMethod": f"{name}#{name.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
        "domain": domain,
    } | options
    parts = (hashlib.sha256(rfc8785.dumps(one)).digest() for one in (made, dict(signed)))
    return made | {"proofValue": multibase_encode(key.sign(b"".join(parts)))}


def key_act(
    act: str,
    party: str,
    key: Ed25519PrivateKey,
    *,
    subject: str = "organisation",
    replaces: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """What a key signs so that it is bound, put in another's place, or revoked."""
    body = {"id": did(key), "party": party, "custody": "own", "subject": subject}
    body |= {"replaces": replaces} if replaces else {}
    return {"by": party, "role": "author", "kind": act, "about": [party], "key": body} | changes


def signed_act(
    domain: str,
    act: str,
    party: str,
    key: Ed25519PrivateKey,
    also: Sequence[Ed25519PrivateKey] = (),
    **how: Any,
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """A key act with the proofs of the key and of others."""
    signed = key_act(act, party, key, **how)
    return signed, [proof_of(signed, one, domain) for one in (key, *also)]


def body(signed: Mapping[str, Any], *proofs: Mapping[str, str], **more: Any) -> bytes:
    """What is sent."""
    proof = proofs[0] if len(proofs) == 1 else list(proofs)
    return json.dumps({"signed": signed, "proof": proof, **more}, ensure_ascii=False).encode()


def harvest_payload(party: str, event: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """What a party signs of an event about one lot each; `about` is what the event names, sorted."""
    lots = sorted({one["epcClass"] for one in event.get("quantityList", ())})
    return {"by": party, "role": "author", "kind": "harvest", "about": lots, "event": dict(event)} | changes


def hide(signed: Mapping[str, Any], *pointers: str) -> tuple[dict[str, Any], list[str]]:
    """Take top members of the event out of a payload; returns it with `_sd`, and what opens the digests."""
    public = json.loads(json.dumps(signed))
    opened = []
    for n, pointer in enumerate(pointers):
        *way, last = pointer.split("/")[1:]
        parent: Any = public
        for step in way:
            parent = parent[int(step)] if isinstance(parent, list) else parent[step]
        salt = base64.urlsafe_b64encode(hashlib.sha256(b"salt %d" % n).digest()[:16]).rstrip(b"=").decode()
        value = parent.pop(int(last) if isinstance(parent, list) else last)
        opened.append(_unpadded(rfc8785.dumps([salt, pointer, value])))
    digests = [_unpadded(hashlib.sha256(one.encode()).digest()) for one in opened]
    return public | {"_sd": sorted(digests)}, opened


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
