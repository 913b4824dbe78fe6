"""Stories made by hand: a good lot, a recalled one, one from outside full of holes, a long one, a wide one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from lotproof.kernel.identifiers import LotId
from lotproof.lots.balance import Balance
from lotproof.lots.story import OpenFinding, OpenHold, Story
from lotproof.lots.trace import Tracing
from support.story_parts import (
    APPLE,
    BOX,
    BOXED,
    COOPERATIVE,
    CRATE,
    CYCLE,
    FARM_APPLE,
    GOOD,
    HARVESTED,
    LONG,
    NAMELESS_PARTY,
    NAMELESS_PLACE,
    ORCHARD,
    OUTSIDE,
    PACKHOUSE,
    RECALLED,
    SHOP,
    STORE,
    TRADER,
    WIDE,
    alone,
    edge,
    gtin,
    part,
    proof,
    step,
    traced,
)


def good() -> Story:
    """A packed lot from orchard to shop, nothing against it, one step corrected."""
    treatment = replace(
        step(8, "input_applied", -800, ORCHARD, (part("input", CYCLE),)),
        details=(
            ("registration", "PD20101234"),
            ("active_substance", "Mancozeb"),
            ("earliest_harvest", "2026-10-26"),
        ),
    )
    harvest = step(12, "harvest", 0, ORCHARD, (part("object", HARVESTED, "1300", names=FARM_APPLE),))
    packing = step(
        14,
        "initial_packing",
        5,
        PACKHOUSE,
        (part("input", HARVESTED, "1300", names=FARM_APPLE), part("output", GOOD, "1250", names=APPLE)),
    )
    cooling = replace(
        step(15, "cooling", 7, STORE, (part("object", GOOD, "1250"),)), details=(("temperature", "2.5 CEL"),)
    )
    wrong = replace(
        step(16, "inspection", 26, STORE, (part("object", GOOD),)),
        voided=True,
        corrected_by=17,
        details=(("verdict", "fail"),),
    )
    correction = replace(
        wrong,
        index=17,
        voided=False,
        corrected_by=None,
        corrects=16,
        approvals=2,
        details=(("verdict", "pass"), ("laboratory", "Yantai Agri-Test"), ("certificate", "YT-2026-3381")),
        reason="The result of another lot was typed in.",
    )
    crate = replace(
        step(18, "aggregate", 40, STORE, (part("parent", CRATE), part("child", GOOD, "600"))), custody="own"
    )
    sent = replace(
        step(19, "shipping", 44, STORE, (part("object", GOOD, "600"),)),
        from_place=STORE,
        to_place=SHOP,
        custody="own",
    )
    arrived = replace(
        step(20, "receiving", 52.5, SHOP, (part("object", GOOD, "600"),)),
        recorded_by=TRADER,
        recorded_role="submitter",
        custody="own",
        details=(("temperature", "4 CEL"),),
    )
    boxed = replace(
        step(
            23, "repacking", 60, SHOP, (part("input", GOOD, "120"), part("output", BOXED, "48", "XBX", BOX))
        ),
        recorded_by=TRADER,
        custody="own",
    )
    sold = replace(
        step(None, "retail_sale", 75, SHOP, (part("object", GOOD, "310.5"),)),
        recorded_by=TRADER,
        custody="own",
    )
    up = Tracing(
        GOOD.uri,
        "up",
        (traced(GOOD, 0), traced(HARVESTED, 1, names=FARM_APPLE), traced(CYCLE, 2)),
        (edge(CYCLE, HARVESTED, 12, "harvest"), edge(HARVESTED, GOOD, 14, "initial_packing")),
    )
    down = Tracing(
        GOOD.uri,
        "down",
        (traced(GOOD, 0), traced(BOXED, 1, "sold_out", BOX)),
        (edge(GOOD, BOXED, 23, "repacking"),),
    )
    balance = Balance(
        "KGM",
        created=Decimal(1250),
        received=Decimal(600),
        consumed=Decimal(120),
        shipped=Decimal(600),
        sold=Decimal("310.5"),
        adjusted=Decimal("4.5"),
    )
    return Story(
        GOOD.uri,
        GOOD.gtin14,
        GOOD.code,
        APPLE,
        {"en": "Red Fuji", "zh_Hans": "红富士"},
        "no_known_problem",
        date(2026, 11, 7),
        date(2026, 10, 26),
        ORCHARD,
        (),
        (treatment, harvest, packing, cooling, wrong, correction, crate, sent, arrived, boxed, sold),
        (),
        ("qualification", "transport"),
        balance,
        up,
        down,
        proof(23, 11),
    )


def recalled() -> Story:
    """The good lot's sister, recalled with two lots that came of it."""
    story = good()
    held = replace(step(30, "hold", 90, None, (part("object", RECALLED),)), reason="Customer complaint 118")
    called = replace(
        step(31, "recall", 95, None, (part("object", RECALLED),)),
        recorded_by=TRADER,
        approvals=2,
        reason="Residue above the limit in a control sample",
        details=(("recall", "urn:uuid:5f0c"),),
    )
    holds = (
        OpenHold(31, "recall", called.at, TRADER, "urn:uuid:5f0c"),
        OpenHold(30, "manual", held.at, COOPERATIVE, None),
        OpenHold(30, "harvest_too_early", held.at, TRADER, None),
    )
    findings = (
        OpenFinding("harvest_too_early", "harvested 2026-11-07, earliest 2026-11-12", 12, True),
        OpenFinding("quantity_discrepancy", "sent 600 KGM, arrived 588 KGM", 20, False),
    )
    down = Tracing(
        RECALLED.uri,
        "down",
        (traced(RECALLED, 0, "recalled"), traced(BOXED, 1, "recalled", BOX), traced(GOOD, 1, "held")),
        (edge(RECALLED, BOXED, 23, "repacking"), edge(RECALLED, GOOD, 24, "repacking", voided=True)),
    )
    up = replace(
        story.upstream,
        lot=RECALLED.uri,
        lots=(traced(RECALLED, 0, "recalled"), *story.upstream.lots[1:]),
        edges=(story.upstream.edges[0], edge(HARVESTED, RECALLED, 14, "initial_packing")),
    )
    journey = tuple(
        replace(s, parts=tuple(replace(p, uri=RECALLED.uri) if p.uri == GOOD.uri else p for p in s.parts))
        for s in story.journey
    )
    return replace(
        story,
        uri=RECALLED.uri,
        gtin=RECALLED.gtin14,
        code=RECALLED.code,
        state="recalled",
        holds=holds,
        journey=(*journey, held, called),
        findings=findings,
        downstream=down,
        upstream=up,
        proof=proof(31, 13),
    )


