"""A mirror says on every page whose log it is, up to which entry; it answers reads, and refuses everything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lotproof.instance import Place
from lotproof.ledger.standing import note_worked
from lotproof.storage.engine import open_engine, writing
from lotproof_schemas.settings import read_settings
from lotproof_web.app import create_app
from lotproof_web.binding import bind, build_app
from lotproof_web.services import Mirrored
from support.copying import MirrorPlace, exported, home_tiles, lived_in
from support.databases import Databases, Kind
from support.page_services import FakeServices
from support.story_parts import GOOD
from support.world import CASES, World, lot

BAR = 'class="mirror"'


@pytest.fixture
def mirrored(
    world: World, databases: Databases, database_kind: Kind, tmp_path: Path
) -> Iterator[MirrorPlace]:
    """A mirror of a world."""
    with databases.empty(database_kind) as url:
        mirror = MirrorPlace(Place(tmp_path / "mirror", url))
        exported(lived_in(world), tmp_path / "export.tar")
        mirror.take(tmp_path / "export.tar")
        yield mirror


@pytest.fixture
def served(mirrored: MirrorPlace) -> Iterator[FlaskClient]:
    """The mirror, behind the whole application."""
    log = mirrored.open()
    settings = {"LOTPROOF_HOME": str(mirrored.home), "LOTPROOF_LOG_ENTRIES": "public"}
    yield build_app(bind(log, read_settings(settings))).test_client()
    log.engine.dispose()


@pytest.mark.parametrize("path", ["/", GOOD.path, "/no/such/page", "/01/09521234543213"])
def test_every_page_of_a_mirror_has_the_bar(services: FakeServices, path: str) -> None:
    services.mirrored = Mirrored("example.org/log", 41)
    client = create_app(services).test_client()

    assert "Read-only mirror of example.org/log as of entry 41" in client.get(path).text
    assert "example.org/log 的只读镜像，截至第 41 号条目" in client.get(f"{path}?lang=zh-Hans").text


def test_a_ledger_of_its_own_has_no_bar(client: FlaskClient) -> None:
    assert BAR not in client.get("/").text


def test_a_mirror_whose_database_is_away_still_says_what_it_is(services: FakeServices) -> None:
    services.mirrored = Mirrored("example.org/log", None)

    assert "Read-only mirror of example.org/log<" in create_app(services).test_client().get("/").text


def test_a_mirror_shows_lots_and_proves_them(served: FlaskClient, world: World) -> None:
    cases = lot("C-H1", CASES)
    newest = world.log.publish() - 1

    page = served.get(cases.path)
    bundle = served.get(f"{cases.path}/bundle.json")

    assert (page.status_code, bundle.status_code) == (200, 200)
    assert f"Read-only mirror of {world.log.origin} as of entry {newest}" in page.text
    from lotproof.proof.bundle import check

    report = check(bundle.data, world.log.verifier_key)
    assert report.ok, report.fault


def test_the_checkpoint_that_it_serves_is_the_origins_own(served: FlaskClient, world: World) -> None:
    assert served.get("/log/checkpoint").data == (home_tiles(world) / "checkpoint").read_bytes()


@pytest.mark.parametrize("path", ["/epcis/capture", "/", "/log/checkpoint", "/no/such/page"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_whatever_could_write_is_refused(served: FlaskClient, path: str, method: str) -> None:
    response = served.open(path, method=method, json={}, headers={"Accept": "application/json"})

    assert response.status_code == 409
    assert response.json is not None
    assert response.json["code"] == "read_only_mirror"
    assert response.json["hint"]


def test_until_all_entries_have_worked_a_mirror_says_how_far_it_is(
    served: FlaskClient, mirrored: MirrorPlace
) -> None:
    engine = open_engine(mirrored.place.url)
    with writing(engine) as db:
        note_worked(db, 3)

    refused = served.get(f"/01/{CASES}/10/C-H1", headers={"Accept": "application/json"})
    page = served.get(f"/01/{CASES}/10/C-H1")

    assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (
        503,
        "being_rebuilt",
        "30",
    )
    assert "3 of " in page.text
    assert served.get("/log/checkpoint").status_code == 200
    assert served.get("/healthz").status_code == 200
    with writing(engine) as db:
        note_worked(db, None)
    assert served.get(f"/01/{CASES}/10/C-H1").status_code == 200
    engine.dispose()
