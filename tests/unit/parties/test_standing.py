"""Standing at an instant: the time of the act decides, and nothing that comes later changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lotproof.parties.document_types import UNIFIED
from lotproof.parties.requirements import ANY, KINDS, Requirement, requirement_of
from lotproof.parties.standing import judge
from lotproof.parties.validity import Held, State, held_of
from lotproof.people.roles import OrganisationKind

CHINA = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 6, 1, 12, tzinfo=CHINA)
ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
HOURS = st.integers(min_value=-10_000, max_value=10_000).map(lambda hours: NOON + timedelta(hours=hours))


def paper(document_type: str = "organic_certificate", number: str = "123OP2600001", **more: object) -> Held:
    body = {
        "party": "https://id.gs1.org/417/9520000000011", "document_type": document_type, "number": number,
        "valid_from": "2026-01-01", "valid_to": "2026-12-31", "approved_at": "2026-01-10T00:00:00Z",
    }  # fmt: skip
    return held_of(ID, body | more)


def asked(
    *papers: tuple[str, ...], category: str = ANY, kind: str = ANY, since: str = "2026-01-01"
) -> Requirement:
    body = {"role": "supplier", "category": category, "kind": kind, "valid_from": since, "papers": papers}
    return requirement_of(f"supplier/{category}/{kind}/{since}", body)


def test_the_kinds_are_those_of_organisations() -> None:
    assert set(KINDS) == set(OrganisationKind)


def test_nothing_asked_for_is_not_recorded_and_not_allowed() -> None:
    assert judge([], [], "supplier", "fruit", "company", NOON).answer == "not_recorded"
    other = [asked(("business_licence",), category="tea"), asked(("business_licence",), kind="cooperative")]
    assert judge(other, [], "supplier", "fruit", "company", NOON).answer == "not_recorded"
    assert judge(other, [], "carrier", "tea", "company", NOON).answer == "not_recorded"


def test_a_missing_paper_is_named_with_its_alternatives() -> None:
    found = judge(
        [asked(("organic_certificate", "green_food_certificate"))], [], "supplier", None, None, NOON
    )

    assert (found.answer, found.code) == ("refused", "qualification_missing")
    assert "organic certificate" in found.because
    assert "green food certificate" in found.because
    assert "/qualification" in found.hint


def test_the_last_day_counts_and_the_next_one_does_not() -> None:
    wanted = [asked(("organic_certificate",))]
    last = datetime(2026, 12, 31, 23, 59, 59, tzinfo=CHINA)

    assert judge(wanted, [paper()], "supplier", None, None, last).answer == "allowed"
    after = judge(wanted, [paper()], "supplier", None, None, last + timedelta(seconds=1))
    assert (after.code, "ended on 2026-12-31" in after.because) == ("qualification_expired", True)
    assert judge(wanted, [paper()], "supplier", None, None, last.astimezone(UTC)).answer == "allowed"


def test_what_was_not_approved_yet_does_not_count() -> None:
    before = datetime(2026, 1, 9, 23, tzinfo=UTC)
    assert judge([asked(("organic_certificate",))], [paper()], "supplier", None, None, before).code == (
        "qualification_not_yet_valid"
    )


def test_a_suspension_stops_for_as_long_as_it_lasts_and_a_revocation_for_ever() -> None:
    held = paper(
        suspended=[["2026-05-01T00:00:00Z", "2026-05-10T00:00:00Z"]], revoked_at="2026-08-01T00:00:00Z"
    )
    states = [held.state(datetime(2026, month, day, tzinfo=UTC))[0]
              for month, day in ((4, 30), (5, 1), (5, 9), (5, 10), (7, 31), (8, 1), (12, 1))]  # fmt: skip
    valid, stopped, ended = State.VALID, State.SUSPENDED, State.REVOKED
    assert states == [valid, stopped, stopped, valid, valid, ended, ended]


def test_of_two_papers_the_one_that_counts_is_taken() -> None:
    old = paper(valid_from="2025-01-01", valid_to="2025-12-31")
    wanted = [asked(("organic_certificate",))]
    assert judge(wanted, [old, paper()], "supplier", None, None, NOON).answer == "allowed"
    assert judge(wanted, [old], "supplier", None, None, NOON).code == "qualification_expired"


def test_a_paper_for_other_products_does_not_count_where_the_category_asks() -> None:
    tea = paper(scope=["tea"])
    by_category = [asked(("organic_certificate",), category="fruit")]
    assert judge(by_category, [tea], "supplier", "fruit", None, NOON).code == "qualification_missing"
    assert (
        judge([asked(("organic_certificate",))], [tea], "supplier", "fruit", None, NOON).answer == "allowed"
    )
    assert (
        judge(by_category, [paper(scope=["tea", "fruit"])], "supplier", "fruit", None, NOON).answer
        == "allowed"
    )


def test_the_unified_code_is_enough_for_the_old_papers() -> None:
    wanted = [asked(("business_licence",), ("tax_registration",), ("organisation_code",))]
    licence = paper("business_licence", "91110000600037341L", stands_for=sorted(UNIFIED))
    assert judge(wanted, [licence], "supplier", None, None, NOON).answer == "allowed"
    old = paper("business_licence", "110108000000016")
    assert judge(wanted, [old], "supplier", None, None, NOON).code == "qualification_missing"


def test_an_edition_holds_from_its_day_and_the_one_before_until_then() -> None:
    editions = [asked(("business_licence",)), asked(since="2026-06-01")]
    before = datetime(2026, 5, 31, 23, 59, tzinfo=CHINA)
    assert judge(editions, [], "supplier", None, None, before).code == "qualification_missing"
    assert judge(editions, [], "supplier", None, None, NOON).answer == "allowed"


@given(at=HOURS, revoked=HOURS, start=HOURS, length=st.integers(min_value=0, max_value=5000))
def test_what_is_decided_later_never_changes_an_answer(
    at: datetime, revoked: datetime, start: datetime, length: int
) -> None:
    plain = paper()
    end = start + timedelta(hours=length)
    decided = paper(suspended=[[start.isoformat(), end.isoformat()]], revoked_at=revoked.isoformat())

    if at < min(start, revoked):
        assert decided.state(at) == plain.state(at)
    if at >= revoked:
        assert decided.state(at)[0] is State.REVOKED
    elif start <= at < end and plain.state(at)[0] is State.VALID:
        assert decided.state(at)[0] is State.SUSPENDED


@given(at=HOURS, papers=st.lists(st.sampled_from(["2025-06-30", "2026-06-30", "2026-12-31"]), max_size=4))
def test_more_papers_never_make_it_worse(at: datetime, papers: list[str]) -> None:
    held = [paper(valid_from="2025-01-01", valid_to=end) for end in papers]
    wanted = [asked(("organic_certificate",))]
    answers = [judge(wanted, held[:n], "supplier", None, None, at).is_refused for n in range(len(held) + 1)]
    assert answers == sorted(answers, reverse=True)
