"""Data Integrity proofs against the vectors of W3C Data Integrity EdDSA Cryptosuites, appendix B.3."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof import data_integrity
from lotproof.proof.canonical import jcs
from lotproof.proof.did_key import did_from_public, multibase_decode

# W3C vc-di-eddsa v1.0, B.3 "Representation: eddsa-jcs-2022" (TestVectors/keyPair.json, eddsa-jcs-2022/*).
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]
CREDENTIAL = {
    "@context": CONTEXT,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
CANONICAL = (
    '{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],'
    '"credentialSubject":{"alumniOf":"The School of Examples","id":"did:example:abcdefgh"},"description":"A minimum '
    'viable example of an Alumni Credential.","id":"urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33","issuer":'
    '"https://vc.example/issuers/5678","name":"Alumni Credential","type":["VerifiableCredential","AlumniCredential"],'
    '"validFrom":"2023-01-01T00:00:00Z"}'
)
CANONICAL_OPTIONS = (
    '{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"],"created":'
    '"2023-02-24T23:36:38Z","cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","type":"DataIntegrityProof"'
    f',"verificationMethod":"did:key:{PUBLIC}#{PUBLIC}"}}'
)
DOCUMENT_HASH = "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
OPTIONS_HASH = "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
SIGNATURE = (
    "407cd12654b33d718ecbb99179a1506daaa849450bf3fc523cce3e1c96f8b803"
    "51da3f253d725c6f00b07c9e5448d50b3ef78012b9ab54255116d069c6dd2808"
)
PROOF_VALUE = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"

KEY = Ed25519PrivateKey.from_private_bytes(multibase_decode(SECRET)[2:])
DOMAIN = "lots.example/log"
DOCUMENT = jcs({"by": "https://id.gs1.org/417/9521234500018", "kind": "harvest"})


def made(**changes: Any) -> dict[str, Any]:
    """A proof for the log, with members changed, or left out where None."""
    proof = data_integrity.sign(DOCUMENT, KEY, created="2026-05-01T06:00:00.000Z", domain=DOMAIN)
    return {name: value for name, value in {**proof, **changes}.items() if value is not None}


def test_the_published_key_pair_belongs_together() -> None:
    # The secret key's multicodec is ed25519-priv, 0x1300.
    assert multibase_decode(SECRET)[:2] == bytes.fromhex("8026")
    assert did_from_public(KEY.public_key()) == f"did:key:{PUBLIC}"


def test_canonical_forms_and_hashes_are_those_published() -> None:
    document = jcs(CREDENTIAL)

    assert document == CANONICAL.encode()
    assert sha256(document).hexdigest() == DOCUMENT_HASH
    signed = data_integrity.signed_bytes(CANONICAL_OPTIONS.encode(), document)
    assert signed.hex() == OPTIONS_HASH + DOCUMENT_HASH
    assert KEY.sign(signed).hex() == SIGNATURE


def test_the_published_proof_is_made_and_verified() -> None:
    document = jcs(CREDENTIAL)
    proof = data_integrity.sign(document, KEY, created="2023-02-24T23:36:38Z", domain=None, context=CONTEXT)

    assert proof["proofValue"] == PROOF_VALUE
    assert multibase_decode(PROOF_VALUE).hex() == SIGNATURE
    assert data_integrity.verify(document, proof, domain=None) == f"did:key:{PUBLIC}"


def test_a_proof_without_context_and_domain_verifies() -> None:
    document = jcs({"a": 1})
    proof = data_integrity.sign(document, KEY, created="2026-05-01T06:00:00Z", domain=None)

    assert data_integrity.verify(document, proof, domain=None) == f"did:key:{PUBLIC}"


def test_a_proof_for_the_log_names_its_signer() -> None:
    assert data_integrity.verify(DOCUMENT, made(), domain=DOMAIN) == f"did:key:{PUBLIC}"


def test_what_is_signed_is_the_jcs_of_the_options() -> None:
    proof = made()
    options = jcs({name: value for name, value in proof.items() if name != "proofValue"})

    signed = data_integrity.signed_bytes(options, DOCUMENT)

    assert multibase_decode(proof["proofValue"]) == KEY.sign(signed)


def test_an_origin_that_must_be_escaped_is_signed_all_the_same() -> None:
    origin = 'odd"name\\é'
    proof = data_integrity.sign(DOCUMENT, KEY, created="2026-05-01T06:00:00Z", domain=origin)

    assert data_integrity.verify(DOCUMENT, proof, domain=origin) == f"did:key:{PUBLIC}"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"proofPurpose": "authentication"},
        {"domain": "other.example/log"},
        {"domain": None},
        {"created": None},
        {"created": "yesterday"},
        {"created": 5},
        {"verificationMethod": f"did:key:{PUBLIC}"},
        {"verificationMethod": 5},
        {"verificationMethod": None},
        {"proofValue": None},
        {"proofValue": 5},
        {"proofValue": "u" + PROOF_VALUE[1:]},
        {"proofValue": "z"},
        {"proofValue": "z1" + PROOF_VALUE[1:]},
        {"nonce": "1"},
        {"expires": "2030-01-01T00:00:00Z"},
        {"previousProof": "urn:x"},
        {"@context": CONTEXT},
    ],
)
def test_a_proof_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        data_integrity.verify(DOCUMENT, made(**changes), domain=DOMAIN)


@pytest.mark.parametrize("changes", [{"created": "2026-05-01T06:00:00.001Z"}, {"proofValue": PROOF_VALUE}])
def test_changed_options_do_not_verify(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        data_integrity.verify(DOCUMENT, made(**changes), domain=DOMAIN)

    assert refused.value.code == "signature_invalid"


def test_a_changed_document_does_not_verify() -> None:
    with pytest.raises(InvalidInputError) as refused:
        data_integrity.verify(DOCUMENT + b" ", made(), domain=DOMAIN)

    assert refused.value.code == "signature_invalid"


def test_a_domain_is_not_accepted_where_none_is_expected() -> None:
    with pytest.raises(InvalidInputError):
        data_integrity.verify(DOCUMENT, made(), domain=None)


def test_a_time_that_is_none_is_not_signed() -> None:
    with pytest.raises(InvalidInputError):
        data_integrity.sign(DOCUMENT, KEY, created="now", domain=DOMAIN)