def outside() -> Story:
    """A lot of which only documents of others tell: no names, no harvest, an unknown kind, too much taken."""
    arrival = replace(
        step(3, "receiving", 2, NAMELESS_PLACE, (part("object", OUTSIDE, "40", "XCS"),)),
        recorded_by=NAMELESS_PARTY,
        recorded_role="submitter",
        custody="own",
        at=datetime(2026, 11, 3, 9, 5, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
    )
    odd = replace(
        step(4, "polishing", 3, None, (part("object", OUTSIDE),)),
        recorded_by=NAMELESS_PARTY,
        recorded_role="submitter",
        custody="",
        details=(("https://vendor.example/gloss", "high"), ("step", "urn:vendor:step:polish")),
    )
    sale = replace(
        step(5, "sale", 4, None, (part("object", OUTSIDE, "46", "XCS"),)), recorded_role="submitter"
    )
    findings = (
        OpenFinding("unknown_origin", "", None, False),
        OpenFinding("more_taken_than_exists", "46 XCS taken, 40 XCS there", 5, True),
        OpenFinding("offset_mismatch", "eventTime says -03:30, eventTimeZoneOffset says +08:00", 3, False),
        OpenFinding("something_new", "", 4, False),
    )
    return Story(
        OUTSIDE.uri,
        OUTSIDE.gtin14,
        OUTSIDE.code,
        {},
        {},
        "held",
        None,
        None,
        None,
        (OpenHold(None, "more_taken_than_exists", sale.at, TRADER, None),),
        (arrival, odd, sale),
        findings,
        ("origin", "harvest_date", "treatments", "inspection", "place_names", "party_names", "moon_phase"),
        Balance("XCS", received=Decimal(40), sold=Decimal(46)),
        alone(OUTSIDE, "up", "held"),
        alone(OUTSIDE, "down", "held"),
        proof(5, 3),
    )


def unrecorded() -> Story:
    """A lot that others only mention."""
    story = outside()
    return replace(
        story,
        state="not_recorded",
        holds=(),
        journey=(),
        findings=(),
        balance=Balance(None),
        not_recorded=("origin", "harvest_date", "quantities"),
        proof=proof(None, 0),
    )


def long() -> Story:
    """A lot with 60 steps: the good lot's and a run of sensor readings, each with details."""
    story = good()
    steps = list(story.journey)
    for at in range(60 - len(steps)):
        kind = "sensor" if at % 13 else "inspection"
        reading = step(40 + at, kind, 80 + at * 4, STORE, (part("object", LONG),))
        details = (
            ("temperature", f"{2 + at % 5}.5 CEL"),
            ("device", "LOGGER-7"),
            ("temperature_max", "6 CEL"),
        )
        steps.append(replace(reading, details=details))
    steps = [
        replace(s, parts=tuple(replace(p, uri=LONG.uri) if p.uri == GOOD.uri else p for p in s.parts))
        for s in steps
    ]
    return replace(
        story,
        uri=LONG.uri,
        gtin=LONG.gtin14,
        code=LONG.code,
        journey=tuple(steps),
        upstream=replace(story.upstream, lot=LONG.uri),
        downstream=replace(story.downstream, lot=LONG.uri),
        proof=proof(99, 60, 1000),
    )


def wide() -> Story:
    """A lot with 300 neighbours in five layers, some bad, a voided edge and a circle."""
    story = good()
    lots, edges = [traced(WIDE, 0, "held")], []
    for at in range(300):
        distance = 1 + at % 5
        state = {7: "recalled", 8: "held", 9: "sold_out", 10: "in_transit", 11: "destroyed"}.get(
            at, "no_known_problem"
        )
        lot = LotId(gtin("454324"), f"FIELD-{at:03}")
        lots.append(traced(lot, distance, state, FARM_APPLE))
        inner = WIDE if distance == 1 else LotId(gtin("454324"), f"FIELD-{at - 1:03}")
        edges.append(edge(lot, inner, at, "repacking", voided=at == 10))
    up = Tracing(WIDE.uri, "up", tuple(lots), tuple(edges))
    first = LotId(gtin("454324"), "FIELD-000")
    shops = [LotId(gtin("454325"), f"S{at}") for at in range(5)]
    down = Tracing(
        WIDE.uri,
        "down",
        (
            traced(WIDE, 0, "held"),
            *(traced(shop, 1 + at // 3, names=BOX) for at, shop in enumerate(shops)),
            traced(first, 2, names=FARM_APPLE),
        ),
        (
            *(edge(WIDE, shop, 900, "repacking") for shop in shops[:3]),
            *(edge(shops[0], s, 901, "repacking") for s in shops[3:]),
            edge(shops[0], first, 902, "repacking"),
            edge(first, WIDE, 0, "repacking"),
        ),
    )
    findings = (OpenFinding("cycle", "FIELD-000 went into itself by entry 902", 902, True),)
    return replace(
        story,
        uri=WIDE.uri,
        gtin=WIDE.gtin14,
        code=WIDE.code,
        state="held",
        findings=findings,
        upstream=up,
        downstream=down,
        journey=story.journey[:4],
    )


def all_samples() -> dict[str, Story]:
    """Every story by its lot's URI."""
    stories = (good(), recalled(), outside(), long(), wide())
    return {story.uri: story for story in stories}
