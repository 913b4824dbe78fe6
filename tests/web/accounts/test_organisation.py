"""The pages of an organisation: registering, members, invitations, keys, and acting for the right one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lotproof.people.roles import Role
from support.forms import submit
from support.people import browser_of, person
from support.served import Served, serve
from support.statements import counted
from support.visiting import Visiting
from support.world import FARM, PACKER, World, check_ledger

COMPANY = {
    "kind": "company",
    "name": "青山果业有限公司",
    "credit_code": "91110000600037341L",
    "work": "supplier",
}


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """With a range of numbers to give out."""
    return serve(world, tmp_path, gln_prefix="95200001")


@pytest.fixture
def owner(world: World, served: Served) -> FlaskClient:
    """The farm's owner."""
    return browser_of(world, served, person(world, "Owner", FARM.party_uri, Role.OWNER, Role.SUPPLIER))


def test_she_registers_her_company_and_acts_for_it(visiting: Visiting, world: World) -> None:
    visiting.register()
    assert visiting.client.get("/organisation/").location == "/organisation/register"

    done = visiting.submit("/organisation/register", **COMPANY)

    assert done.status_code == 303
    page = visiting.client.get("/organisation/")
    assert "青山果业有限公司" in page.text
    assert "91110000600037341L" in page.text
    check_ledger(world)


def test_a_wrong_credit_code_stands_at_its_field_and_what_was_typed_stays(visiting: Visiting) -> None:
    visiting.register()

    refused = visiting.submit("/organisation/register", **{**COMPANY, "credit_code": "91110000600037341M"})

    assert refused.status_code == 422
    assert "its check character is wrong" in refused.text
    assert "青山果业有限公司" in refused.text


def test_the_page_asks_the_database_little(owner: FlaskClient, world: World) -> None:
    for number in range(30):
        person(world, f"Worker {number}", FARM.party_uri, Role.SUPPLIER)
    owner.get("/organisation/")
    with counted(world.log.engine) as statements:
        assert owner.get("/organisation/").status_code == 200

    assert len(statements) <= 12


def test_a_member_is_invited_joins_by_the_link_and_acts_for_it(owner: FlaskClient, served: Served) -> None:
    made = submit(owner, "/organisation/invite", contact="ann@example.org", roles=["supplier", "warehouse"])
    link = re.search(r'href="[^"]*(/invitation/[^"]+)"', made.text)
    assert link
    guest = Visiting(served)
    assert guest.client.get(link[1]).location.startswith("/sign-in?next=/invitation/")
    guest.register("ann@example.org")

    joined = guest.submit(link[1])

    assert joined.location == "/organisation/"
    assert "Farm" in guest.client.get("/organisation/").text
    assert guest.client.get(link[1]).status_code == 404


def test_a_member_joins_by_the_code(owner: FlaskClient, served: Served) -> None:
    made = submit(owner, "/organisation/invite", contact="ann@example.org", roles="supplier")
    code = re.search(r"<code>([A-Z2-7]{4}-[A-Z2-7]{4})</code>", made.text)
    assert code
    guest = Visiting(served)
    guest.register("ann@example.org")

    assert guest.submit("/invitation", word="AAAA-AAAA").status_code == 404
    assert guest.submit("/invitation", word=code[1]).location == "/organisation/"


def test_an_invitation_that_was_taken_back_is_not_there(owner: FlaskClient, served: Served) -> None:
    made = submit(owner, "/organisation/invite", contact="ann@example.org", roles="supplier")
    link = re.search(r'href="[^"]*(/invitation/[^"]+)"', made.text)
    assert link
    revoke = re.search(r"/organisation/invitations/\d+/revoke", owner.get("/organisation/").text)
    assert revoke

    submit(owner, "/organisation/", to=revoke[0])

    guest = Visiting(served)
    guest.register("ann@example.org")
    assert guest.client.get(link[1]).status_code == 404


def test_nobody_is_invited_as_auditor(owner: FlaskClient) -> None:
    refused = submit(owner, "/organisation/invite", contact="ann@example.org", roles=["supplier", "auditor"])

    assert refused.status_code == 403


def test_a_worker_manages_nobody_and_sees_no_keys(world: World, served: Served) -> None:
    worker = browser_of(world, served, person(world, "Worker", FARM.party_uri, Role.SUPPLIER))

    page = worker.get("/organisation/")

    assert page.status_code == 200
    assert "/organisation/keys" not in page.text
    for path in (
        "/organisation/invite",
        "/organisation/keys/new",
        "/organisation/grant",
        "/organisation/members/1",
    ):
        assert worker.get(path).status_code == 403


