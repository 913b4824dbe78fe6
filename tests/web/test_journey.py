"""A journey says what happened in order, keeps corrections beside what they correct, and leaves nothing out."""

from dataclasses import replace
from decimal import Decimal

from lotproof.lots.story import Part, Step
from lotproof_web.journey import Group, StepRow, journey
from lotproof_web.phrases import phrasebook
from support.story_parts import CRATE, GOOD, HARVESTED, STORE, part, step
from support.story_samples import good, long

EN, ZH = phrasebook("en"), phrasebook("zh_Hans")


def rows(groups: tuple[Group, ...]) -> list[StepRow]:
    return [row for group in groups for row in group.rows]


def only(one: Step) -> StepRow:
    (row,) = rows(journey([one], GOOD.uri, EN))
    return row


def test_every_step_is_told_once() -> None:
    for story in (good(), long()):
        told = rows(journey(story.journey, story.uri, EN))

        assert len(told) + sum(len(row.corrections) for row in told) == len(story.journey)


def test_a_correction_stands_under_what_it_corrects() -> None:
    told = rows(journey(good().journey, GOOD.uri, EN))

    corrected = next(row for row in told if row.index == 16)
    assert corrected.voided
    assert corrected.verdict == "No longer counts: corrected by entry 17"
    assert [later.verdict for later in corrected.corrections] == ["Correction of entry 16"]
    assert corrected.corrections[0].approvals == "approved by 2 people"


def test_a_correction_of_a_step_that_is_not_shown_stands_by_itself() -> None:
    correction = replace(step(17, "inspection", 1, STORE, (part("object", GOOD),)), corrects=3)

    assert only(correction).verdict == "Correction of entry 3"


def test_four_like_routine_steps_are_folded_and_three_are_not() -> None:
    readings = [step(at, "sensor", at, STORE, (part("object", GOOD),)) for at in range(4)]

    (folded,) = journey(readings, GOOD.uri, EN)
    (open_one,) = journey(readings[:3], GOOD.uri, EN)

    assert folded.folded == "Sensor reading × 4, 2026-11-07 06:40 – 2026-11-07 09:40"
    assert open_one.folded == ""


def test_bad_news_is_never_folded() -> None:
    holds = [step(at, "hold", at, STORE, (part("object", GOOD),)) for at in range(9)]
    voided = [replace(step(at, "sensor", at, STORE, ()), voided=True) for at in range(9)]

    assert all(not group.folded for group in journey([*holds, *voided], GOOD.uri, EN))


def test_a_sentence_tells_the_amount_of_the_pages_lot() -> None:
    packing = step(
        1, "initial_packing", 0, STORE, (part("input", HARVESTED, "1300"), part("output", GOOD, "1250"))
    )

    assert only(packing).sentence == "Packed from the harvest: 1,250 kg."
    assert [(lot.label, lot.amount) for lot in only(packing).came_from] == [(str(HARVESTED), "1,300 kg")]


def test_a_sentence_is_different_where_the_lot_went_into_others() -> None:
    packing = step(
        1, "initial_packing", 0, STORE, (part("input", GOOD, "1300"), part("output", HARVESTED, "1250"))
    )

    assert only(packing).sentence == "1,300 kg of this lot were packed into new lots."
    assert len(only(packing).went_into) == 1


def test_a_sentence_without_an_amount_does_not_invent_one() -> None:
    assert only(step(1, "shipping", 0, STORE, (part("object", GOOD),))).sentence == "The goods were sent."


def test_a_container_is_named_from_its_part_or_its_detail_and_not_twice() -> None:
    by_part = step(1, "aggregate", 0, STORE, (part("parent", CRATE), part("child", GOOD, "600")))
    child = (part("child", GOOD, "600"),)
    by_detail = replace(step(1, "aggregate", 0, STORE, child), details=(("container", CRATE[-18:]),))

    for told in (only(by_part), only(by_detail)):
        assert told.sentence == f"600 kg were put into container {CRATE[-18:]}."
        assert told.details == ()


def test_goods_are_named_where_a_step_is_of_a_lot_that_this_one_came_from() -> None:
    harvest = step(1, "harvest", 0, STORE, (part("object", HARVESTED, "1300", names={"": "Apples"}),))

    assert only(harvest).sentence == "Picked in the field."
    assert [(lot.label, lot.amount) for lot in only(harvest).goods] == [
        (f"Apples {HARVESTED.code}", "1,300 kg")
    ]


def test_more_lots_than_can_be_read_are_counted() -> None:
    product = "https://id.gs1.org/01/09521234543213"
    many = tuple(Part("input", f"{product}/10/L{at}", {}, Decimal(1), "KGM") for at in range(11))

    told = only(step(1, "repacking", 0, STORE, (*many, part("output", GOOD, "11"))))

    assert len(told.came_from) == 8
    assert told.more_parts == "and 3 more"


def test_outside_documents_are_submitted_and_not_recorded_by_their_submitter() -> None:
    goods = (part("object", GOOD),)
    captured = replace(step(1, "receiving", 0, STORE, goods), recorded_role="submitter", custody="own")

    assert only(captured).recorded == "Submitted by Green Ridge Cooperative from a document of others"
    assert only(captured).key == "own key"


def test_a_kind_without_words_is_shown_as_another_step() -> None:
    assert only(step(1, "polishing", 0, STORE, ())).title == "Other step"
    assert rows(journey([step(1, "polishing", 0, STORE, ())], GOOD.uri, ZH))[0].title == "其他步骤"
