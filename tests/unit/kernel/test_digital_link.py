"""Keys as Digital Links and EPC URNs: published pairs of the CBV 2.0 reference.

Source: github.com/RalphTro/epcis-event-hash-generator, tests/dl_normaliser_test.py. Two of its pairs are not
used: its SSCC (4012345.3111111111) has 19 digits there, and one UPUI carries no quotation mark.
"""

import pytest

from lotproof.kernel import digital_link, epc_urn

PAIRS = [
    ("urn:epc:id:sgtin:4012345.011111.98%22", "/01/04012345111118/21/98%22"),
    ("urn:epc:id:sgtin:415056789012.0.987654", "/01/04150567890128/21/987654"),
    (
        "urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()",
        "/01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29",
    ),
    ("urn:epc:id:sgln:4012345.00005.122", "/414/4012345000054/254/122"),
    ("urn:epc:id:grai:4012345.00022.334455", "/8003/04012345000221334455"),
    ("urn:epc:id:giai:4012345.ABC345", "/8004/4012345ABC345"),
    ("urn:epc:id:gsrn:4012345.0000006765", "/8018/401234500000067657"),
    ("urn:epc:id:gsrnp:4012345.0000000007", "/8017/401234500000000074"),
    ("urn:epc:id:gdti:4012345.00009.PO-4711", "/253/4012345000092PO-4711"),
    ("urn:epc:id:gdti:987659999999..9", "/253/98765999999929"),
    ("urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234", "/8010/061414111111111111111-A%23%2F/8011/1234"),
    ("urn:epc:id:ginc:0614141.xyz47%2F11", "/401/0614141xyz47%2F11"),
    ("urn:epc:id:gsin:4012345.222333444", "/402/40123452223334442"),
    ("urn:epc:id:itip:4012345.011111.01.02.987", "/8006/040123451111180102/21/987"),
    ("urn:epc:id:pgln:4000001.00000", "/417/4000001000005"),
    ("urn:epc:class:lgtin:4012345.012345.Lot987", "/01/04012345123456/10/Lot987"),
    ("urn:epc:idpat:gdti:4012345.11111.*", "/253/4012345111118"),
    ("urn:epc:idpat:sgcn:4012345.22222.*", "/255/4012345222227"),
    ("urn:epc:idpat:cpi:4012345.AB12.*", "/8010/4012345AB12"),
    ("urn:epc:idpat:itip:4012345.012345.01.02.*", "/8006/040123451234560102"),
    ("urn:epc:idpat:upui:4012345.012345.*", "/01/04012345123456"),
    ("https://example.com/gtin/09780345418913/21/765tz?abc=211121", "/01/09780345418913/21/765tz"),
    ("http://example.de/gtin-8/01/97803111", "/01/00000097803111"),
    ("http://us-company-with-UPC.com/01/001122334455/ser/GHB", "/01/00001122334455/21/GHB"),
    ("https://id.gs1.org/gtin/9780345418913/cpv/344/lot/1223/ser/765tz", "/01/09780345418913/21/765tz"),
    ("http://example.de/01/040123451234/cpv/344/lot/ABD", "/01/00040123451234/10/ABD"),
    ("https://id.gs1.org/itip/123456789101100190/cpv/ABCD", "/8006/123456789101100190"),
    (
        "https://fashion-corp.com/8006/040123451234560102/22/AB/21/443322",
        "/8006/040123451234560102/21/443322",
    ),
    ("https://example.co.uk/party/4226350800008", "/417/4226350800008"),
    ("https://id.gs1.org/414/4280000000002/254/12", "/414/4280000000002/254/12"),
    ("https://id.gs1.org/8010/0628165987/8011/9876", "/8010/0628165987/8011/9876"),
    ("https://id.gs1.org/255/0811625999996554433", "/255/0811625999996554433"),
]
NO_KEYS = [
    "http://example.org/123/4012345ABC987/456/4711",
    "http://id.gs1.org/99/9780345418913",
    "http://id.gs1.org/01/9780345418913/99/utfgf",
    "http://example.de/abc/9780345418913",
    "http://example.de/01/97803",
    "https://id.gs1.org/8006/04012345123456/22/ABCD/10/XYZ",
    "42",
    "Hello World!",
]


@pytest.mark.parametrize(("text", "path"), PAIRS)
def test_a_published_pair_is_read_and_written(text: str, path: str) -> None:
    key = digital_link.read_uri(text) or epc_urn.read(text)

    assert key is not None
    assert digital_link.write_path(digital_link.finest(key)) == path


@pytest.mark.parametrize("text", NO_KEYS)
def test_what_the_reference_takes_for_no_key_is_none(text: str) -> None:
    assert digital_link.read_uri(text) is None
    assert epc_urn.read(text) is None


def test_a_qualifier_that_stands_twice_makes_no_key() -> None:
    assert digital_link.read_path("/01/04012345123456/10/A/10/B") is None


def test_characters_may_be_kept_raw_for_a_reader_who_wants_them_so() -> None:
    key = (("01", "04012345123456"), ("10", "a!b/c"))

    assert digital_link.write_path(key) == "/01/04012345123456/10/a%21b%2Fc"
    assert digital_link.write_path(key, raw="!") == "/01/04012345123456/10/a!b%2Fc"
