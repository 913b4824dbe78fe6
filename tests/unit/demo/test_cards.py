"""Lots to look at, and the harvest that the interval refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select

from lotproof.demo.cards import find_cards, try_early_harvest
from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.lots.telling import tell_story
from lotproof.storage.engine import reading
from support.built_season import TODAY, Built
from support.world import make_world


def _size(built: Built) -> tuple[int, int]:
    with reading(built.log.engine) as db:
        submissions = db.execute(select(func.count()).select_from(t.submission)).scalar_one()
        return db.execute(select(t.head.c.size)).scalar_one(), submissions


def test_each_card_shows_what_it_is_there_for(db: Connection) -> None:
    stories = {card.code: tell_story(db, card.lot) for card in find_cards(db)}

    states = {code: story.state for code, story in stories.items()}
    assert states == {
        "good": "no_known_problem",
        "recalled": "recalled",
        "held": "held",
        "repacked": "no_known_problem",
        "cleared": "used_up",
        "blended": "no_known_problem",
        "on_the_road": "in_transit",
        "destroyed": "destroyed",
        "certified_then": "no_known_problem",
        "outside": "no_known_problem",
    }
    assert "origin" in stories["outside"].not_recorded


def test_nothing_speaks_against_the_good_apple_and_its_journey_is_long(db: Connection) -> None:
    good = find_cards(db)[0]
    story = tell_story(db, good.lot)

    kinds = {step.kind for step in story.journey}
    assert good.code == "good"
    assert good.product["zh_Hans"] == "烟台红富士80毫米10公斤箱"
    assert story.findings == ()
    assert {"input_applied", "harvest", "initial_packing", "inspection", "transport", "retail_sale"} <= kinds
    assert story.not_recorded == ()


def test_a_journey_tells_of_the_pick_that_the_lot_came_from_and_not_of_later_ones(db: Connection) -> None:
    good, tomatoes = (tell_story(db, find_cards(db)[at].lot) for at in (0, 7))

    assert [step.at.date() for step in good.journey if step.kind == "harvest"] == [date(2026, 10, 12)]
    (picked,) = [step.at for step in tomatoes.journey if step.kind == "harvest"]
    assert all(step.at < picked for step in tomatoes.journey if step.kind == "input_applied")
    assert tomatoes.earliest_harvest is not None
    assert tomatoes.earliest_harvest <= picked.date()


def test_a_ledger_without_a_season_has_no_cards(migrated_engine: Engine, tmp_path: Path) -> None:
    world = make_world(migrated_engine, tmp_path)

    with world.read() as db:
        assert find_cards(db) == ()
    with pytest.raises(NotFoundError, match="no demonstration"):
        try_early_harvest(world.log)


@pytest.mark.parametrize("days", [0, -400, 2, 400])
def test_an_early_harvest_is_refused_at_any_time_and_nothing_is_written(season: Built, days: int) -> None:
    before, end = _size(season), season.clock.now
    season.clock.set(end + timedelta(days=days))
    try:
        tried = try_early_harvest(season.log)
    finally:
        season.clock.set(end)

    assert tried.code == tried.refusal["problems"][-1]["code"] == "harvest_too_early"
    assert (tried.treated_on, tried.earliest) == (date(2026, 11, 19), date(2026, 11, 26))
    assert tried.interval_days == 7
    assert tried.treated_on <= tried.tried < tried.earliest
    assert tried.treatment["en"].startswith("Iprodione")
    assert _size(season) == before


def test_the_evidence_of_the_refusal_is_an_entry_of_the_log(season: Built, db: Connection) -> None:
    tried = try_early_harvest(season.log)

    leaf = db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == tried.entry)).scalar_one()
    assert b'"kind":"input_applied"' in leaf
    assert tried.cycle.encode() in leaf


def test_the_day_of_the_trial_is_today_where_the_interval_runs_today(season: Built) -> None:
    end = season.clock.now
    season.clock.set(datetime(2026, 11, 23, 8, 36, tzinfo=UTC))
    try:
        assert try_early_harvest(season.log).tried == TODAY
    finally:
        season.clock.set(end)
