"""base58btc, did:key and Ed25519 points against published vectors."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.did_key import (
    base58btc_decode,
    base58btc_encode,
    did_from_bytes,
    did_from_public,
    did_of_method,
    multibase_decode,
    multibase_encode,
    public_from_did,
    verification_method,
)
from lotproof.proof.ed25519 import is_signature, public_key

# draft-msporny-base58-03, section 5.
BASE58 = [
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
    (
        b"The quick brown fox jumps over the lazy dog.",
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
    ),
    (bytes.fromhex("0000287fb4cd"), "11233QC4"),
    (b"", ""),
    (b"\0", "1"),
]
# w3c-ccg/did-method-key, test-vectors/ed25519-x25519.json: seed, did, public key in base58btc.
DIDS = [
    (
        0,
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS",
    ),
    (
        1,
        "did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
        "6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt",
    ),
    (
        2,
        "did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf",
        "8pM1DN3RiT8vbom5u1sNryaNT1nyL8CTTW3b5PwWXRBH",
    ),
    (
        3,
        "did:key:z6MkvqoYXQfDDJRv8L4wKzxYeuKyVZBfi9Qo6Ro8MiLH3kDQ",
        "HPYVwAQmskwT1qEEeRzhoomyfyupJGASQQtCXSNG8XS2",
    ),
    (
        4,
        "did:key:z6MkwW6aqMnjgrhJXFUko3NnZPGzVpkNzhYK7yEhnsibmLwL",
        "J3qYF7YJMKCqQke47UQwiHizgFUXapHxRxKmxbkar89x",
    ),
]
# RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
# The eight points whose order divides the cofactor: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs"
# (2020), table 6a, and the list of libsodium's ge25519_has_small_order.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
# The same table's encodings that are not canonical: y >= p, or the sign of a zero x.
NOT_CANONICAL = [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


@pytest.mark.parametrize(("data", "text"), BASE58)
def test_base58btc_is_that_of_the_draft(data: bytes, text: str) -> None:
    assert base58btc_encode(data) == text
    assert base58btc_decode(text) == data
    assert multibase_decode(multibase_encode(data)) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", " 1", "1\n", "é", "1" * 257])
def test_other_characters_are_no_base58btc(text: str) -> None:
    with pytest.raises(InvalidInputError):
        base58btc_decode(text)


def test_multibase_names_its_base() -> None:
    with pytest.raises(InvalidInputError):
        multibase_decode("2NEpo7TZRRrLZSi2U")


@pytest.mark.parametrize(("seed", "did", "public"), DIDS)
def test_dids_are_those_of_the_method(seed: int, did: str, public: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32)).public_key()

    assert did_from_public(key) == did
    assert base58btc_encode(key.public_bytes_raw()) == public
    assert public_from_did(did).public_bytes_raw() == base58btc_decode(public)
    assert did_of_method(verification_method(did)) == did
    assert verification_method(did) == f"{did}#{did[8:]}"


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_keys_and_signatures_are_those_of_the_rfc(
    secret: str, public: str, message: str, signature: str
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))

    assert key.public_key().public_bytes_raw().hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    known = public_key(bytes.fromhex(public))
    assert is_signature(known, bytes.fromhex(signature), bytes.fromhex(message))
    assert not is_signature(known, bytes.fromhex(signature), bytes.fromhex(message) + b"x")


def test_a_signature_with_the_group_order_added_does_not_verify() -> None:
    # RFC 8032, section 8.4: S must be below L, or a signature could be written in two ways.
    _, public, message, signature = (bytes.fromhex(one) for one in RFC_8032[0])
    order = 2**252 + 27742317777372353535851937790883648493
    again = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")

    assert not is_signature(public_key(public), signature[:32] + again, message)


@pytest.mark.parametrize("encoded", [*SMALL_ORDER, *NOT_CANONICAL])
def test_small_order_and_non_canonical_keys_are_refused(encoded: str) -> None:
    for refuse in (public_key, did_from_bytes):
        with pytest.raises(InvalidInputError) as refused:
            refuse(bytes.fromhex(encoded))
        assert refused.value.code == "invalid_key"
    with pytest.raises(InvalidInputError):
        public_from_did("did:key:" + multibase_encode(b"\xed\x01" + bytes.fromhex(encoded)))


@pytest.mark.parametrize("encoded", SMALL_ORDER)
def test_the_listed_points_indeed_vanish_when_multiplied_by_eight(encoded: str) -> None:
    x, y = point(int.from_bytes(bytes.fromhex(encoded), "little"))

    for _ in range(3):
        x, y = added((x, y), (x, y))

    assert (x, y) == (0, 1)


@pytest.mark.parametrize("encoded", ["02" + "00" * 31, "07" + "00" * 31])
def test_what_is_no_point_of_the_curve_is_refused(encoded: str) -> None:
    with pytest.raises(InvalidInputError):
        public_key(bytes.fromhex(encoded))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(InvalidInputError):
        public_key(bytes(length))


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:",
        "did:key:z",
        "did:web:example.org",
        DIDS[0][1][:-1],
        DIDS[0][1] + "1",
        DIDS[0][1].replace("z6Mk", "z16Mk"),
        # did:key method, X25519: another codec.
        "did:key:z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW",
        DIDS[0][1].upper(),
    ],
)
def test_other_texts_are_no_did_of_an_ed25519_key(did: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        public_from_did(did)

    assert refused.value.code == "invalid_did"


def test_a_verification_method_names_its_did_twice() -> None:
    for method in (DIDS[0][1], f"{DIDS[0][1]}#{DIDS[1][1][8:]}", f"{DIDS[0][1]}#"):
        with pytest.raises(InvalidInputError):
            did_of_method(method)


def point(encoded: int) -> tuple[int, int]:
    """Decode a point as in RFC 8032, section 5.1.3."""
    y = encoded & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (P - x if x & 1 != encoded >> 255 and x else x), y


def added(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Add two points by the law of RFC 8032, section 5.1.4, in affine coordinates."""
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P) % P
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P) % P
    return x, y
