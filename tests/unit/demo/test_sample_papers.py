"""Papers of the demonstration: right in form, plainly samples, and the same for the same seed."""

from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageChops
from stdnum.cn import uscc

from lotproof.demo.chance import Dice
from lotproof.demo.credit_codes import credit_code
from lotproof.demo.licences import SIZE, Paper, draw_paper
from lotproof.demo.phone_photo import photograph

PAPER = Paper("营业执照", "示例", [("名称", "东坡果园（虚构）")], "示例市场监督管理局", "2019-03-12")
EMPTY = Paper(" ", " ", [], " ", " ")


@pytest.mark.parametrize("kind", ["company", "cooperative", "sole_trader", "family_farm"])
@pytest.mark.parametrize("whose", range(20))
def test_a_credit_code_has_the_right_check_digit_and_names_no_region(kind: str, whose: int) -> None:
    code = credit_code(Dice(1), kind, whose)

    assert uscc.is_valid(code)
    assert code[2:8] == "999999"


def test_credit_codes_of_two_organisations_differ() -> None:
    codes = [credit_code(Dice(1), "company", whose) for whose in range(50)]

    assert len(set(codes)) == 50


def test_every_part_of_a_paper_is_marked_as_a_sample() -> None:
    blank = draw_paper(EMPTY)
    width, height = SIZE

    for x in range(0, width - 370, 185):
        for y in range(0, height - 348, 174):
            part = blank.crop((x, y, x + 370, y + 348))
            reddish = ImageChops.subtract(part.getchannel("R"), part.getchannel("G"))
            assert reddish.point(lambda value: 255 if value > 20 else 0).getbbox() is not None


def test_a_photo_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    flat = draw_paper(PAPER)

    assert photograph(flat, Dice(1), "licence") == photograph(flat, Dice(1), "licence")
    assert photograph(flat, Dice(1), "licence") != photograph(flat, Dice(2), "licence")


def test_a_photo_lies_on_its_side_and_tells_where_it_was_taken_as_photos_of_phones_do() -> None:
    with Image.open(BytesIO(photograph(draw_paper(PAPER), Dice(1), "licence"))) as photo:
        exif = photo.getexif()

        assert exif[ExifTags.Base.Orientation] == 6
        assert exif.get_ifd(ExifTags.IFD.GPSInfo)
        assert photo.height > photo.width
