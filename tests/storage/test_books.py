from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lotproof.kernel.errors import ForbiddenError, LotproofError, NotFoundError, RefusedError
from lotproof.lots.book.deliveries import deliveries_to, discrepancy
from lotproof.lots.book.forms import FORMS
from lotproof.lots.book.memory import last_values
from lotproof.lots.book.own import require_seen
from lotproof.lots.book.pickers import growing_of, inputs_for, lately, places_named, products_of
from lotproof.lots.book.plots import Plot, plots_of
from lotproof.lots.book.stock import on_hand, stock_of
from lotproof.lots.book.tasks import tasks_of
from lotproof.people.roles import Role
from lotproof.storage.migrate import downgrade, upgrade
from support.books import at, fill_in, member, owned_places
from support.people import actor_of, person
from support.statements import counted
from support.world import (
    APPLES,
    CASES,
    CYCLE,
    FARM,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    SHOP,
    SPRAY,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)

SPRAYED = {"cycle": CYCLE, "registration": SPRAY, "amount": "1.5", "unit": "LTR"}


def refusal(world: World, actor: object, form: str, **texts: str) -> str:
    with pytest.raises(LotproofError) as caught:
        fill_in(world, actor, form, **texts)  # type: ignore[arg-type]
    return caught.value.code


def plots(world: World) -> list[Plot]:
    with world.read() as db:
        return plots_of(db, FARM.party_uri, world.clock.now, world.log.around.blobs)


def test_a_spraying_says_from_which_day_the_plot_may_be_harvested_and_a_day_too_early_is_refused(
    world: World,
) -> None:
    owned_places(world)
    grower = member(world, FARM, Role.SUPPLIER)
    fill_in(world, grower, "spray", **SPRAYED, at="2026-06-01 15:00")

    (plot,) = plots(world)
    assert (plot.plot, plot.crop, plot.wait.code, plot.wait.first) == (
        "East slope",
        "apple",
        "waits",
        date(2026, 6, 22),
    )
    assert plot.last is not None
    assert (plot.last.registration, plot.last.product) == (SPRAY, {"en": "Spray"})

    world.later(days=20)
    early = {"cycle": CYCLE, "product": APPLES, "code": "H1", "amount": "10"}
    assert refusal(world, grower, "harvest", **early, at="2026-06-21 08:00") == "harvest_too_early"
    world.later(days=1)
    fill_in(world, grower, "harvest", **early, at="2026-06-22 08:00")
    assert world.balance(lot("H1")).on_hand == 10
    check_ledger(world)


def test_a_form_begins_with_what_was_recorded_last_of_the_plot(world: World) -> None:
    owned_places(world)
    grower = member(world, FARM, Role.SUPPLIER)
    fill_in(world, grower, "spray", **SPRAYED, at=at(world))

    with world.read() as db:
        said = last_values(db, FARM.party_uri, FORMS["spray"], world.log.around.blobs, CYCLE)
        nothing = last_values(db, PACKER.party_uri, FORMS["spray"], world.log.around.blobs, CYCLE)

    assert said == {"registration": SPRAY, "amount": "1.5", "unit": "LTR"}
    assert nothing == {}


def test_planting_begins_a_growing_cycle_that_the_field_book_shows(world: World) -> None:
    owned_places(world)
    grower = member(world, FARM, Role.SUPPLIER)

    fill_in(world, grower, "planting", place_of_plot=str(ORCHARD), plot="West field", crop="pear", season="2026",
            at=at(world))  # fmt: skip

    assert ("West field", "pear", "2026") in [(one.plot, one.crop, one.season) for one in plots(world)]
    check_ledger(world)


def test_a_look_at_a_crop_is_an_event_of_its_growing_cycle(world: World) -> None:
    owned_places(world)
    fill_in(
        world,
        member(world, FARM, Role.SUPPLIER),
        "observation",
        cycle=CYCLE,
        note="leaves curl",
        at=at(world),
    )

    assert plots(world)[0].last_at == world.clock.now.replace(second=0)
    check_ledger(world)


def test_who_may_not_record_a_kind_is_refused_before_anything_is_looked_at(world: World) -> None:
    owned_places(world)

    with pytest.raises(ForbiddenError):
        fill_in(world, member(world, FARM, Role.BUYER), "spray", **SPRAYED, at=at(world))


def test_plots_lots_and_places_of_others_are_not_there(world: World) -> None:
    owned_places(world)
    world.harvested("H1")
    packer = member(world, PACKER, Role.SUPPLIER, name="Wu Ming")

    assert refusal(world, packer, "spray", **SPRAYED, at=at(world)) == "unknown_lot"
    loss = {"amount": "1", "reason": "rotten", "at": at(world)}
    assert refusal(world, packer, "loss", lot=f"{APPLES}/H1", **loss) == "unknown_lot"
    assert refusal(world, packer, "loss", lot=f"{APPLES}/NOT-THERE", unit="KGM", **loss) == "unknown_lot"
    created = {"product": APPLES, "amount": "1", "at": at(world)}
    assert refusal(world, packer, "creation", **created, code="H1") == "lot_code_taken"
    assert refusal(world, packer, "creation", **created, code="P1", place=str(ORCHARD)) == "not_your_place"
    with world.read() as db:
        assert require_seen(db, FARM.party_uri, lot("H1")).code == "H1"
        assert require_seen(db, None, lot("H1")).code == "H1"
        with pytest.raises(NotFoundError):
            require_seen(db, PACKER.party_uri, lot("H1"))
        assert stock_of(db, PACKER.party_uri).lines == []


