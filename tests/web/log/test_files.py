"""/log: static files that anybody can check with tools of others, and entries for those who may read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lotproof.proof.checkpoint import open_checkpoint
from lotproof.proof.merkle import leaf_hash
from lotproof.proof.note import NoteVerifier
from lotproof.proof.tiles import decode_entries, new_tiles
from support.served import Served, codes, serve
from support.world import FARM, OPERATOR, World

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def published(served: Served) -> Served:
    """The same with its log published."""
    served.services.here.publisher.turn()
    return served


def size_of(served: Served) -> int:
    """What the published checkpoint covers."""
    note = served.client.get("/log/checkpoint").data
    return open_checkpoint(note, NoteVerifier.parse(served.world.log.verifier_key)).size


def test_the_checkpoint_is_a_signed_note_that_is_always_asked_for_again(published: Served) -> None:
    response = published.client.get("/log/checkpoint")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert size_of(published) > 0
    unchanged = published.client.get("/log/checkpoint", headers={"If-None-Match": response.headers["ETag"]})
    assert unchanged.status_code == 304


def test_every_tile_of_the_checkpoint_is_there_and_may_be_kept_for_ever(published: Served) -> None:
    for tile in new_tiles(0, size_of(published)):
        response = published.client.get(f"/log/{tile.path}")

        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Cache-Control"] == FOR_EVER
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(response.data) == 32 * tile.width


def test_entries_are_for_members_unless_the_settings_say_public(
    published: Served, world: World, tmp_path: Path
) -> None:
    path = f"/log/tile/entries/000.p/{size_of(published)}"

    nobody, member = published.client.get(path), published.get(path, FARM)
    operator = published.get(path, OPERATOR)
    unknown = published.client.get(path, headers={"Authorization": "Bearer lp_0_0"})
    public = serve(world, tmp_path, log_entries="public").client.get(path)

    for response in (nobody, member):
        assert response.status_code == 403
        assert response.json["code"] == "entries_for_members"  # type: ignore[index]
        assert codes(response) == []
    assert unknown.status_code == 401
    assert "WWW-Authenticate" in unknown.headers
    assert (operator.status_code, operator.headers["Cache-Control"]) == (200, "private, no-store")
    assert "Access-Control-Allow-Origin" not in operator.headers
    assert (public.status_code, public.headers["Cache-Control"]) == (200, FOR_EVER)
    assert public.data == operator.data


def test_the_entries_are_those_that_the_tiles_hash(published: Served) -> None:
    size = size_of(published)

    entries = decode_entries(published.get(f"/log/tile/entries/000.p/{size}", OPERATOR).data)
    hashes = published.client.get(f"/log/tile/0/000.p/{size}").data

    assert b"".join(leaf_hash(entry) for entry in entries) == hashes


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/../checkpoint",
        "tile/0/..%2fcheckpoint",
        "tile/0/%2e%2e/%2e%2e/blobs",
        "tile/../../keys/master.key",
        "tile/0//etc/passwd",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/+1",
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/000/",
        "tile/0/999",
        "tile/0/000%00",
        "tile/0/٠٠٠",
        "tile/-1/000",
        "tile/entries/",
        ".publishing",
        "",
    ],
)
def test_nothing_but_a_published_tile_is_ever_read(published: Served, path: str) -> None:
    (published.world.log.around.tiles / "secret").write_text("secret")  # type: ignore[operator]

    response = published.client.get(f"/log/{path}")

    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert codes(response) == []


def test_before_anything_is_published_there_is_no_checkpoint(served: Served) -> None:
    assert served.client.get("/log/checkpoint").status_code == 404


@pytest.fixture
def client(published: Served) -> FlaskClient:
    """A client of the published log."""
    return published.client


def test_nobody_writes_to_the_log_by_http(client: FlaskClient) -> None:
    response = client.post("/log/checkpoint", data=b"x")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