def test_roles_are_changed_and_another_organisations_member_is_not_there(
    owner: FlaskClient, world: World
) -> None:
    person(world, "Worker", FARM.party_uri, Role.SUPPLIER)
    person(world, "Stranger", PACKER.party_uri, Role.SUPPLIER)
    _, worker = re.findall(r"/organisation/members/(\d+)\"", owner.get("/organisation/").text)

    assert submit(owner, f"/organisation/members/{worker}", roles=["carrier"]).status_code == 303

    assert "Carrier" in owner.get("/organisation/").text
    assert owner.get(f"/organisation/members/{int(worker) + 1}").status_code == 404


def test_a_page_that_was_shown_for_another_organisation_does_nothing(world: World, served: Served) -> None:
    account = person(world, "Both", FARM.party_uri, Role.OWNER)
    worker = person(world, "Worker", FARM.party_uri, Role.SUPPLIER)
    assert worker
    from lotproof.people.members import join
    from lotproof.storage.engine import writing

    with writing(world.log.engine) as db:
        join(db, account, PACKER.party_uri, [Role.OWNER], None, world.clock.now)
    both = browser_of(world, served, account)
    remove = re.search(r"/organisation/members/(\d+)/remove", both.get("/organisation/").text)
    assert remove
    submit(both, "/organisation/", to="/acting-for", party=PACKER.party_uri)

    refused = submit(both, "/organisation/", to=remove[0], for_party=FARM.party_uri)

    assert refused.status_code == 403
    assert "another organisation of yours" in refused.text


def test_every_form_says_whom_it_was_shown_for(world: World, served: Served) -> None:
    account = person(world, "Both", FARM.party_uri, Role.OWNER, Role.SUPPLIER)
    from lotproof.people.members import join
    from lotproof.storage.engine import writing

    with writing(world.log.engine) as db:
        join(db, account, PACKER.party_uri, [Role.OWNER, Role.SUPPLIER], None, world.clock.now)
    both = browser_of(world, served, account)
    forms = (
        "/organisation/close",
        "/organisation/keys/new",
        "/field/harvest",
        "/lotbook/holds/new",
        "/qualification/",
    )
    shown = {path: both.get(path).text for path in forms}
    submit(both, "/organisation/", to="/acting-for", party=PACKER.party_uri)

    for path, page in shown.items():
        found = re.findall(r'name="for_party" value="([^"]+)"', page)
        assert FARM.party_uri in found, path
        to = "/qualification/start" if path == "/qualification/" else path
        refused = submit(both, "/organisation/", to=to, for_party=FARM.party_uri, role="supplier")
        assert refused.status_code == 403, path
        assert "another organisation of yours" in refused.text

    assert (
        submit(
            both, "/organisation/", to="/acting-for", party=FARM.party_uri, for_party=FARM.party_uri
        ).status_code
        == 303
    )
    assert both.get("/organisation/close").status_code == 200


def test_a_key_is_shown_once_and_is_no_good_after_it_was_revoked(owner: FlaskClient, served: Served) -> None:
    made = submit(owner, "/organisation/keys/new", name="Scale", scopes="read")
    key = re.search(r"<code>(lp_[^<]+)</code>", made.text)
    assert key
    bearer = {"Authorization": f"Bearer {key[1]}"}
    assert served.client.get("/epcis/events", headers=bearer).status_code == 200
    page = owner.get("/organisation/").text
    assert key[1] not in page
    assert "never used" not in page

    revoke = re.search(r"/organisation/keys/\w+/revoke", page)
    assert revoke
    submit(owner, "/organisation/", to=revoke[0])

    assert served.client.get("/epcis/events", headers=bearer).status_code == 401


def test_only_an_operator_grants_and_not_to_herself(world: World, served: Served) -> None:
    operator = browser_of(world, served, person(world, "Op", world.log.operator, Role.OPERATOR, Role.OWNER))
    person(world, "Rev", world.log.operator, Role.SELLER_STAFF)
    gln = world.log.operator.rpartition("/")[2]

    done = submit(operator, "/organisation/grant", contact="rev@example.org", gln=gln, roles="reviewer")
    own = submit(operator, "/organisation/grant", contact="op@example.org", gln=gln, roles="auditor")

    assert done.status_code == 303
    assert own.status_code == 403
    assert "Reviewer" in operator.get("/organisation/").text


def test_the_last_owner_cannot_leave_but_may_close_it_alone(owner: FlaskClient) -> None:
    assert submit(owner, "/organisation/leave").status_code == 409

    assert submit(owner, "/organisation/close").status_code == 303
    assert owner.get("/organisation/").location == "/organisation/register"
