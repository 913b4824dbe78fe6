"""What the season's stories show: intervals, crates, merges, a correction, a recall, a lot from outside."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lotproof.demo import cast, catalogue, greenhouse
from lotproof.epcis.event import Event
from lotproof.ledger import tables as t
from lotproof.lots.models import ContainerSpan, EventLot, EventRow, Lot, LotEdge
from lotproof.lots.trace import state_of, trace_lot
from support.built_season import TODAY


def _lots(db: Connection, product: catalogue.Product) -> list[Row[Any]]:
    rows = select(Lot.__table__).where(Lot.gtin == product.gtin)
    return list(db.execute(rows.order_by(Lot.code)).all())


def _one(db: Connection, product: catalogue.Product, code: str) -> Row[Any]:
    return next(row for row in _lots(db, product) if row.code == code)


def _ancestors(db: Connection, row: Row[Any]) -> set[str]:
    return {lot.uri for lot in trace_lot(db, row.uri, "up").lots}


def test_each_crop_is_picked_after_its_intervals(db: Connection) -> None:
    applied = (
        select(EventLot.lot, EventRow.event_time, EventRow.on_date)
        .join(EventRow, EventRow.submission == EventLot.submission)
        .where(EventLot.role == "cycle", EventRow.kind == "input_applied")
    )
    treatments = db.execute(applied).all()
    harvests = db.execute(
        select(LotEdge.src, EventRow.event_time, EventRow.on_date)
        .join(EventRow, EventRow.submission == LotEdge.submission)
        .where(LotEdge.kind == "harvest", LotEdge.voided.is_(False))
    ).all()

    assert len(harvests) >= 30
    for cycle, at, on in harvests:
        assert all(one.on_date <= on for one in treatments if one.lot == cycle and one.event_time <= at)


def test_tomatoes_that_were_picked_before_the_newest_treatment_are_not_held_for_it(db: Connection) -> None:
    house = db.execute(
        select(Lot.__table__).where(
            Lot.crop == catalogue.TOMATO,
            Lot.earliest_harvest > TODAY,
            Lot.place == cast.GREENHOUSES.gln.place_uri,
        )
    ).one()

    assert house.earliest_harvest == TODAY + timedelta(days=7 - 4)
    assert len(_lots(db, catalogue.TOMATOES)) == len(greenhouse.PICKS) + 1
    assert not any(row.holds for row in _lots(db, catalogue.TOMATOES))


def test_what_was_sprayed_and_sown_is_taken_from_its_lot(db: Connection) -> None:
    mancozeb, seed = _one(db, catalogue.MANCOZEB.product, "S26"), _one(db, catalogue.RICE_SEED, "R26")

    assert 0 < mancozeb.consumed < mancozeb.created
    assert seed.consumed == 4 * (14 + 16 + 12 + 15)


def test_one_crate_carries_two_orchards_without_mixing_them(db: Connection) -> None:
    twice = select(ContainerSpan.container).group_by(ContainerSpan.container)
    crate = db.execute(twice.having(func.count(ContainerSpan.lot.distinct()) > 1)).scalar_one()
    first, second = db.execute(
        select(ContainerSpan.__table__).where(ContainerSpan.container == crate).order_by(ContainerSpan.since)
    ).all()

    assert first.lot != second.lot
    assert first.until < second.since
    east, terrace = (db.execute(select(Lot.__table__).where(Lot.id == s.lot)).one() for s in (first, second))
    assert east.uri not in _ancestors(db, terrace)
    assert terrace.uri not in _ancestors(db, east)


def test_a_blend_comes_from_several_gardens_and_a_gift_box_from_its_case(db: Connection) -> None:
    blend = _one(db, catalogue.REFINED_TEA, "K2-261015")
    gift, case = _one(db, catalogue.FUJI_GIFT, "B261027"), _one(db, catalogue.FUJI_80, "P261018")

    leaf = {row.uri for row in _lots(db, catalogue.TEA_LEAF)}
    assert len(_ancestors(db, blend) & leaf) == 6
    assert case.uri in _ancestors(db, gift)


def test_a_wrong_weight_was_corrected_and_counts_no_more(db: Connection) -> None:
    wrong = db.execute(select(EventRow.__table__).where(EventRow.voided_by.is_not(None))).one()
    lot = _one(db, catalogue.FUJI_BULK, "T261014")
    stated = select(EventLot.amount).where(EventLot.submission == wrong.submission)

    assert wrong.kind == "harvest"
    assert db.execute(stated).scalars().first() == lot.created + 450
    assert lot.holds == 0


def test_the_recall_reaches_what_came_of_the_paddy_and_nothing_else(db: Connection) -> None:
    paddy = _one(db, catalogue.DRY_PADDY, "G260927")
    reached = {lot.uri for lot in trace_lot(db, paddy.uri, "down").lots}

    recalled = {row.uri for row in db.execute(select(Lot.__table__).where(Lot.recalls > 0))}
    assert recalled == reached
    assert len(recalled) >= 10
    assert {row.code for row in _lots(db, catalogue.RICE_5) if not row.recalls} == {"D261012", "D261013"}


def test_a_warm_leg_holds_its_lot_and_a_failed_inspection_ends_in_destruction(db: Connection) -> None:
    warm, spoilt = _one(db, catalogue.FUJI_75, "P261020"), _one(db, catalogue.RAW_TEA, "M260504N")

    assert (state_of(warm), warm.holds) == ("held", 1)
    assert spoilt.destroyed == spoilt.created


def test_of_the_lot_from_outside_only_documents_tell(db: Connection) -> None:
    (cases,) = db.execute(select(Lot.__table__).where(Lot.code.startswith("PE"))).all()
    raw = next(iter(_ancestors(db, cases) - {cases.uri}))
    rows = db.execute(
        select(t.entry.c.leaf)
        .join(EventLot, EventLot.submission == t.entry.c.submission)
        .where(EventLot.lot == cases.id)
        .order_by(t.entry.c.entry_index)
    ).scalars()
    signed = [json.loads(leaf)["signed"] for leaf in rows]

    assert [one["role"] for one in signed[:3]] == ["submitter"] * 3
    assert not Event(signed[2]["event"]).offset_fits
    assert state_of(db.execute(select(Lot.__table__).where(Lot.uri == raw)).one()) == "not_recorded"
    assert cases.received - 120 == 836


def test_apples_are_kept_between_zero_and_one_degree(db: Connection) -> None:
    rows = db.execute(
        select(t.entry.c.leaf)
        .join(EventRow, EventRow.submission == t.entry.c.submission)
        .join(EventLot, EventLot.submission == EventRow.submission)
        .join(Lot, Lot.id == EventLot.lot)
        .where(EventRow.kind == "storage", Lot.gtin == catalogue.FUJI_BULK.gtin)
    ).scalars()
    reports = [
        json.loads(leaf)["signed"]["event"]["sensorElementList"][0]["sensorReport"][0] for leaf in rows
    ]

    assert reports
    assert all(0 <= report["minValue"] <= report["maxValue"] <= 1 for report in reports)
