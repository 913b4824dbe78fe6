"""A QR code is the same whether it is printed, shown on a page or in a terminal."""

from xml.etree import ElementTree

from lotproof.lots.qr import QUIET_ZONE, encode, svg, terminal_text

LINK = "https://lots.example/01/09521234543213/10/APPLE-2026-1107"


def modules(text: str) -> set[tuple[int, int]]:
    return {(run.row, run.column + at) for run in encode(text).runs for at in range(run.length)}


def test_the_three_finder_patterns_stand_in_their_corners() -> None:
    size, dark = encode(LINK).size, modules(LINK)

    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        ring = {(row + at, column) for at in range(7)} | {(row, column + at) for at in range(7)}
        assert ring <= dark
        assert (row + 3, column + 3) in dark
        assert (row + 1, column + 1) not in dark


def test_longer_texts_make_larger_codes() -> None:
    assert encode("a").size == 21
    assert encode(LINK).size > 21


def test_the_picture_draws_exactly_the_dark_modules_inside_a_quiet_zone() -> None:
    root = ElementTree.fromstring(svg(LINK, "<LOT> & more"))

    box = [int(part) for part in root.attrib["viewBox"].split()]
    drawn = root.find("{http://www.w3.org/2000/svg}path")
    assert box == [-QUIET_ZONE, -QUIET_ZONE, encode(LINK).size + 8, encode(LINK).size + 8]
    assert drawn is not None
    assert drawn.attrib["d"].count("M") == len(encode(LINK).runs)
    assert root[0].text == "<LOT> & more"


def test_the_terminal_shows_two_rows_a_line_with_light_drawn() -> None:
    lines = terminal_text(LINK).split("\n")
    size, dark = encode(LINK).size, modules(LINK)

    light = {
        (2 * row + half - QUIET_ZONE, column - QUIET_ZONE)
        for row, line in enumerate(lines)
        for column, glyph in enumerate(line)
        for half in (0, 1)
        if glyph in ("█", "▀▄"[half])
    }
    inside = {(row, column) for row in range(size) for column in range(size)}
    assert inside - light == dark
    assert {len(line) for line in lines} == {size + 2 * QUIET_ZONE}
