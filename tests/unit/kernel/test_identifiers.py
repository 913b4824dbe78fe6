"""Lots, products, units, places and parties by their GS1 keys, in every notation that events use."""

from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LONGEST_URI, Gln, Gtin, Kind, LotId, Sscc, identify

ROOT = "https://id.gs1.org"
LOT = LotId("09521234543213", "ABC/1")


@pytest.mark.parametrize(
    "text",
    [
        "9521234543213/ABC/1",
        "09521234543213/ABC/1",
        "/01/09521234543213/10/ABC%2F1",
        "01/9521234543213/10/ABC%2f1",
        "https://id.gs1.org/01/09521234543213/10/ABC%2F1",
        "http://farm.example/shop/01/09521234543213/10/ABC%2F1/?17=261123#top",
        "HTTPS://farm.example/gtin/9521234543213/lot/ABC%2F1",
        "https://farm.example/01/09521234543213/22/V1/10/ABC%2F1/21/SER-7",
        "urn:epc:class:lgtin:9521234.054321.ABC%2F1",
        "URN:EPC:CLASS:LGTIN:9521234.054321.ABC%2F1",
    ],
)
def test_one_lot_has_one_key_whatever_it_came_as(text: str) -> None:
    lot = LotId.parse(text)

    assert lot == LOT
    assert lot.uri == f"{ROOT}/01/09521234543213/10/ABC%2F1"
    assert lot.path == "/01/09521234543213/10/ABC%2F1"
    assert str(lot) == "09521234543213/ABC/1"


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("96385074/L", "00000096385074"),
        ("036000291452/L", "00036000291452"),
        ("6291041500213/L", "06291041500213"),
        ("10614141123459/L", "10614141123459"),
    ],
)
def test_a_short_gtin_is_padded_to_fourteen_digits(text: str, gtin: str) -> None:
    assert LotId.parse(text).gtin14 == gtin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABC",
        "09521234543213",
        "09521234543213/",
        "09521234543213/LOT 1",
        "09521234543213/" + "A" * 21,
        "09521234543213/批次",
        "952123454321/A/",
        "/01/09521234543213",
        "/01/09521234543213/10/",
        "/01/09521234543213/10/A%ZZ",
        "https://id.gs1.org/00/106141412345678908",
        "urn:epc:id:sgtin:9521234.054321.SER",
        "https://farm.example/lots/1",
    ],
)
def test_what_names_no_lot_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        LotId.parse(text)

    assert caught.value.code in {"invalid_identifier", "invalid_check_digit"}


@pytest.mark.parametrize(
    "text",
    [
        "09521234543214/L",
        "/01/09521234543214/10/L",
        "https://id.gs1.org/01/09521234543214/10/L",
        "https://farm.example/01/9521234543214/10/L",
        "https://id.gs1.org/01/09521234543214",
        "https://id.gs1.org/01/96385075",
        "https://id.gs1.org/00/106141412345678909",
        "https://id.gs1.org/414/0614141123453",
        "https://id.gs1.org/414/0614141123453/254/1",
        "https://id.gs1.org/417/0614141123453",
        "https://id.gs1.org/8003/006141411234532",
    ],
)
def test_a_wrong_check_digit_is_refused_alike_everywhere(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        LotId.parse(text)

    assert caught.value.code == "invalid_check_digit"


@pytest.mark.parametrize(
    ("text", "kind", "uri"),
    [
        # GS1 EPC Tag Data Standard, section 7: EPC URI and the GS1 key that it stands for
        ("urn:epc:id:sgtin:0614141.112345.400", "serial", "/01/10614141123459/21/400"),
        ("urn:epc:id:sgtin:0614141.112345.32a%2Fb", "serial", "/01/10614141123459/21/32a%2Fb"),
        ("urn:epc:id:sscc:0614141.1234567890", "sscc", "/00/106141412345678908"),
        ("urn:epc:id:sgln:0614141.12345.400", "place", "/414/0614141123452/254/400"),
        ("urn:epc:id:sgln:0614141.12345.0", "place", "/414/0614141123452"),
        ("urn:epc:id:grai:0614141.12345.400", "asset", "/8003/00614141123452400"),
        ("urn:epc:id:giai:0614141.12345400", "asset", "/8004/061414112345400"),
        ("urn:epc:id:gsrn:0614141.1234567890", "other", "/8018/061414112345678902"),
        ("urn:epc:id:gdti:0614141.12345.400", "other", "/253/0614141123452400"),
        ("urn:epc:id:pgln:0614141.12345", "party", "/417/0614141123452"),
        ("urn:epc:id:pgln:999999999999.", "party", "/417/9999999999994"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "lot", "/01/04012345123456/10/998877"),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "product", "/01/04012345666663"),
        ("urn:epc:idpat:grai:4012345.99999.*", "asset", "/8003/04012345999990"),
        # Digital Links
        ("https://id.gs1.org/01/04012345123456", "product", "/01/04012345123456"),
        ("https://id.gs1.org/01/04012345123456/10/A_b.c-d", "lot", "/01/04012345123456/10/A_b.c-d"),
        ("https://brand.example/01/04012345123456/235/x", "serial", "/01/04012345123456/235/x"),
        ("https://brand.example/414/0614141123452/254/a%2Bb", "place", "/414/0614141123452/254/a%2Bb"),
        ("https://brand.example/417/0614141123452", "party", "/417/0614141123452"),
        ("https://brand.example/8004/061414112345400", "asset", "/8004/061414112345400"),
        ("https://brand.example/a/b/00/106141412345678908", "sscc", "/00/106141412345678908"),
    ],
)
def test_a_gs1_key_is_told_by_its_kind_and_canonical_link(text: str, kind: Kind, uri: str) -> None:
    found = identify(text)

    assert found.kind == kind
    assert found.uri == ROOT + uri


