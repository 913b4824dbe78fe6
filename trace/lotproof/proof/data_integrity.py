"""W3C Data Integrity proofs with the cryptosuite eddsa-jcs-2022, in the narrow form that the log accepts.

Signed are SHA-256(JCS(options)) ‖ SHA-256(JCS(document)), where options are the proof without its value.
Source: W3C Data Integrity EdDSA Cryptosuites v1.0, section 3.3.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.instants import parse_instant
from lotproof.proof.canonical import jcs, parse_canonical
from lotproof.proof.did_key import (
    did_from_public,
    did_of_method,
    multibase_decode,
    multibase_encode,
    public_from_did,
    verification_method,
)
from lotproof.proof.ed25519 import SIGNATURE_SIZE, is_signature

_FIXED = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "proofPurpose": "assertionMethod",
}
_NAMES = frozenset({*_FIXED, "created", "verificationMethod", "domain", "proofValue"})
_CONTEXT = "@context"


def sign(
    document_jcs: bytes,
    private_key: Ed25519PrivateKey,
    *,
    created: str,
    domain: str | None,
    context: Any = None,
) -> dict[str, Any]:
    """Return the proof of a document by this key.

    created: RFC 3339.  domain: the log's origin, so that no signature can be replayed into another log.
    context: the document's own @context where it has one.
    """
    parse_instant(created)
    did = did_from_public(private_key.public_key())
    options: dict[str, Any] = {**_FIXED, "created": created, "verificationMethod": verification_method(did)}
    if domain is not None:
        options["domain"] = domain
    if context is not None:
        options[_CONTEXT] = context
    signature = private_key.sign(signed_bytes(jcs(options), document_jcs))
    return {**options, "proofValue": multibase_encode(signature)}


def verify(document_jcs: bytes, proof: Mapping[str, Any], *, domain: str | None) -> str:
    """Return the did:key that made `proof` for this document.

    domain: what the proof must name, None where it must name none.
    Raises: InvalidInputError `invalid_proof`, `signature_invalid`, or what the key's text is refused with.
    """
    if _CONTEXT in proof:
        _check_context(document_jcs, proof[_CONTEXT])
        did = check_options({name: value for name, value in proof.items() if name != _CONTEXT}, domain)
        options = jcs({name: value for name, value in proof.items() if name != "proofValue"})
    else:
        did = check_options(proof, domain)
        options = _write_options(proof["created"], proof["verificationMethod"], domain)
    # base58btc has one text for each value, so that a signature cannot be written in two ways.
    signature = multibase_decode(proof["proofValue"])
    if len(signature) != SIGNATURE_SIZE:
        raise _invalid("its value is no Ed25519 signature")
    if not is_signature(public_from_did(did), signature, signed_bytes(options, document_jcs)):
        raise InvalidInputError("signature_invalid", f"the signature of {did} does not fit what was signed")
    return did


def signed_bytes(options_jcs: bytes, document_jcs: bytes) -> bytes:
    """Return the 64 bytes that the key signs."""
    return sha256(options_jcs).digest() + sha256(document_jcs).digest()


def check_options(proof: Mapping[str, Any], domain: str | None) -> str:
    """Return the did that a proof names, after its members were checked and before its signature is.

    Raises: InvalidInputError `invalid_proof`.
    """
    if proof.keys() != (_NAMES if domain is not None else _NAMES - {"domain"}):
        raise _invalid("its members are not those of a proof for a log")
    for name, value in _FIXED.items():
        if proof[name] != value:
            raise _invalid(f"its {name} is not {value}")
    if domain is not None and proof["domain"] != domain:
        raise _invalid(f"it was made for {proof['domain']!r} and not for {domain!r}")
    if not type(proof["created"]) is type(proof["verificationMethod"]) is type(proof["proofValue"]) is str:
        raise _invalid("its time, key or value is no text")
    parse_instant(proof["created"])
    return did_of_method(proof["verificationMethod"])


def _write_options(created: str, method: str, domain: str | None) -> bytes:
    """Return the JCS of checked options: a time and a did:key hold nothing that would have to be escaped."""
    named = "" if domain is None else f'"domain":{_quoted(domain)},'
    return (
        f'{{"created":"{created}","cryptosuite":"eddsa-jcs-2022",{named}"proofPurpose":"assertionMethod",'
        f'"type":"DataIntegrityProof","verificationMethod":"{method}"}}'
    ).encode()


@lru_cache(maxsize=16)
def _quoted(text: str) -> str:
    return jcs(text).decode()


def _check_context(document_jcs: bytes, context: Any) -> None:
    document = parse_canonical(document_jcs)
    if not isinstance(document, dict) or document.get(_CONTEXT) != context:
        raise _invalid("its @context is not that of the document")


def _invalid(why: str) -> InvalidInputError:
    return InvalidInputError("invalid_proof", f"this is no proof that the log accepts: {why}")
