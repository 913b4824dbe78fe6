"""The pages of the field book and the lot book, as a browser asks for them."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from lotproof.kernel.identifiers import Gln, LotId
from lotproof.people.roles import Role
from support.books import owned_places
from support.forms import submit, token_on
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.world import (
    APPLES,
    CYCLE,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    SPRAY,
    World,
    check_ledger,
    lot,
    portion,
)

SPRAYED = {"cycle": CYCLE, "registration": SPRAY, "amount": "1.5", "unit": "LTR", "at": "2026-06-01T15:30"}
MOST_STATEMENTS = 12


def browser(world: World, served: Served, party: Gln, *roles: Role, name: str = "Lin Fang") -> FlaskClient:
    return browser_of(world, served, person(world, name, party.party_uri, *roles))


@pytest.fixture
def grower(world: World, served: Served) -> FlaskClient:
    owned_places(world)
    return browser(world, served, FARM, Role.SUPPLIER, Role.WAREHOUSE)


def test_spraying_with_last_values_then_a_harvest_too_early_is_refused_with_rule_and_way_out(
    world: World, grower: FlaskClient
) -> None:
    done = submit(grower, "/field/spray", **SPRAYED)
    assert done.status_code == 303
    receipt = grower.get(f"{done.headers['Location']}?lang=en")
    assert "Recorded and signed by your organisation." in receipt.text
    assert "Take it back" in receipt.text

    again = grower.get(f"/field/spray?cycle={CYCLE}")
    assert f'value="{SPRAY}"' in again.text
    assert 'value="1.5"' in again.text
    assert "Not before 2026-06-22" in again.text

    book = grower.get("/field/")
    assert "East slope" in book.text
    assert "Not before 2026-06-22" in book.text
    assert "in 21 days" in book.text

    world.later(days=2)
    early = {"cycle": CYCLE, "product": APPLES, "code": "H1", "amount": "10", "at": "2026-06-03T08:00"}
    refused = submit(grower, "/field/harvest", **early)
    assert refused.status_code == 409
    assert "Picked too early" in refused.text
    assert "first day 2026-06-22" in refused.text
    assert "Wait until the first day of harvest." in refused.text
    assert "/lotbook/rules#harvest_too_early" in refused.text
    assert 'value="H1"' in refused.text
    check_ledger(world)


def test_the_first_day_shows_before_anything_is_sent(world: World, grower: FlaskClient) -> None:
    submit(grower, "/field/spray", **SPRAYED)

    assert "from 2026-06-22" in grower.get("/field/harvest?lang=en").text
    asked = grower.get("/field/wait?lang=en&form=harvest&at=2026-06-03T08:00&cycle=" + quote(CYCLE))
    assert "Not before 2026-06-22" in asked.text
    allowed = grower.get("/field/wait?form=harvest&at=2026-06-22T08:00&cycle=" + quote(CYCLE))
    assert "May be harvested" in allowed.text
    treated = grower.get(
        f"/field/wait?form=spray&at=2026-07-01T08:00&registration={SPRAY}&cycle=" + quote(CYCLE)
    )
    assert "Not before 2026-07-22" in treated.text


def test_every_problem_stands_at_its_field_and_what_was_typed_is_kept(grower: FlaskClient) -> None:
    grower.get("/field/spray?lang=en")
    answer = submit(grower, "/field/spray", **{**SPRAYED, "amount": "two", "registration": ""})

    assert answer.status_code == 422
    assert 'href="#f-registration"' in answer.text
    assert 'href="#f-amount"' in answer.text
    assert "Write a number with a point, such as 12.5." in answer.text
    assert 'value="two"' in answer.text


def test_a_form_without_its_token_records_nothing(world: World, grower: FlaskClient) -> None:
    assert grower.post("/field/spray", data=SPRAYED).status_code == 400
    assert world.log.operator


PATHS = (
    "/field/", "/field/planting", "/field/spray", "/field/observation", "/field/harvest", "/field/own/place",
    "/field/own/product", "/field/own/device", "/field/season", "/lotbook/", "/lotbook/deliveries", "/lotbook/scan",
    "/lotbook/scan?for=shipping", "/lotbook/rules", "/lotbook/holds", "/lotbook/holds/new", "/lotbook/findings",
    "/lotbook/recalls", f"/lotbook/lot/{APPLES}/H0", "/lotbook/record/creation", "/lotbook/record/cooling",
    "/lotbook/record/packing", "/lotbook/record/split", "/lotbook/record/merge", "/lotbook/record/shipping",
    f"/lotbook/record/shipping?lot={APPLES}/H0", "/lotbook/record/receiving", "/lotbook/record/transport",
    "/lotbook/record/storage", "/lotbook/record/container", "/lotbook/record/unpacking", "/lotbook/record/sale",
    "/lotbook/record/return", "/lotbook/record/destruction", "/lotbook/record/loss", "/lotbook/record/count",
)  # fmt: skip


def test_every_page_costs_few_statements_with_many_lots(world: World, grower: FlaskClient) -> None:
    submit(grower, "/field/spray", **SPRAYED)
    world.later(days=25)
    for n in range(30):
        world.harvested(f"H{n}", "100")
    world.record("shipping", place=ORCHARD, to_place=PACKHOUSE, portions=(portion(lot("H1"), "40"),))
    world.record("hold", lots=(lot("H2"),), reason="smell", code="manual")

    told = {}
    for path in PATHS:
        with counted(world.log.engine) as sent:
            page = grower.get(path)
        assert page.status_code == 200, (path, page.text[:500])
        told[path] = len(sent)

    assert {path: n for path, n in told.items() if n > MOST_STATEMENTS} == {}


def test_a_list_is_searched_narrowed_and_given_as_csv(world: World, grower: FlaskClient) -> None:
    for code in ("HILL-1", "HILL-2", "KILN-1"):
        world.harvested(code, "100")
    world.record("hold", lots=(lot("HILL-2"),), reason="smell", code="manual")

    page = grower.get("/lotbook/?lang=en&q=h")
    held = grower.get("/lotbook/?state=held")
    file = grower.get("/lotbook/?q=h&format=csv")

    assert ("HILL-1" in page.text, "KILN-1" in page.text) == (True, False)
    assert ("HILL-2" in held.text, "HILL-1" in held.text) == (True, False)
    assert file.mimetype == "text/csv"
    assert file.text.count("\n") == 3


def test_a_lot_shows_what_stands_against_it_and_what_comes_next(world: World, grower: FlaskClient) -> None:
    world.harvested("H1")
    world.record("hold", lots=(lot("H1"),), reason="smell", code="manual")

    page = grower.get(f"/lotbook/lot/{APPLES}/H1?lang=en").text

    assert "Stopped by a person" in page
    assert "It waits until two people" in page
    assert "Harvest" in page
    assert "1,000 kg" in page
    assert "/lotbook/record/shipping" not in page


def test_lots_of_others_are_not_there_by_any_address(world: World, served: Served) -> None:
    owned_places(world)
    world.harvested("H1")
    stranger = browser(world, served, PACKER, Role.SUPPLIER, Role.QUALITY_MANAGER, name="Wu Ming")

    for path in (f"/lotbook/lot/{APPLES}/H1", f"/lotbook/labels.pdf?lot={APPLES}/H1", "/lotbook/receipt/9"):
        assert stranger.get(path).status_code == 404, path
    assert "H1" not in stranger.get("/lotbook/").text
    drill = stranger.get(f"/lotbook/recalls/new?lang=en&lot={APPLES}/H1")
    assert drill.status_code == 422
    assert "would reach" not in drill.text.replace("what a recall would reach", "").replace(
        "it would reach", ""
    )
    boss = browser(world, served, OPERATOR, Role.OPERATOR, name="Op")
    assert boss.get(f"/lotbook/lot/{APPLES}/H1").status_code == 200


def test_who_acts_for_the_wrong_organisation_is_told(world: World, grower: FlaskClient) -> None:
    world.harvested("H1")
    fields = {
        "lot": f"{APPLES}/H1",
        "amount": "1",
        "reason": "rotten",
        "at": "2026-06-01T16:03",
        "place": str(PACKHOUSE),
    }

    answer = submit(grower, "/lotbook/record/loss?lang=en", **fields)

    assert answer.status_code == 422
    assert "This is no place of the organisation that you act for." in answer.text


def test_a_delivery_is_received_with_what_arrived(world: World, served: Served, grower: FlaskClient) -> None:
    world.harvested("H1")
    sent = {"lot": f"{APPLES}/H1", "amount": "400", "to_place": str(PACKHOUSE), "at": "2026-06-01T16:03",
            "place": str(ORCHARD)}  # fmt: skip
    assert submit(grower, "/lotbook/record/shipping", **sent).status_code == 303
    packer = browser(world, served, PACKER, Role.WAREHOUSE, name="Wu Ming")

    assert "H1" in packer.get("/lotbook/deliveries").text
    assert "Receive" in packer.get("/tasks?lang=en").text
    form = packer.get(f"/lotbook/record/receiving?lot={APPLES}/H1").text
    assert 'value="400"' in form
    assert "Sent: 400 kg" in form
    world.later(hours=1)
    got = {"lot": f"{APPLES}/H1", "amount": "390", "place": str(PACKHOUSE), "at": "2026-06-01T17:00"}
    assert submit(packer, "/lotbook/record/receiving", **got).status_code == 303
    assert "H1" in packer.get("/lotbook/").text
    check_ledger(world)


def test_a_mistake_is_taken_back_from_its_receipt(world: World, grower: FlaskClient) -> None:
    picked = {"cycle": CYCLE, "product": APPLES, "code": "H1", "amount": "10", "at": "2026-06-01T15:30"}
    receipt = submit(grower, "/field/harvest", **picked).headers["Location"]

    assert submit(grower, receipt, to=f"{receipt}/undo").status_code == 303

    assert "It was taken back." in grower.get(f"{receipt}?lang=en").text
    assert world.balance(lot("H1")).created == 0
    check_ledger(world)


def test_labels_of_several_lots_are_one_file(world: World, grower: FlaskClient) -> None:
    for code in ("H1", "H2"):
        world.harvested(code)

    answer = grower.get(f"/lotbook/labels.pdf?lot={APPLES}/H1&lot={APPLES}/H2&sheet=a4&size=40x30")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_what_is_scanned_or_typed_leads_to_the_lot_or_into_the_form(grower: FlaskClient) -> None:
    def leads(query: str) -> str:
        return grower.get(f"/lotbook/scan?{query}").headers.get("Location", "")

    assert leads(f"q={APPLES}/H1") == f"/lotbook/lot/{APPLES}/H1"
    assert leads("q=" + quote(f"]d201{APPLES}10H1")) == f"/lotbook/lot/{APPLES}/H1"
    assert leads(f"for=loss&q={APPLES}/H1").startswith("/lotbook/record/loss?lot=")
    odd = LotId(APPLES, "A&B/1")
    assert parse_qs(urlsplit(leads("for=loss&q=" + quote(odd.uri, safe=""))).query) == {"lot": [odd.uri]}
    wrong = grower.get("/lotbook/scan?q=hello")
    assert wrong.status_code == 422
    assert "'wasm-unsafe-eval'" in wrong.headers["Content-Security-Policy"]
    assert "wasm" not in grower.get("/lotbook/").headers["Content-Security-Policy"]


def test_a_season_file_is_tried_then_recorded(world: World, grower: FlaskClient) -> None:
    good = f"kind,cycle,at,portions\nharvest,{CYCLE},2026-05-30T08:00+08:00,{APPLES}/S1=5 KGM\n"
    bad = good + f"harvest,{CYCLE},2026-05-30T08:00+08:00,{APPLES}/S2=x KGM\n"

    def send(text: str) -> str:
        data = {"csrf_token": token_on(grower.get("/field/season?lang=en")),
                "file": (BytesIO(text.encode()), "s.csv")}  # fmt: skip
        return grower.post("/field/season", data=data).text

    assert "row 3, column portions" in send(bad)
    tried = send(good)
    assert "Nothing is recorded yet" in tried
    assert grower.get(f"/lotbook/lot/{APPLES}/S1").status_code == 404
    token = tried.split('name="csrf_token" value="')[1].split('"')[0]
    action = tried.split('action="/field/season/')[1].split('"')[0]
    assert "Recorded" in grower.post(f"/field/season/{action}", data={"csrf_token": token}).text
    assert world.balance(lot("S1")).created == 5
    assert grower.get("/field/season/template.xlsx").data.startswith(b"PK")
    check_ledger(world)


def test_a_place_and_a_product_of_ones_own_are_recorded_from_the_phone(
    world: World, grower: FlaskClient
) -> None:
    place = {"name_zh": "水库边果园", "gln": "9520000001032", "zone": "Asia/Shanghai"}
    assert submit(grower, "/field/own/place", **place).status_code == 303
    assert (
        submit(grower, "/field/own/product", name_zh="苹果", gtin="09520000100049", uom="KGM").status_code
        == 303
    )
    wrong = submit(grower, "/field/own/product?lang=en", name_zh="苹果", gtin="09520000100048", uom="KGM")

    assert wrong.status_code == 422
    assert "check digit" in wrong.text
    assert "水库边果园" in grower.get("/field/planting").text
    taken = submit(grower, "/field/own/place?lang=en", name_zh="X", gln=str(PACKHOUSE), zone="Asia/Shanghai")
    assert "belongs to another organisation" in taken.text
    check_ledger(world)


def test_a_draft_goes_on_where_it_was_left(grower: FlaskClient) -> None:
    token = token_on(grower.get("/field/observation"))
    grower.post("/drafts/form.observation", data={"csrf_token": token, "note": "leaves curl"})

    assert "leaves curl" in grower.get("/field/observation").text
