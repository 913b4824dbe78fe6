"""A printed label carries its glyphs, says what it must, and is the same for the same lot."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.label import LabelSize, label_pdf, wrap

LOT = LotId("09521234543213", "APPLE-2026-1107")
NAMES = {"en": "Yantai Fuji apples, class I", "zh_Hans": "烟台红富士苹果（一级）"}
HOST = "https://lots.example"
SIZES: list[LabelSize] = ["40x30", "60x40"]


def fonts(pdf: bytes) -> list[Any]:
    page = PdfReader(BytesIO(pdf)).pages[0]
    resources: Any = page["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]


@pytest.mark.parametrize("size", SIZES)
def test_every_font_is_embedded(size: LabelSize) -> None:
    found = fonts(label_pdf(LOT, HOST, NAMES, size))

    assert found
    assert all("/FontFile2" in font["/FontDescriptor"] for font in found)
    assert all("NotoSansSC" in font["/BaseFont"] for font in found)


@pytest.mark.parametrize(("size", "width", "height"), [("40x30", 40, 30), ("60x40", 60, 40)])
def test_a_label_has_its_size_and_says_product_lot_and_gtin(size: LabelSize, width: int, height: int) -> None:
    page = PdfReader(BytesIO(label_pdf(LOT, HOST, NAMES, size))).pages[0]

    text = page.extract_text()
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [width, height]
    assert "批次 LOT APPLE-2026-1107" in text
    assert "GTIN 09521234543213" in text
    assert "烟台红富士苹果" in text.replace("\n", "")


def test_each_label_has_its_own_glyphs_whatever_was_printed_before() -> None:
    label_pdf(LotId("09521234543213", "Z"), HOST, {"en": "Other"}, "60x40")

    pages = [
        PdfReader(BytesIO(label_pdf(LOT, HOST, {"en": name}, "60x40"))).pages[0] for name in ("Plums", "稻米")
    ]

    assert [name in page.extract_text() for name, page in zip(("Plums", "稻米"), pages, strict=True)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("size", SIZES)
def test_the_same_lot_gives_the_same_bytes_whatever_was_printed_between(size: LabelSize) -> None:
    first = label_pdf(LOT, HOST, NAMES, size)
    label_pdf(LotId("09521234543213", "Z"), HOST, {"en": "Other"}, size)

    assert label_pdf(LOT, HOST, NAMES, size) == first


def test_labels_leave_no_fonts_behind_in_the_process() -> None:
    label_pdf(LOT, HOST, NAMES, "40x30")
    before = len(pdfmetrics.getRegisteredFontNames())
    for at in range(5):
        label_pdf(LOT, HOST, {"en": f"Apples {at} {chr(0x4E00 + at)}"}, "40x30")

    assert len(pdfmetrics.getRegisteredFontNames()) == before


def test_a_character_that_the_font_lacks_is_an_error_and_no_blank() -> None:
    with pytest.raises(InvalidInputError) as refused:
        label_pdf(LOT, HOST, {"en": "Apples 🍎"}, "60x40")

    assert refused.value.code == "missing_glyph"
    assert "U+1F34E" in refused.value.message


@pytest.mark.parametrize(
    "names", [{}, {"": "Äpfel"}, {"zh_Hant": "蘋果臺灣"}, {"en": "x" * 400}, {"en": "果" * 90}]
)
@pytest.mark.parametrize("size", SIZES)
def test_odd_names_still_make_a_label(names: dict[str, str], size: LabelSize) -> None:
    longest = LotId("09521234543213", "W" * 20)

    assert label_pdf(longest, HOST, names, size).startswith(b"%PDF")


def test_a_line_breaks_between_words_and_within_chinese_and_ends_in_an_ellipsis() -> None:
    assert wrap("one two three", "Courier", 10, 6 * 8, 3) == ["one two", "three"]
    assert wrap("abcdefghij", "Courier", 10, 6 * 4, 2) == ["abcd", "efg…"]
    assert wrap("", "Courier", 10, 50, 2) == []
