"""The pages bound to a real instance: what they ask for is there, and readiness says what is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from lotproof.instance import Place, init_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import NotFoundError
from lotproof.ledger.log import Log
from lotproof.proof import bundle
from lotproof.storage import migrate
from lotproof.storage.engine import open_engine
from lotproof_schemas.settings import Settings, read_settings
from lotproof_web.binding import BoundServices, NoDemonstration, build_app, build_services, start
from lotproof_web.database import database, moment
from lotproof_web.services import DemoCard
from support.served import Served, serve
from support.world import APPLES, OPERATOR, START, Entropy, World, lot


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """The application, with one lot."""
    world.master("product", APPLES, {"names": {"en": "Apples", "zh_Hans": "苹果"}, "uom": "KGM"})
    world.harvested()
    return serve(world, tmp_path)


@pytest.fixture
def running(served: Served) -> Iterator[Served]:
    """The same with the work behind it going on."""
    start(served.services)
    yield served
    served.services.here.worker.loop.stop()
    served.services.here.publisher.loop.stop()
    served.services.here.heads.loop.stop()


def failed(services: BoundServices) -> dict[str, str]:
    """What is not ready, and why."""
    return {check.name: check.note for check in services.readiness() if not check.ok}


def test_the_page_of_a_lot_is_served_from_the_ledger(served: Served) -> None:
    page = served.client.get(lot("H1").path)

    assert page.status_code == 200
    assert "Apples" in page.text
    assert served.client.get(lot("NEVER").path).status_code == 404


def test_the_page_key_changes_with_the_lot_and_not_without(served: Served) -> None:
    before, same = (served.services.page_key(lot("H1")) for _ in range(2))
    served.world.record("sampling", lots=(lot("H1"),), at=served.world.clock.now)
    after = served.services.page_key(lot("H1"))

    assert before == same != after


def test_a_bundle_is_a_proof_under_the_logs_key(served: Served) -> None:
    response = served.get(f"{lot('H1').path}/bundle.json")

    report = bundle.check(response.data, served.world.log.verifier_key)
    assert (report.ok, report.pinned, report.subject) == (True, True, lot("H1").uri)


def test_a_label_leads_to_the_public_address(served: Served) -> None:
    response = served.client.get(f"{lot('H1').path}/label.pdf")

    assert response.data.startswith(b"%PDF")
    assert served.services.settings.public_url == "http://localhost:8000"


@pytest.mark.parametrize("method", ["story", "page_key"])
def test_what_nobody_recorded_is_not_found(served: Served, method: str) -> None:
    with pytest.raises(NotFoundError):
        getattr(served.services, method)(lot("NEVER"))
    with served.app.app_context(), pytest.raises(NotFoundError):
        served.services.bundle(lot("NEVER"), served.bearer(OPERATOR)["Authorization"].split()[1])
    with pytest.raises(NotFoundError):
        served.services.label(lot("NEVER"), "60x40")


def test_an_instance_is_ready_when_everything_works(running: Served) -> None:
    response = running.client.get("/readyz")

    assert failed(running.services) == {}
    assert response.status_code == 200
    assert [check["name"] for check in response.json["checks"]] == [  # type: ignore[index]
        "database", "migrations", "log", "tiles", "capture worker", "log publisher",
    ]  # fmt: skip


def test_without_the_work_behind_it_an_instance_is_not_ready(served: Served) -> None:
    assert failed(served.services) == dict.fromkeys(["capture worker", "log publisher"], "it is not running")
    assert served.client.get("/readyz").status_code == 503


def test_a_fault_behind_the_requests_is_seen(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_log: Log) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(Log, "publish", full)
    running.services.here.publisher.loop.take_turn()

    assert failed(running.services) == {"log publisher": "disk full"}


def test_old_tables_are_named(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "newest", lambda: "9999")

    assert "9999" in failed(running.services)["migrations"]


def test_a_folder_that_cannot_be_written_is_seen(running: Served, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = running.world.log
    log.around = replace(log.around, tiles=tmp_path / "file")

    assert {"tiles", "log"} & failed(running.services).keys()


def test_a_database_that_is_gone_is_seen_and_no_secret_with_it(running: Served) -> None:
    log = running.world.log
    log.around = replace(log.around, engine=open_engine("sqlite:////nowhere/secret/ledger.sqlite3"))

    found = failed(running.services)

    assert {"database", "migrations", "log"} <= found.keys()
    assert "secret" not in str(found)


def test_sessions_of_views_are_as_durable_as_the_core(served: Served) -> None:
    engine = served.world.log.engine
    with served.app.app_context():
        assert database.engine is engine
        if engine.dialect.name == "sqlite":
            assert moment().execute(text("PRAGMA synchronous")).scalar() == 2
        else:
            assert moment().execute(text("SHOW transaction_read_only")).scalar() == "on"


def settings_for(url: str, home: Path, **more: str) -> Settings:
    """Settings of an instance in this database."""
    return read_settings({"LOTPROOF_HOME": str(home), "LOTPROOF_DATABASE_URL": url, **more})


def begin(url: str, home: Path) -> Log:
    """Begin an instance."""
    place = Place(home, url)
    return init_instance(
        place, SteppingClock(START), Entropy(), "x.example/log", OPERATOR, {"en": "Operator"}
    )


def test_services_are_built_from_settings_alone(database_url: str, tmp_path: Path) -> None:
    begin(database_url, tmp_path).engine.dispose()

    services = build_services(settings_for(database_url, tmp_path))

    assert build_app(services).test_client().get("/log/checkpoint").status_code == 200
    assert isinstance(services.demonstration, NoDemonstration)
    services.log.engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_has_no_ledger_yet_is_told(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not_initialised"):
        build_services(read_settings({"LOTPROOF_HOME": str(tmp_path)}))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("demo", ["true", "false"])
def test_a_demonstration_is_shown_where_the_settings_say_so(
    database_url: str, tmp_path: Path, demo: str
) -> None:
    begin(database_url, tmp_path).engine.dispose()
    card = DemoCard("good", lot("H1"), {"en": "Apples"})

    class Shown(NoDemonstration):
        def demo_cards(self) -> tuple[DemoCard, ...]:
            return (card,)

    settings = settings_for(database_url, tmp_path, LOTPROOF_DEMO=demo)
    services = build_services(settings, lambda log, settings: Shown())

    assert services.demo_cards() == ((card,) if demo == "true" else ())
    if demo == "false":
        with pytest.raises(NotFoundError):
            services.try_early_harvest()
        with pytest.raises(NotFoundError):
            services.tamper_and_verify()
    services.log.engine.dispose()
