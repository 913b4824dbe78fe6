"""The picture of the map is well-formed, safe, named for those who hear it, and small."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from lotproof.lots.story import Story
from lotproof_web.lot_map import fit, lot_map
from lotproof_web.phrases import phrasebook
from support.story_parts import GOOD, alone
from support.story_samples import good, recalled, wide

EN, ZH = phrasebook("en"), phrasebook("zh_Hans")
SVG = "{http://www.w3.org/2000/svg}"


def drawings(story: Story) -> list[ElementTree.Element]:
    text = str(lot_map(story.upstream, story.downstream, EN))
    rooted = text.replace("<svg class", '<svg xmlns="http://www.w3.org/2000/svg" class')
    return list(ElementTree.fromstring(f"<both>{rooted}</both>"))


def test_a_lot_that_stands_alone_has_no_map() -> None:
    assert lot_map(alone(GOOD, "up"), alone(GOOD, "down"), EN) == ""


@pytest.mark.parametrize("story", [good(), recalled(), wide()], ids=["good", "recalled", "wide"])
def test_both_drawings_have_a_title_a_description_and_different_ids(story: Story) -> None:
    wide_one, tall_one = drawings(story)

    for drawing in (wide_one, tall_one):
        ids = drawing.attrib["aria-labelledby"].split()
        assert [drawing.find(f"{SVG}title").attrib["id"], drawing.find(f"{SVG}desc").attrib["id"]] == ids  # type: ignore[union-attr]
    assert wide_one.attrib["aria-labelledby"] != tall_one.attrib["aria-labelledby"]


@pytest.mark.parametrize("story", [good(), recalled(), wide()], ids=["good", "recalled", "wide"])
def test_the_drawing_for_phones_is_as_wide_as_a_phone_and_boxes_stay_inside(story: Story) -> None:
    for drawing, room in zip(drawings(story), (1064, 328), strict=True):
        width = float(drawing.attrib["width"])
        assert width <= room
        for group in drawing.iter(f"{SVG}g"):
            x = float(group.attrib["transform"][10:].split()[0])
            box = group.find(f"{SVG}rect")
            assert box is not None
            assert x >= 0
            assert x + float(box.attrib["width"]) <= width


def test_every_other_lot_is_a_link_and_the_asked_one_is_not() -> None:
    wide_one, _ = drawings(recalled())

    links = [link.attrib["href"] for link in wide_one.iter(f"{SVG}a")]
    assert len(links) == 3
    assert all(link.startswith("/01/") for link in links)
    assert recalled().uri.removeprefix("https://id.gs1.org") not in links


def test_a_state_is_a_word_and_not_a_colour_alone() -> None:
    wide_one, _ = drawings(recalled())

    texts = [text.text for text in wide_one.iter(f"{SVG}text")]
    assert texts.count("Recalled") == 2
    assert "On hold" in texts


def test_names_are_escaped() -> None:
    story = good()
    evil = tuple(lot._replace(product={"": '<script>alert("x")</script>&'}) for lot in story.upstream.lots)

    text = lot_map(replace(story.upstream, lots=evil), story.downstream, EN)

    assert "<script" not in text
    assert "&lt;script" in text


def test_300_neighbours_make_a_small_picture_that_says_how_many_are_left_out() -> None:
    text = lot_map(wide().upstream, wide().downstream, ZH)

    assert len(text) < 40_000
    assert "另有 174 个" in text


def test_text_is_cut_by_its_width_not_by_its_length() -> None:
    assert fit("Fuji", 100, 13) == "Fuji"
    assert fit("烟台红富士苹果一级", 60, 13) == "烟台红…"
    assert fit("A very long product name", 60, 13) == "A very…"
