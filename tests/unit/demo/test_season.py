"""The demonstration season: enough of everything, balanced, and the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, func, select

from lotproof.demo import cast, catalogue
from lotproof.demo.script import CHINA
from lotproof.demo.season import acts_of_season, build_season, first_moment, write_script
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.identifiers import identify
from lotproof.ledger import tables as t
from lotproof.lots.models import EventRow, Finding, Hold, Lot
from lotproof.lots.queries import balance_from
from lotproof.lots.trace import state_of
from lotproof.parties.records import all_records
from lotproof.storage.engine import reading
from support.built_season import TODAY, Build, Built
from support.world import World, check_ledger

STATES = {
    "recalled",
    "held",
    "growing",
    "not_recorded",
    "in_transit",
    "destroyed",
    "sold_out",
    "used_up",
    "no_known_problem",
}
BUILD = """
import sys, pathlib
from support.built_season import build_in
built = build_in(pathlib.Path(sys.argv[1]))
print((built.home / "tiles" / "checkpoint").read_text().splitlines()[2])
"""


def _lots(db: Connection) -> list[Row[Any]]:
    return list(db.execute(select(Lot.__table__)).all())


def _root(built: Built) -> str:
    return (built.home / "tiles" / "checkpoint").read_text().splitlines()[2]


def _leaves(db: Connection) -> list[dict[str, Any]]:
    rows = db.execute(select(t.entry.c.leaf).order_by(t.entry.c.entry_index)).scalars()
    return [json.loads(leaf) for leaf in rows]


def test_there_is_enough_to_look_at(db: Connection) -> None:
    events = db.execute(select(func.count()).select_from(EventRow)).scalar_one()
    kinds = set(db.execute(select(EventRow.kind).distinct()).scalars())

    assert events >= 600
    assert sum(row.type == "lot" for row in _lots(db)) >= 60
    assert len(cast.ORGANISATIONS) >= 12
    assert len(kinds) >= 26


def test_lots_stand_in_every_state(db: Connection) -> None:
    assert {state_of(row) for row in _lots(db)} == STATES


def test_the_log_verifies_and_every_total_follows_from_the_events(season: Built) -> None:
    check_ledger(World(season.log, season.clock))


def test_the_same_seed_and_day_give_the_same_root_in_another_process(season: Built, tmp_path: Path) -> None:
    sources = [str(path) for path in sys.path if path]
    program = f"import sys; sys.path[:0] = {sources!r}\n{BUILD}"

    again = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert again.stdout.strip() == _root(season)


@pytest.mark.parametrize("today", [date(2028, 2, 29), TODAY])
def test_a_season_of_any_seed_and_day_has_enough_and_balances(
    build: Build, season: Built, today: date
) -> None:
    built = build(seed=3, today=today)

    assert _root(built) != _root(season)
    check_ledger(World(built.log, built.clock))
    with reading(built.log.engine) as db:
        lots = _lots(db)
        assert {state_of(row) for row in lots} == STATES
        assert sum(row.type == "lot" for row in lots) >= 60


def test_scripts_of_all_months_and_seeds_can_be_written() -> None:
    for seed, month in enumerate(range(1, 13)):
        today = date(2027, month, 28)

        assert acts_of_season(seed, today) >= 600
        assert min(act.at for act in write_script(seed, today).acts) > first_moment(today)


def test_every_organisation_signs_with_a_key_of_its_own(db: Connection) -> None:
    signers: dict[str, set[str]] = {}
    for leaf in _leaves(db):
        if leaf["kind"] == "event":
            did = leaf["proof"]["verificationMethod"].partition("#")[0]
            signers.setdefault(leaf["signed"]["by"], set()).add(did)

    assert {one.uri for one in cast.ORGANISATIONS} <= signers.keys()
    assert all(len(dids) == 1 for dids in signers.values())
    assert len(set.union(*signers.values())) == len(signers)


def test_everything_is_recorded_soon_after_it_happened_and_before_today(db: Connection) -> None:
    end = datetime.combine(TODAY, datetime.min.time(), CHINA)
    for leaf in _leaves(db):
        recorded = datetime.fromisoformat(leaf["recordTime"])
        assert recorded <= end
        event = leaf["signed"].get("event")
        if event and leaf["signed"]["role"] == "author" and "errorDeclaration" not in event:
            happened = datetime.fromisoformat(event["eventTime"])
            assert timedelta() <= recorded - happened < timedelta(days=1)


def test_no_lot_of_our_own_has_more_taken_than_there_was(db: Connection) -> None:
    for row in _lots(db):
        balance = balance_from(row)
        assert balance.balanced or state_of(row) == "not_recorded", (row.uri, balance)


def test_only_the_findings_that_are_meant_stand(db: Connection) -> None:
    rows = db.execute(
        select(Finding.code, Lot.gtin).join(Lot, Lot.id == Finding.lot).where(Finding.closed_by.is_(None))
    )
    found: dict[str, set[str]] = {}
    for code, gtin in rows:
        found.setdefault(code, set()).add(gtin)

    said = {"inspection_not_recorded"}
    assert found.keys() - said == {
        "unknown_origin",
        "no_conversion",
        "offset_mismatch",
        "temperature_excursion",
        "inspection_failed",
    }
    assert found["temperature_excursion"] == {catalogue.FUJI_75.gtin}


def test_holds_end_by_two_people_only(db: Connection) -> None:
    ended = db.execute(select(Hold.code, Hold.released_by).where(Hold.until.is_not(None))).all()
    releases = [leaf["signed"] for leaf in _leaves(db) if leaf["signed"]["kind"] == "release"]

    assert [row.code for row in ended] == ["inspection_failed"]
    assert [len({one["person"] for one in signed["approvals"]}) for signed in releases] == [2]


def test_all_keys_are_of_the_demonstration_prefix(db: Connection) -> None:
    for leaf in _leaves(db):
        for chain in leaf["chains"]:
            what = identify(chain["id"])
            digits = what.uri.split("/")[4] if what.kind != "other" else ""
            assert what.kind == "other" or digits.lstrip("0").startswith("952"), what
            assert what.kind != "other" or chain["id"].startswith("urn:uuid:")


def test_names_come_in_both_languages_and_parties_and_inputs_say_that_they_are_made_up(
    db: Connection,
) -> None:
    for type_name in ("party", "place", "product", "input_product", "device"):
        for body in all_records(db, type_name).values():
            assert set(body["names"]) == {"en", "zh_Hans"}

    for body in all_records(db, "party").values():
        assert body["names"]["zh_Hans"].endswith("（虚构）")
    for id, body in all_records(db, "input_product").items():
        assert id.startswith("DEMO-")
        assert body["names"]["en"].endswith("(made up)")


def test_the_clock_of_the_log_must_be_the_one_that_is_moved(season: Built) -> None:
    with pytest.raises(ValueError, match="clock"):
        build_season(season.log, SteppingClock(first_moment(TODAY)), 1, TODAY)
