"""A story is put into words without losing or inventing anything."""

from dataclasses import replace
from datetime import UTC, date, datetime

from lotproof.lots.story import HeadsState, PaperThen
from lotproof_web.lot_page import lot_page
from lotproof_web.phrases import Phrasebook, phrasebook
from support.story_samples import good, outside, recalled, unrecorded

EN, ZH = phrasebook("en"), phrasebook("zh_Hans")


def test_facts_that_are_missing_are_said_to_be_not_recorded() -> None:
    page = lot_page(outside(), EN)

    assert dict(page.facts)["Harvested"] == "not recorded"
    assert dict(page.facts)["Origin"] == "not recorded"
    assert page.title == "Lot X-1/7"


def test_codes_of_what_is_missing_that_have_no_words_are_still_shown() -> None:
    assert "moon phase" in lot_page(outside(), EN).not_recorded


def test_a_hold_and_the_finding_that_caused_it_are_one_point() -> None:
    titles = [point.title for point in lot_page(recalled(), EN).points]

    assert titles == ["Part of a recall", "Stopped by a person", "Picked too early", "Amounts differ"]
    cause = lot_page(recalled(), EN).points[2]
    assert cause.message == "harvested 2026-11-07, earliest 2026-11-12"
    assert cause.note == "Since 2026-11-11 00:40 UTC+8, by Harbour Fresh Ltd"


def test_findings_that_hold_the_lot_come_before_those_that_do_not() -> None:
    holds = [point.holds for point in lot_page(replace(outside(), holds=()), EN).points]

    assert holds == sorted(holds, reverse=True)


def test_an_unknown_finding_is_shown_as_a_check_that_does_not_hold() -> None:
    assert "A check does not hold" in [point.title for point in lot_page(outside(), EN).points]


def test_an_unknown_state_is_never_shown_as_good() -> None:
    banner = lot_page(replace(good(), state="brand_new_state"), EN).banner

    assert (banner.tone, banner.word) == ("grey", "State unknown")


def test_who_signed_is_counted_by_party_and_key_custody() -> None:
    assert lot_page(good(), EN).proof.recorders == (
        ("Green Ridge Cooperative", "6 steps, with a key that this platform keeps for it"),
        ("Green Ridge Cooperative", "2 steps, with its own key"),
        ("Harbour Fresh Ltd", "3 steps, with its own key"),
    )


def test_a_key_that_was_ended_since_is_said_to_be_without_accusing_anybody() -> None:
    told = good()
    ended = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    first, *others = told.journey
    revoked = replace(told, journey=(replace(first, key_ended_at=ended), *others))
    replaced = replace(told, journey=(replace(first, key_ended_at=ended, key_replaced=True), *others))

    english = dict(lot_page(revoked, EN).proof.recorders[:1])
    chinese = lot_page(revoked, ZH).proof.recorders[0][1]

    assert english == {
        "Green Ridge Cooperative": "1 step, with a key that this platform keeps for it; "
        "this key was revoked on 2026-11-27, what it signed before stands"
    }
    assert chinese.endswith("；该密钥已于 2026-11-27 吊销，此前的签名仍然有效")
    assert (
        "a new key took the place of this one on 2026-11-27" in lot_page(replaced, EN).proof.recorders[0][1]
    )


def test_a_lot_that_is_not_sequenced_yet_is_not_said_to_be_on_the_log() -> None:
    assert not lot_page(unrecorded(), EN).proof.on_log


def test_the_list_beside_the_map_names_every_lot_with_its_distance_and_state() -> None:
    page = lot_page(recalled(), ZH)

    assert [(row.distance, row.state) for row in page.came_of_it] == [
        ("1 步", "已召回"),
        ("1 步", "暂停流通"),
    ]
    assert [row.href is None for row in page.came_from] == [False, True]


def test_newest_is_said_as_of_an_entry_and_never_more() -> None:
    proof = good().proof
    assert proof.newest_index is not None
    at = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)

    def newest(heads: HeadsState | None, book: Phrasebook = EN) -> str:
        return lot_page(replace(good(), proof=replace(proof, heads=heads)), book).proof.newest

    index = proof.newest_index
    assert newest(None) == "That nothing newer about it is on the log is not shown yet."
    assert newest(HeadsState(index + 3, at, index + 2)) == (
        f"Newest as of entry {index + 1}, as entry {index + 3} states, recorded 2026-11-23 08:40 UTC."
    )
    assert newest(HeadsState(index + 1, at, index)).startswith(
        f"It came after entry {index - 1}, up to which entry"
    )
    assert "为最新" in newest(HeadsState(index + 3, at, index + 2), ZH)


def test_papers_of_the_suppliers_are_said_as_they_stood_when_the_lot_began() -> None:
    farm = good().journey[0].recorded_by
    at = datetime(2026, 6, 1, 8, tzinfo=UTC)
    organic = PaperThen(farm, at, "organic_certificate", "123OP2600001", date(2026, 1, 1), date(2026, 12, 31))
    contract = PaperThen(farm, at, "land_contract", None, date(2026, 1, 1), None)
    story = replace(good(), papers=(organic, contract))

    said = lot_page(story, EN).papers

    assert said[0].endswith(
        "was certified on 2026-06-01: Organic certificate 123OP2600001, valid 2026-01-01 to 2026-12-31."
    )
    assert said[1].endswith("was certified on 2026-06-01: Land contract, valid from 2026-01-01.")
    assert "有机产品认证证书" in lot_page(story, ZH).papers[0]
