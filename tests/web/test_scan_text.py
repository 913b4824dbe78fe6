"""What people type and scanners send is read as a lot or a product."""

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gtin, LotId
from lotproof_web.scan_text import read_code

LOT = LotId("09521234543213", "LOT-1")


@pytest.mark.parametrize(
    "text",
    [
        "09521234543213/LOT-1",
        "9521234543213/LOT-1",
        "  09521234543213   LOT-1 ",
        "09521234543213, LOT-1",
        "https://id.gs1.org/01/09521234543213/10/LOT-1",
        "https://shop.example/any/01/9521234543213/10/LOT-1?17=271201",
        "/01/09521234543213/10/LOT-1",
        "urn:epc:class:lgtin:952123.0454321.LOT-1",
        "(01)09521234543213(10)LOT-1",
        "(01) 09521234543213 (17) 271201 (10) LOT-1",
        "010952123454321310LOT-1",
        "]d2010952123454321310LOT-1",
        "]C1010952123454321317271201310200125010LOT-1",
        "]d2\x1d010952123454321310LOT-1\x1d21SERIAL\x1d17271201",
    ],
)
def test_every_way_to_write_a_lot_leads_to_it(text: str) -> None:
    assert read_code(text) == LOT


@pytest.mark.parametrize(
    "text",
    ["09521234543213", "9521234543213", "https://shop.example/01/09521234543213", "(01)09521234543213(17)271201",
     "010952123454321317271201"],
)  # fmt: skip
def test_a_product_number_alone_is_a_product(text: str) -> None:
    assert read_code(text) == Gtin("09521234543213")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("apples", "invalid_identifier"),
        ("http://[::1", "invalid_identifier"),
        ("(01)", "invalid_identifier"),
        ("09521234543212/LOT-1", "invalid_check_digit"),
        ("(01)09521234543212(10)LOT-1", "invalid_check_digit"),
        ("(01)09521234543213(10)" + "X" * 21, "invalid_identifier"),
        ("0109521234543213ZZ", "invalid_identifier"),
    ],
)
def test_what_names_no_lot_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_code(text)

    assert refused.value.code == code
