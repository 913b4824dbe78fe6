"""Applying and reviewing in a browser without scripts: from the first photo to the decision and what it allows."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lotproof.parties.qualified import standing
from lotproof.people.roles import Role
from lotproof.suppliers.models import Application
from support.applying import asked, document, farmer, reviewer, submitted
from support.forms import submit, token_on
from support.papers import photo, work
from support.people import COOKIE, browser_of, person, token_of
from support.served import Served
from support.statements import counted
from support.world import FARM, OPERATOR, PACKER, World, check_ledger

MOST_STATEMENTS = 12
PAPER = {
    "document_type": "organic_certificate", "number": "123OP2600001", "issuer": "A certifier",
    "valid_from": "2026-01-01", "valid_to": "2026-12-31",
}  # fmt: skip


@pytest.fixture
def owner(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Li Na", FARM.party_uri, Role.OWNER, Role.SUPPLIER))


@pytest.fixture
def decider(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Rae", OPERATOR.party_uri, Role.REVIEWER))


@pytest.fixture
def operator(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR))


def rows(world: World) -> Any:
    with world.read() as db:
        return db.execute(select(Application.__table__)).all()


def begin(client: FlaskClient) -> str:
    answer = submit(client, "/qualification/", "/qualification/start", role="supplier", category="*")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def hand_in(client: FlaskClient, application: str, **changes: Any) -> Any:
    fields = {**PAPER, "file": (io.BytesIO(photo()), "证书.jpg")} | changes
    return submit(client, f"{application}/add", **fields)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"valid_to": "9999-12-31"}, "Its last day cannot be right"),
        ({"valid_from": "0001-01-01"}, "Its first day cannot be right"),
        ({"valid_from": "2027-01-01"}, "It ends before it begins"),
    ],
)
def test_days_that_cannot_be_are_said_and_the_application_goes_on(
    world: World, owner: FlaskClient, decider: FlaskClient, days: dict[str, str], said: str
) -> None:
    asked(world)
    application = begin(owner)

    assert hand_in(owner, application, **days).status_code == 303

    page = owner.get(f"{application}?lang=en")
    assert page.status_code == 200
    assert said in page.text
    assert submit(owner, application, f"{application}/submit").status_code == 422


def test_a_reviewer_cannot_correct_a_day_to_what_cannot_be(
    world: World, owner: FlaskClient, decider: FlaskClient
) -> None:
    id = submitted(world, farmer(world)).rpartition(":")[2]
    paper = re.search(rf"/review/{id}/papers/(\d+)", decider.get(f"/review/{id}").text)
    assert paper

    submit(decider, f"/review/{id}", paper[0], **{**PAPER, "valid_to": "9999-12-31"})

    assert decider.get(f"/review/{id}").status_code == 200
    refused = submit(decider, f"/review/{id}/approve", version=rows(world)[0].version)
    assert refused.status_code == 422


@pytest.mark.parametrize("version", ["99999999999999999999999", "-99999999999999999999999", "x"])
def test_a_version_of_no_application_decides_nothing(
    world: World, decider: FlaskClient, version: str
) -> None:
    id = submitted(world, farmer(world)).rpartition(":")[2]

    late = submit(decider, f"/review/{id}/reject", version=version, reason="not what it says")

    assert late.status_code == 409


def test_a_farm_applies_and_is_approved_and_may_begin_lots(
    world: World, served: Served, owner: FlaskClient, decider: FlaskClient
) -> None:
    asked(world)
    page = owner.get("/qualification/?lang=en").text
    assert "Organic certificate" in page
    assert "Missing" in page
    application = begin(owner)
    assert hand_in(owner, application).status_code == 303
    work(world)
    assert submit(owner, application, f"{application}/submit").status_code == 303
    id = application.rpartition("/")[2]

    queue = decider.get("/review/?lang=en").text
    assert f"/review/{id}" in queue
    seen = decider.get(f"/review/{id}?lang=en")
    assert "/page/1.jpg" in seen.text
    done = submit(decider, f"/review/{id}/approve", version=rows(world)[0].version)

    assert (done.status_code, done.headers["Location"]) == (303, "/review/")
    with world.read() as db:
        assert standing(db, FARM.party_uri, "supplier", None, world.clock.now).answer == "allowed"
    assert "Approved" in owner.get("/qualification/?lang=en").text
    check_ledger(world)


def test_everything_that_is_lacking_is_said_with_a_link_to_where_it_is_mended(
    world: World, owner: FlaskClient
) -> None:
    asked(world, "supplier", "organic_certificate", "business_licence")
    application = begin(owner)
    hand_in(owner, application, number="OP1", valid_from="2026-05-01", valid_to="2026-04-01")

    answer = submit(owner, application, f"{application}/submit")

    assert answer.status_code == 422
    for text in ("cannot be right", "It ends before it begins", "/add?type=business_licence"):
        assert text in answer.text
    assert rows(world)[0].state == "draft"


def test_what_was_typed_stays_when_a_day_or_a_file_is_wrong(owner: FlaskClient) -> None:
    application = begin(owner)

    answer = hand_in(owner, application, valid_from="soon", issuer="The certifier of X")

    assert answer.status_code == 422
    assert "The certifier of X" in answer.text
    assert "Write the day as" in answer.text
    bad = hand_in(owner, application, file=(io.BytesIO(b"MZ" + bytes(200)), "licence.pdf"))
    assert bad.status_code == 422
    assert 'id="f-file-error"' in bad.text


def test_a_draft_of_one_paper_is_not_filled_into_another(owner: FlaskClient) -> None:
    application = begin(owner)
    key = f"/drafts/paper-of-{application.rpartition('/')[2]}"
    submit(owner, f"{application}/add", key, document_type="business_licence", issuer="The office of X")

    assert "The office of X" in owner.get(f"{application}/add?type=business_licence").text
    assert "The office of X" in owner.get(f"{application}/add").text
    assert "The office of X" not in owner.get(f"{application}/add?type=organic_certificate").text


def test_what_ended_never_looks_approved(world: World, owner: FlaskClient, decider: FlaskClient) -> None:
    who = farmer(world)
    id = submitted(world, who).rpartition(":")[2]
    submit(decider, f"/review/{id}/approve", version=rows(world)[0].version)
    world.clock.advance(timedelta(days=400))
    late = browser_again(world, owner)

    page = late.get("/qualification/?lang=en").text
    papers = page[page.index("Papers on record") : page.index("Applications")]

    assert "Expired" in papers
    assert "Approved" not in papers


def browser_again(world: World, client: FlaskClient) -> FlaskClient:
    """A session that began now: the old one is over after a year."""
    client.set_cookie(
        COOKIE, token_of(world, person(world, "Li Na again", FARM.party_uri, Role.OWNER, Role.SUPPLIER))
    )
    return client


def test_another_s_application_is_not_there(world: World, served: Served, owner: FlaskClient) -> None:
    application = begin(owner)
    stranger = browser_of(world, served, person(world, "Stranger", PACKER.party_uri, Role.OWNER))

    assert stranger.get(application).status_code == 404
    assert stranger.get("/qualification/00000000-0000-4000-8000-000000000000").status_code == 404
    assert stranger.get("/review/").status_code == 403
    assert stranger.get("/suppliers/").status_code == 403


def test_a_correction_and_a_question_are_kept_in_the_history(
    world: World, owner: FlaskClient, decider: FlaskClient
) -> None:
    id = submitted(world, farmer(world)).rpartition(":")[2]
    page = decider.get(f"/review/{id}?lang=en")
    paper = page.text.partition(f"/review/{id}/papers/")[2].partition('"')[0]

    fields = {
        "number": "123OP2600002",
        "issuer": "A certifier",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    assert submit(decider, f"/review/{id}", f"/review/{id}/papers/{paper}", **fields).status_code == 303
    said = submit(
        decider,
        f"/review/{id}",
        f"/review/{id}/more",
        version=rows(world)[0].version,
        reason="A clearer photo",
    )

    assert said.status_code == 303
    told = owner.get(f"/qualification/{id}?lang=en").text
    assert "A clearer photo" in told
    assert "123OP2600001 became 123OP2600002" in told
    assert "Rae" not in told


def test_who_comes_second_is_told_what_became_of_it(
    world: World, served: Served, decider: FlaskClient
) -> None:
    id = submitted(world, farmer(world)).rpartition(":")[2]
    other = browser_of(world, served, person(world, "Ren", OPERATOR.party_uri, Role.REVIEWER))
    version = rows(world)[0].version
    submit(decider, f"/review/{id}/reject", version=version, reason="It is somebody else's")

    token = token_on(other.get(f"/review/{id}/approve"))
    late = other.post(f"/review/{id}/approve", data={"csrf_token": token, "version": version})

    assert late.status_code == 409
    assert "Rae" in late.text


def test_a_decision_asks_for_the_password_when_the_last_proof_is_old(
    world: World, decider: FlaskClient
) -> None:
    id = submitted(world, farmer(world)).rpartition(":")[2]
    world.clock.advance(timedelta(minutes=20))

    page = decider.get(f"/review/{id}/approve?lang=en")
    refused = submit(
        decider, f"/review/{id}/approve", version=rows(world)[0].version, password="wrong password"
    )

    assert 'name="password"' in page.text
    assert refused.status_code == 422
    assert rows(world)[0].state == "submitted"


def test_suppliers_are_found_and_a_paper_is_suspended(world: World, decider: FlaskClient) -> None:
    asked(world)
    id = submitted(world, farmer(world)).rpartition(":")[2]
    submit(decider, f"/review/{id}/approve", version=rows(world)[0].version)
    found = decider.get("/suppliers/?q=farm&state=approved&lang=en").text
    assert f"/suppliers/{FARM.digits}" in found
    assert "Nothing found" in decider.get("/suppliers/?state=expired&lang=en").text
    assert "Farm" in decider.get("/suppliers/?format=csv").text

    page = decider.get(f"/suppliers/{FARM.digits}?lang=en").text
    paper = page.partition("/suppliers/papers/suspend/")[2].partition('"')[0]
    done = submit(decider, f"/suppliers/papers/suspend/{paper}", reason="The field was visited")

    assert done.status_code == 303
    assert "Suspended" in decider.get(f"/suppliers/{FARM.digits}?lang=en").text
    with world.read() as db:
        assert (
            standing(db, FARM.party_uri, "supplier", None, world.clock.now).code == "qualification_suspended"
        )
    check_ledger(world)


def test_a_note_needs_its_source(world: World, decider: FlaskClient) -> None:
    submitted(world, farmer(world))
    here = f"/suppliers/{FARM.digits}"

    assert submit(decider, here, f"{here}/notes", source="", text="late twice").status_code == 422
    assert submit(decider, here, f"{here}/notes", source="the buyer", text="late twice").status_code == 303
    assert "late twice" in decider.get(here).text


def test_an_operator_asks_for_papers_from_a_day_on(
    world: World, operator: FlaskClient, decider: FlaskClient
) -> None:
    wrong = submit(
        operator, "/requirements/", role="supplier", kind="*", valid_from="soon", papers="food_licence"
    )
    done = submit(
        operator, "/requirements/", role="supplier", kind="*", category="fruit", valid_from="2027-01-01",
        papers=["business_licence|household_proof", "food_licence"],
    )  # fmt: skip

    assert (wrong.status_code, done.status_code) == (422, 303)
    page = decider.get("/requirements/?lang=en").text
    assert "Business licence or Proof of a farm household" in page
    assert "A new edition" not in page
    check_ledger(world)


def test_staff_enters_a_farm_and_hands_it_over_by_a_link_that_works_once(
    world: World, served: Served, operator: FlaskClient
) -> None:
    facts = {"kind": "farm_household", "name": "王小农", "gln": "9520000000059", "role": "supplier"}
    began = submit(operator, "/suppliers/new", **facts)
    assert began.status_code == 303, began.text
    again = submit(operator, "/suppliers/new", **facts)
    assert again.status_code != 303
    here = began.headers["Location"]
    shown = submit(operator, here, here.replace("/qualification/", "/suppliers/hand-over/"))
    link = shown.text.partition("<figcaption>")[2].partition("</figcaption>")[0]
    path = "/" + link.partition("://")[2].partition("/")[2]
    comer = browser_of(world, served, person(world, "Wang", None))

    assert comer.get(here).status_code in (403, 404)
    taken = submit(comer, path)
    assert (taken.status_code, taken.headers["Location"]) == (303, here)
    assert comer.get(here).status_code == 200
    assert comer.get(path).status_code == 404
    owned = submit(operator, here, here.replace("/qualification/", "/suppliers/hand-over/"))
    assert owned.status_code == 409
    check_ledger(world)


@pytest.mark.parametrize("path", ["/qualification/", "/qualification/{id}", "/qualification/{id}/add"])
def test_pages_of_applicants_take_few_statements(world: World, owner: FlaskClient, path: str) -> None:
    asked(world)
    id = begin(owner).rpartition("/")[2]
    with counted(world.log.engine) as sent:
        assert owner.get(path.format(id=id)).status_code == 200
    assert len(sent) <= MOST_STATEMENTS, sent


@pytest.mark.parametrize(
    "path",
    [
        "/review/",
        "/review/{id}",
        "/review/{id}/approve",
        "/suppliers/",
        f"/suppliers/{FARM.digits}",
        "/requirements/",
    ],
)
def test_pages_of_staff_take_few_statements(world: World, decider: FlaskClient, path: str) -> None:
    asked(world)
    id = submitted(world, farmer(world)).rpartition(":")[2]
    with counted(world.log.engine) as sent:
        assert decider.get(path.format(id=id)).status_code == 200
    assert len(sent) <= MOST_STATEMENTS, sent


def test_the_tasks_page_leads_applicants_and_reviewers_on(
    world: World, owner: FlaskClient, decider: FlaskClient
) -> None:
    begin(owner)
    assert "Finish your application" in owner.get("/tasks?lang=en").text
    document(world, "unused")
    id = rows(world)[0].id
    who = reviewer(world, "Nobody")
    assert who.account is not None
    assert id.rpartition(":")[2] not in decider.get("/tasks?lang=en").text
