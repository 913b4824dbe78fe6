"""GS1 US's FSMA 204 example documents, made by other hands: they must parse, and tell repeats from news.

Source: openepcis/openepcis-dpp-ready (Apache-2.0). They are not copied: the folder is LOTPROOF_OUTSIDE_DATA.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lotproof.epcis.about import about
from lotproof.epcis.event import Event
from lotproof.epcis.event_hash import event_hash
from lotproof.epcis.vocabulary import is_known_step
from lotproof.kernel import strict_json

ROOT = Path(__file__).parents[3]
FOLDER = (ROOT / os.environ.get("LOTPROOF_OUTSIDE_DATA", "../shared/data") / "epcis-fsma204").resolve()
EVENTS_IN = {"cooling": 3, "harvest": 2, "initial-packing": 5, "receiving": 2, "shipping": 3}
LOT = "https://id.gs1.org/01/00860009999923/10/ABC1234"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the FSMA 204 examples are not at {FOLDER}: set LOTPROOF_OUTSIDE_DATA"
)


def documents() -> dict[str, Any]:
    return {name: strict_json.loads((FOLDER / f"{name}.jsonld").read_bytes()) for name in EVENTS_IN}


def events() -> dict[tuple[str, int], dict[str, Any]]:
    return {
        (name, number): event
        for name, document in documents().items()
        for number, event in enumerate(document["epcisBody"]["eventList"], 1)
    }


def test_all_fifteen_events_are_read_strictly() -> None:
    counts = Counter(name for name, _ in events())

    assert counts == EVENTS_IN
    assert sum(counts.values()) == 15


def test_exactly_one_pair_of_events_has_the_same_content() -> None:
    by_hash: dict[str, list[tuple[str, int]]] = {}
    for place, event in events().items():
        by_hash.setdefault(event_hash(event, documents()[place[0]]["@context"]), []).append(place)

    repeated = [places for places in by_hash.values() if len(places) > 1]

    assert repeated == [[("harvest", 2), ("initial-packing", 2)]]


def test_every_event_is_about_a_lot_or_a_container() -> None:
    found = {place: about(event) for place, event in events().items()}

    assert found["harvest", 1] == [LOT]
    assert found["shipping", 3] == ["https://id.gs1.org/00/008600099999850000"]
    assert all(found.values())


def test_every_event_is_seen_whole() -> None:
    for event in map(Event, events().values()):
        assert event.event_time.utcoffset() is not None
        assert is_known_step(event.biz_step)
        assert event.all_items()
        assert [kind for kind, _ in event.sources + event.destinations if ":" in kind] == []


def test_the_cooling_events_state_two_offsets_that_do_not_fit() -> None:
    misfits = {place for place, event in events().items() if not Event(event).offset_fits}

    assert misfits == {("cooling", 1), ("cooling", 2), ("cooling", 3)}
