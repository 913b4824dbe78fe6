"""What people are told of their accounts, and what their tasks say."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lotproof.notices.models import Notice
from lotproof.people.roles import Role
from support.entrance import PHONE
from support.forms import submit
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.visiting import Visiting
from support.world import FARM, World


@pytest.fixture
def owner(world: World, served: Served) -> FlaskClient:
    return browser_of(world, served, person(world, "Owner", FARM.party_uri, Role.OWNER))


def told(world: World) -> list[str]:
    with world.read() as db:
        return list(db.execute(select(Notice.kind).order_by(Notice.id)).scalars())


def test_an_unknown_browser_and_a_new_password_are_told_of(visiting: Visiting, world: World) -> None:
    visiting.register()
    visiting.sign_in()
    assert told(world) == []
    other = Visiting(visiting.served)
    other.client.environ_base["HTTP_USER_AGENT"] = "Another browser"

    other.sign_in()
    visiting.submit("/account/password", password="another green apple")

    assert told(world) == ["signed_in_new", "password_changed"]


def test_who_has_an_account_finds_the_invitation_among_her_tasks(
    owner: FlaskClient, visiting: Visiting, world: World
) -> None:
    visiting.register()
    submit(owner, "/organisation/invite", contact=PHONE, roles="supplier")

    tasks = visiting.client.get("/tasks").text

    assert "Answer the invitation" in tasks
    link = re.search(r"/invitation/own/\d+", tasks)
    assert link
    assert visiting.submit(link[0]).location == "/organisation/"
    assert told(world) == ["invited"]
    assert "Answer the invitation" not in visiting.client.get("/tasks").text


def test_an_invitation_to_somebody_else_is_not_there(owner: FlaskClient, visiting: Visiting) -> None:
    visiting.register()
    submit(owner, "/organisation/invite", contact="ann@example.org", roles="supplier")

    assert visiting.client.get("/invitation/own/1").status_code == 404
    assert "Answer the invitation" not in visiting.client.get("/tasks").text


def test_who_belongs_to_no_organisation_is_asked_to_register_one(visiting: Visiting) -> None:
    visiting.register()

    assert "Register your organisation, or join one" in visiting.client.get("/tasks").text


def test_a_member_is_told_of_other_roles_and_of_her_removal(owner: FlaskClient, world: World) -> None:
    person(world, "Worker", FARM.party_uri, Role.SUPPLIER)
    member = re.findall(r"/organisation/members/(\d+)\"", owner.get("/organisation/").text)[-1]

    submit(owner, f"/organisation/members/{member}", roles="carrier")
    submit(owner, "/organisation/", to=f"/organisation/members/{member}/remove")

    assert told(world) == ["roles_changed", "removed"]


def test_the_audit_page_asks_the_same_of_the_database_whatever_acts_there_are(
    world: World, served: Served
) -> None:
    from lotproof.people.deeds import note
    from lotproof.storage.engine import writing

    auditor = browser_of(world, served, person(world, "Aud", world.log.operator, Role.AUDITOR))
    with writing(world.log.engine) as db:
        for number in range(40):
            note(db, None, world.clock.now, f"act_{number:02d}")
    auditor.get("/audit")
    with counted(world.log.engine) as statements:
        page = auditor.get("/audit?person=aud")

    assert "act_39" in page.text
    assert len(statements) <= 12
