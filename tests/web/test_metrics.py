"""Figures for Prometheus: for whom the settings name, with few labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lotproof.kernel.identifiers import Gln
from lotproof.ledger.log import Log
from lotproof.lots.acts import record_in
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact
from lotproof.parties.actions import write_record
from lotproof_web.metrics import counters
from support.captured import harvest
from support.served import Served, document, serve
from support.world import FARM, ORCHARD, World, lot, portion

TOKEN = "a-token-for-prometheus"


@pytest.fixture
def measured(world: World, tmp_path: Path) -> Served:
    return serve(world, tmp_path, metrics_from="192.0.2.0/24", metrics_token=TOKEN)


def figures(served: Served) -> dict[tuple[str, ...], float]:
    """Every sample by its name and its labels' values."""
    answer = served.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_there_is_no_such_page_unless_the_settings_say_so(served: Served) -> None:
    assert served.client.get("/metrics").status_code == 404


def test_who_is_named_may_read_and_nobody_else(measured: Served) -> None:
    def status(address: str, token: str | None = None) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return measured.client.get(
            "/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}
        ).status_code

    assert status("192.0.2.7") == 200
    assert status("198.51.100.1") == 404
    assert status("198.51.100.1", TOKEN) == 200
    assert status("192.0.2.7", "wrong-token-wrong") == 403


def test_nobody_gets_in_through_a_proxy_that_the_settings_forgot(measured: Served) -> None:
    """All visitors have its address then, which may well be one of those that are allowed."""
    allowed = {"REMOTE_ADDR": "192.0.2.7"}

    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        answer = measured.client.get("/metrics", headers={name: "198.51.100.1"}, environ_base=allowed)
        assert answer.status_code == 404


def test_requests_acts_refusals_and_the_ledger_are_counted(measured: Served) -> None:
    before = figures(measured)
    measured.captured(harvest("M1"))
    measured.post(document(harvest("M2"), schemaVersion="1.2"))
    measured.client.get("/nope")
    measured.client.open("/nope", method="WHATEVER")
    measured.services.here.publisher.turn()
    after = figures(measured)

    def grown(*name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown("lotproof_requests_total", "POST", "/epcis/capture", "202") == 1
    assert grown("lotproof_requests_total", "GET", "-", "404") == 1
    assert grown("lotproof_requests_total", "other", "-", "404") == 1
    assert grown("lotproof_refusals_total", "invalid_document") == 1
    assert grown("lotproof_entries_total", "harvest") == grown("lotproof_acts_total", "harvest") == 1
    assert grown("lotproof_acts_total", "several") == 0
    assert grown("lotproof_acknowledgement_seconds_count") >= 1
    assert after["lotproof_capture_jobs", "done"] == 1
    assert after["lotproof_log_size",] == after["lotproof_published_size",]
    assert after["lotproof_inbox_waiting",] == 0
    assert ("lotproof_loop_faults_total", "log publisher") in after


def test_an_act_of_several_kinds_is_one_act_with_entries_of_each(measured: Served) -> None:
    before = figures(measured)
    world = measured.world
    with world.log.unit_of_work() as uow:
        place = Gln("9520000001032")
        body = {"names": {"en": "Cellar"}, "zone": "Asia/Shanghai"}
        write_record(uow, world.log.operator, "place", place.place_uri, body)
        fact = Fact("harvest", world.clock.now, place=ORCHARD, portions=(portion(lot("M4"), "10"),))
        record_in(uow, world.log.operator, Author(FARM.party_uri), fact)
    after = figures(measured)

    grown = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    assert grown["lotproof_acts_total", "several"] == 1
    assert grown["lotproof_entries_total", "harvest"] == grown["lotproof_entries_total", "record"] == 1


def test_what_is_accepted_and_not_numbered_is_counted_without_a_time(measured: Served) -> None:
    before = figures(measured)
    counters.note_act(["ship"], None)
    after = figures(measured)

    assert after["lotproof_acts_total", "ship"] - before.get(("lotproof_acts_total", "ship"), 0) == 1
    name = ("lotproof_acknowledgement_seconds_count",)
    assert after[name] == before[name]


def test_background_work_that_fails_is_counted(measured: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    before = figures(measured)
    loop = measured.services.here.publisher.loop
    with monkeypatch.context() as patch:
        patch.setattr(Log, "publish", lambda _log: 1 / 0)
        loop.take_turn()
        loop.take_turn()
    loop.take_turn()

    name = ("lotproof_loop_faults_total", "log publisher")
    assert figures(measured)[name] - before[name] == 2


def test_no_label_names_a_lot_or_a_party(measured: Served) -> None:
    measured.captured(harvest("M3"))
    measured.client.get("/01/09520000100018/10/M3")

    told = {value for name in figures(measured) if name[0].startswith("lotproof") for value in name[1:]}

    assert not [one for one in told if "M3" in one or "952000" in one]


def test_the_operators_guide_explains_every_figure_and_no_other(measured: Served) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    explained = {re.sub(r"_total$", "", name) for name in re.findall(r"`(lotproof_\w+)", guide)}
    answer = measured.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    families = {one.name for one in text_string_to_metric_families(answer.text)}

    assert explained == {name for name in families if name.startswith("lotproof_")}