def test_a_serial_is_known_with_its_lot_where_it_states_one() -> None:
    found = identify("https://brand.example/01/04012345123456/10/L1/21/S1")

    assert found.kind == "serial"
    assert found.uri == f"{ROOT}/01/04012345123456/21/S1"
    assert found.lot == LotId("04012345123456", "L1")
    assert identify("urn:epc:id:sgtin:4012345.012345.S1").lot is None


@pytest.mark.parametrize(
    "text",
    [
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "https://farm.example/fields/7",
        "https://farm.example/docs/401/unauthorized",
        "https://farm.example/01/97803",
        "https://farm.example/2026/01/20261123",
        "https://farm.example/01/04012345123456/99/x",
        "urn:epc:id:gid:95100000.12345.400",
        "urn:epc:idpat:sgtin:*.*.*",
        "geo:25.033,121.565",
        "https://lotproof.org/ns/cycle/種-1",
    ],
)
def test_a_uri_of_another_kind_is_kept_verbatim(text: str) -> None:
    found = identify(text)

    assert found.kind == "other"
    assert found.uri == text
    assert found.lot is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lot 7",
        "no-uri",
        "https://id.gs1.org/",
        "https://id.gs1.org/01/123",
        "https://id.gs1.org/01/04012345123456/99/x",
        "https://id.gs1.org/01/04012345123456/10/" + "A" * 21,
        "https://id.gs1.org/99/04012345123456",
        "https://example.org/a b",
        "urn:epc:id:sgtin:4012345.12345.1",
        "urn:epc:id:sgtin:4012345.012345",
        "urn:epc:id:sgtin:4012345.012345.",
        "urn:epc:id:sgtin:4012345.012345.%GG",
        "urn:epc:id:sgtin:40123.01234567.1",
        "urn:epc:id:sscc:4012345.111",
        "urn:epc:id:sgln:4012345.00A05.0",
        "urn:epc:class:lgtin:4012345.012345." + "A" * 21,
        "urn:epc:idpat:sgtin:4012345.012345.7",
        "urn:epc:id:giai:40123.X",
        "urn:epc:id:cpi:40123.X.1",
        "urn:epc:id:cpi:4012345.X.1234567890123",
        "https://example.org/" + "x" * LONGEST_URI,
    ],
)
def test_what_is_malformed_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        identify(text)

    assert caught.value.code == "invalid_identifier"


@pytest.mark.parametrize("value", [5, None, ["urn:uuid:1"], {"id": "urn:uuid:1"}, b"urn:uuid:1"])
def test_what_is_no_text_is_no_identifier(value: Any) -> None:
    with pytest.raises(InvalidInputError, match="invalid_identifier"):
        identify(value)


def test_keys_know_their_links() -> None:
    assert Gtin.parse("4012345123456").uri == f"{ROOT}/01/04012345123456"
    assert Sscc("106141412345678908").uri == f"{ROOT}/00/106141412345678908"
    assert Gln("0614141123452").place_uri == f"{ROOT}/414/0614141123452"
    assert Gln("0614141123452").party_uri == f"{ROOT}/417/0614141123452"
    for key, digits in [(Gtin, "04012345123456"), (Sscc, "106141412345678908"), (Gln, "0614141123452")]:
        assert str(key(digits)) == digits


@pytest.mark.parametrize(
    ("key", "digits", "code"),
    [
        (Gtin, "4012345123456", "invalid_identifier"),
        (Gtin, "04012345123457", "invalid_check_digit"),
        (Sscc, "10614141234567890", "invalid_identifier"),
        (Sscc, "106141412345678900", "invalid_check_digit"),
        (Gln, "061414112345X", "invalid_identifier"),
        (Gln, "0614141123450", "invalid_check_digit"),
    ],
)
def test_a_key_that_is_wrong_cannot_be_made(key: type, digits: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        key(digits)

    assert caught.value.code == code


def test_a_gtin_of_eleven_digits_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="8, 12, 13 or 14"):
        Gtin.parse("12345678901")


def test_lots_sort_by_product_and_code() -> None:
    lots = [LotId("09521234543213", "B"), LotId("04012345123456", "Z"), LotId("09521234543213", "A")]

    assert [str(lot) for lot in sorted(lots)] == ["04012345123456/Z", "09521234543213/A", "09521234543213/B"]
