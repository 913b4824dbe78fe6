"""The pages by which operators run notices: what has not got through, leads, holidays."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lotproof.notices.delivery import Channel
from lotproof.notices.leads import leads
from lotproof.notices.outbox import send_due
from lotproof.notices.senders import RefusedByReceiverError
from lotproof.people.models import Deed
from lotproof.people.roles import Role
from lotproof_web.words.notices import REASONS
from support.forms import submit, token_on
from support.notices import URL, Hand, leaving, told
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.world import FARM, OPERATOR, World

HOLIDAYS = "/notices/running/holidays"
PAGES = ("/notices/running", "/notices/running/undelivered", "/notices/running/leads", HOLIDAYS)


@pytest.fixture
def operator(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR))


def deeds(world: World) -> list[str]:
    with world.read() as db:
        return list(db.execute(select(Deed.act).order_by(Deed.id)).scalars())


def failed(world: World, count: int = 1) -> None:
    """So many mails that a receiver refused."""
    told(world, *(person(world, f"P{n}", FARM.party_uri, Role.SUPPLIER) for n in range(count)))
    hand = Hand(fails=[RefusedByReceiverError("550 <b>no such user</b>") for _ in range(count)])
    send_due(world.log.engine, {Channel.MAIL: hand}, world.clock, URL)


@pytest.mark.parametrize("path", PAGES)
def test_only_operators_see_these_pages(
    world: World, served: Served, operator: FlaskClient, path: str
) -> None:
    reviewer = browser_of(
        world, served, person(world, "Rui", OPERATOR.party_uri, Role.REVIEWER, Role.AUDITOR)
    )
    failed(world, 30)

    with counted(world.log.engine) as sent:
        assert operator.get(path).status_code == 200

    assert len(sent) <= 9, sent
    assert reviewer.get(path).status_code == 403
    token = token_on(reviewer.get("/tasks"))
    for to in ("/notices/running/undelivered", "/notices/running/leads", "/notices/running/leads/end",
               HOLIDAYS, f"{HOLIDAYS}/import", f"{HOLIDAYS}/take-back"):  # fmt: skip
        assert reviewer.post(to, data={"csrf_token": token}).status_code == 403


def test_what_is_set_up_and_what_is_not_is_said(operator: FlaskClient, world: World) -> None:
    failed(world, 2)

    page = operator.get("/notices/running?lang=en").text

    assert page.count("Not set up") == 2
    assert "<dt>Not sent</dt><dd>2</dd>" in page
    assert "Those of 2027 have to be entered." in page
    assert 'href="/notices/running" aria-current="page"' in page


def test_failed_mails_are_listed_without_addresses_and_sent_again(
    operator: FlaskClient, world: World
) -> None:
    failed(world, 3)
    page = operator.get("/notices/running/undelivered?lang=en").text

    assert "550 &lt;b&gt;no such user&lt;/b&gt;" in page
    assert "P1" in page
    assert "example.org" not in page

    first = leaving(world)[0].id
    submit(operator, "/notices/running/undelivered", id=[str(first), "x", "9" * 30])
    assert sorted(row.state for row in leaving(world)) == ["failed", "failed", "waiting"]
    submit(operator, "/notices/running/undelivered", all="yes")
    assert {row.state for row in leaving(world)} == {"waiting"}
    assert deeds(world) == ["retry_mails"] * 2


def test_leads_are_named_and_ended(operator: FlaskClient, world: World) -> None:
    rui = person(world, "Rui", OPERATOR.party_uri, Role.REVIEWER)

    for party in ("", "9520000000011"):
        answer = submit(
            operator, "/notices/running/leads", role="reviewer", party=party, address="rui@example.org"
        )
        assert answer.status_code == 303
    with world.read() as db:
        assert [(one.party, one.account) for one in leads(db)] == [("", rui), (FARM.party_uri, rui)]
    assert "9520000000011" in operator.get("/notices/running/leads").text

    submit(
        operator,
        "/notices/running/leads",
        "/notices/running/leads/end",
        role="reviewer",
        party=FARM.party_uri,
    )
    with world.read() as db:
        assert [one.party for one in leads(db)] == [""]
    assert deeds(world) == ["name_lead", "name_lead", "end_lead"]


@pytest.mark.parametrize(
    ("field", "value"), [("role", "emperor"), ("party", "9520000000012"), ("address", "nobody@example.org")]
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(
    operator: FlaskClient, field: str, value: str
) -> None:
    typed = {"role": "reviewer", "party": "9520000000011", "address": "olga@example.org", field: value}

    answer = submit(operator, "/notices/running/leads?lang=en", "/notices/running/leads", **typed)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert typed["party"] in answer.text
    assert field == "party" or any(reason in answer.text for reason in REASONS)


def test_days_are_entered_imported_and_taken_back(operator: FlaskClient) -> None:
    assert "Nothing is known of 2027" in operator.get(f"{HOLIDAYS}?year=2027&lang=en").text
    assert "国庆节" in operator.get(f"{HOLIDAYS}?year=2026").text

    added = submit(operator, HOLIDAYS, day="2027-01-01", name="元旦", is_working="no")
    assert added.headers["Location"] == f"{HOLIDAYS}?year=2027"
    file = (BytesIO("day,name,is_working\n2027-01-03,元旦,班\n".encode()), "days.csv")
    token = token_on(operator.get(HOLIDAYS))
    brought = operator.post(f"{HOLIDAYS}/import", data={"csrf_token": token, "file": file})
    assert brought.status_code == 303

    page = operator.get(f"{HOLIDAYS}?year=2027&lang=en").text
    assert page.count("元旦") == 2
    assert "worked instead" in page
    assert "2027-01-03,元旦,班" in operator.get(f"{HOLIDAYS}?format=csv").text
    submit(operator, HOLIDAYS, f"{HOLIDAYS}/take-back", day="2027-01-01")
    assert operator.get(f"{HOLIDAYS}?year=2027").text.count("元旦") == 1


@pytest.mark.parametrize(
    ("day", "name", "working", "field"),
    [
        ("2027-13-01", "x", "no", "day"),
        ("2027-01-01", "", "no", "name"),
        ("2027-01-01", "x", "", "is_working"),
    ],
)
def test_a_day_that_is_none_is_refused(
    operator: FlaskClient, day: str, name: str, working: str, field: str
) -> None:
    answer = submit(operator, HOLIDAYS, day=day, name=name, is_working=working)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"day,name\n", b"day,name,is_working\nx,y,z\n"])
def test_a_file_that_cannot_be_read_enters_nothing(operator: FlaskClient, content: bytes) -> None:
    token = token_on(operator.get(HOLIDAYS))

    answer = operator.post(
        f"{HOLIDAYS}/import", data={"csrf_token": token, "file": (BytesIO(content), "days.csv")}
    )

    assert answer.status_code == 422
    assert 'href="#f-file"' in answer.text
    assert submit(operator, HOLIDAYS, f"{HOLIDAYS}/import").status_code == 422
    assert submit(operator, HOLIDAYS, f"{HOLIDAYS}/take-back", day="x").status_code == 422
