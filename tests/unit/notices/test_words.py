"""Every kind of notice has words, in every language, with the same holes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from lotproof.notices.filling import detail_of, filled, filled_code
from lotproof.notices.kinds import KINDS
from lotproof.notices.words import CODE, DEADLINES, DIGEST, LANGUAGES, LETTER, WORDS, Words, holes

AT = datetime(2026, 6, 1, 8, 5, tzinfo=UTC)
CHINA = ZoneInfo("Asia/Shanghai")
EVERY = {**WORDS, "code": CODE, "digest": DIGEST}


def test_every_kind_has_words_and_no_words_lack_a_kind() -> None:
    assert WORDS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_a_kind_says_the_same_in_every_language(kind: str) -> None:
    said = EVERY[kind]

    assert tuple(said) == LANGUAGES
    assert len({holes(words) for words in said.values()}) == 1
    assert all(words.title.strip() and words.text.strip() for words in said.values())
    assert not any("\n" in words.title for words in said.values())
    assert len({words.text for words in said.values()}) == len(LANGUAGES)


@pytest.mark.parametrize("kind", sorted(DEADLINES))
def test_a_deadline_says_what_is_to_be_done_in_every_language(kind: str) -> None:
    said = DEADLINES[kind]

    assert tuple(said) == LANGUAGES
    assert {holes(Words(task, "")) for task in said.values()} == {frozenset({"name"})}


def test_what_stands_around_a_mail_is_there_in_every_language() -> None:
    assert tuple(LETTER) == LANGUAGES
    assert len({frozenset(said) for said in LETTER.values()}) == 1


def test_times_are_shown_in_the_readers_zone_and_days_as_they_are() -> None:
    detail = detail_of({"party": "Farm", "document": "营业执照", "days": 7, "ends_on": date(2026, 6, 8)})

    ends = filled("qualification_ends", "en", detail, CHINA)
    changed = filled("password_changed", "zh_Hans", detail_of({"happened_at": AT}), CHINA)

    assert ends.title == "营业执照 ends in 7 days"
    assert "on 2026-06-08." in ends.text
    assert "2026-06-01 16:05" in changed.text


def test_a_deadline_says_its_task_in_the_readers_language() -> None:
    detail = detail_of({"deadline": "review", "name": "Farm {name}", "due_at": AT})

    assert filled("deadline_passed", "en", detail, CHINA).title == (
        "Overdue: decide over the application of Farm {name}"
    )
    assert filled("deadline_passed", "zh_Hant", detail, CHINA).title == "已逾期：審核Farm {name}的申請"


def test_what_people_wrote_is_never_read_as_a_hole() -> None:
    detail = detail_of({"lot": "{reason.__class__}", "reason": "{lot}"})

    said = filled("lot_held", "en", detail, CHINA)

    assert said.title == "Lot {reason.__class__} is held"
    assert said.text.endswith("The reason: {lot}")


def test_a_kind_of_a_later_release_and_a_missing_value_are_still_shown() -> None:
    assert filled("not_yet_invented", "en", {}, CHINA).title == "not_yet_invented"
    assert filled("lot_held", "de", {"lot": "A1"}, CHINA).text.endswith("The reason: –")


def test_a_code_is_told_with_the_time_until_which_it_is_good() -> None:
    said = filled_code("en", detail_of({"code": "123456", "until_at": AT}), CHINA)

    assert "123456" in said.text
    assert "2026-06-01 16:05" in said.text
    assert "123456" not in said.title


def test_only_plain_values_are_kept() -> None:
    assert detail_of({"kg": Decimal("1E+3"), "at": AT}) == {"kg": "1000", "at": "2026-06-01T08:05:00.000Z"}
    with pytest.raises(TypeError):
        detail_of({"who": object()})
    with pytest.raises(TypeError):
        detail_of({"yes": True})