def test_what_was_sent_to_a_place_waits_there_until_it_is_received(world: World) -> None:
    owned_places(world)
    world.harvested("H1")
    grower, packer = member(world, FARM, Role.SUPPLIER), member(world, PACKER, Role.WAREHOUSE, name="Wu Ming")
    fill_in(world, grower, "shipping", lot=f"{APPLES}/H1", amount="400", to_place=str(PACKHOUSE), document="D1",
            place=str(ORCHARD), at=at(world))  # fmt: skip

    with world.read() as db:
        (coming,) = deliveries_to(db, PACKER.party_uri)
        assert (coming.code, coming.amount, coming.by, coming.from_place) == (
            "H1", Decimal(400), FARM.party_uri, ORCHARD.place_uri)  # fmt: skip
        assert deliveries_to(db, SHOP.party_uri) == []
        assert [line.code for line in stock_of(db, PACKER.party_uri).lines] == ["H1"]
    assert discrepancy(coming.amount, Decimal(390)) == -10

    fill_in(
        world,
        packer,
        "receiving",
        lot=f"{APPLES}/H1",
        amount="390",
        place=str(PACKHOUSE),
        at=at(world, hours=2),
    )

    with world.read() as db:
        assert deliveries_to(db, PACKER.party_uri) == []
    check_ledger(world)


def test_lots_are_found_counted_by_state_and_sorted(world: World) -> None:
    owned_places(world)
    for code, kg in (("H1", "10"), ("H2", "30"), ("K1", "20")):
        world.harvested(code, kg)
    world.record("hold", lots=(lot("H2"),), reason="smell", code="manual")

    with world.read() as db:
        found = stock_of(db, FARM.party_uri, search="h", sort="amount")
        held = stock_of(db, FARM.party_uri, state="held")

        assert [line.code for line in found.lines] == ["H2", "H1"]
        assert dict(held.states) == {"no_known_problem": 2, "held": 1}
        assert [line.code for line in held.lines] == ["H2"]
        assert {line.code for line in on_hand(db, FARM.party_uri)} == {"H1", "K1"}


def test_pickers_offer_own_products_and_inputs_for_the_crop_first(world: World) -> None:
    owned_places(world)
    world.master("input_product", "A1", {"names": {"en": "For pears"}, "intervals": {"pear": 3}})

    with world.read() as db:
        assert [(one.key, one.uom) for one in products_of(db, FARM.party_uri, [])] == [(APPLES, "KGM")]
        assert [one.key for one in products_of(db, PACKER.party_uri, [APPLES])] == [APPLES, CASES]
        assert [(one.plot, one.crop) for one in growing_of(db, FARM.party_uri)] == [("East slope", "apple")]
        assert [one.key for one in inputs_for(db, "apple")] == [SPRAY, "A1"]


def test_what_was_dealt_with_lately_comes_first(world: World) -> None:
    owned_places(world)
    world.harvested("H1")
    world.harvested("H2")
    world.record("shipping", place=ORCHARD, to_place=PACKHOUSE, portions=(portion(lot("H1"), "400"),))

    with world.read() as db:
        known = lately(db, FARM.party_uri)
        own, others = places_named(db, FARM.party_uri, known.sent_to)

    assert (known.gtins, known.codes) == ([APPLES], ["H1", "H2"])
    assert (list(own), list(others)) == ([ORCHARD.place_uri], [PACKHOUSE.place_uri])


def test_books_ask_a_fixed_number_of_statements(world: World) -> None:
    owned_places(world)
    blobs, asked = world.log.around.blobs, []
    for code in ("H1", "H2", "H3"):
        world.record(
            "input_applied", cycle=CYCLE, registration=SPRAY, place=ORCHARD, at=world.later(minutes=1)
        )
        world.later(days=30)
        world.harvested(code)
        with counted(world.log.engine) as seen, world.read() as db:
            plots_of(db, FARM.party_uri, world.clock.now, blobs)
            stock_of(db, FARM.party_uri)
        asked.append(len(seen))

    assert len(set(asked)) == 1
    assert asked[0] <= 10


def test_a_ledger_of_the_release_before_learns_where_goods_were_sent_and_what_belongs_to_whom(
    world: World,
) -> None:
    owned_places(world)
    world.harvested("H1")
    world.record("shipping", place=ORCHARD, to_place=PACKHOUSE, portions=(portion(lot("H1"), "400"),))
    world.record("sale", place=ORCHARD, to_place=STORE, buyer=SHOP, references={"po": "1"},
                 portions=(portion(lot("H1"), "100"),))  # fmt: skip

    downgrade(world.log.engine, "0010")
    upgrade(world.log.engine)

    with world.read() as db:
        assert [one.amount for one in deliveries_to(db, PACKER.party_uri)] == [Decimal(400)]
        assert [one.amount for one in deliveries_to(db, SHOP.party_uri)] == [Decimal(100)]
    check_ledger(world)


def test_somebody_without_an_organisation_records_nothing(world: World) -> None:
    owned_places(world)
    nobody = member(world, FARM, Role.SUPPLIER)

    with pytest.raises(RefusedError) as caught:
        fill_in(world, type(nobody)(nobody.account, None, nobody.roles), "spray", **SPRAYED, at=at(world))
    assert caught.value.code == "no_organisation"


def test_a_farm_without_a_place_is_asked_to_name_one_until_it_has(world: World) -> None:
    who = actor_of(world, person(world, "Newcomer", FARM.party_uri, Role.SUPPLIER))
    with world.read() as db:
        assert [task.kind for task in tasks_of(db, who, world.clock.now)] == ["first_place"]

    body = {"names": {"en": "Slope"}, "zone": "Asia/Shanghai", "party": FARM.party_uri}
    world.master("place", ORCHARD.place_uri, body, by=FARM)
    with world.read() as db:
        assert tasks_of(db, who, world.clock.now) == []
