"""What stops half way: disks that are full, processes that are killed, and a database elsewhere."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import system_clock
from lotproof.ledger.log import Log
from lotproof.lots.capture import open_job, stage
from lotproof_schemas.document_reader import read_document
from support.command_line import Lotproof
from support.documents import LOT, document


def no_room(_log: Log) -> int:
    """A disk that has no room for tiles."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_stands_but_is_not_published_is_said_to_stand(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(Log, "publish", no_room)
        refused = lotproof.refusal("record", "creation", "--portions", f"{LOT}=5 KGM")

    assert refused["code"] == "not_published"
    assert "No space left" in refused["message"]
    assert lotproof.json("balance", LOT)["created"] == "5"
    published = lotproof.json("log", "publish")["size"]
    assert lotproof.json("verify", "--log", lotproof.home / "tiles")["size"] == published


def test_a_refusal_is_told_even_where_publishing_fails_too(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Log, "publish", no_room)

    assert (
        lotproof.refusal("record", "loss", "--portions", f"{LOT}=5 KGM", "--reason", "x")["code"]
        != "not_published"
    )


def test_a_document_that_a_kill_left_half_done_is_finished_by_the_next_call(lotproof: Lotproof) -> None:
    log = open_instance(Place(lotproof.home), system_clock, os.urandom)
    with read_document(BytesIO(document().encode())) as read:
        job = open_job(log, log.operator)
        assert stage(log, job, read.events(), lambda: {"@context": read.header.context})
    log.engine.dispose()

    done = lotproof.json("capture", lotproof.write("doc.json", document()))

    assert (done["resumed"], done["entries"], done["repeated"]) == (1, 0, 1)
    assert lotproof.json("balance", LOT)["created"] == "5"


def test_a_full_disk_is_told_plainly_and_nothing_is_lost(lotproof: Lotproof) -> None:
    lotproof.json("capture", lotproof.write("doc.json", document()))
    before = lotproof.json("verify")["size"]
    lots = [{"epcClass": f"https://id.gs1.org/01/09520000100018/10/L{n}"} for n in range(180)]
    long = lotproof.write("long.json", document(quantityList=lots))

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes what the file has already

    event.listen(Engine, "connect", fill)
    try:
        refused = lotproof.refusal("capture", long)
    finally:
        event.remove(Engine, "connect", fill)

    assert refused["code"] == "database_failed"
    assert "disk is full" in refused["message"]
    assert "nothing acknowledged is lost" in refused["hint"]
    assert lotproof.json("verify")["size"] == before


def test_a_database_that_went_back_in_time_is_never_written_to(lotproof: Lotproof, tmp_path: Path) -> None:
    database, copy = lotproof.home / "lotproof.sqlite3", tmp_path / "copy"
    with closing(sqlite3.connect(database)) as db, closing(sqlite3.connect(copy)) as target:
        db.backup(target)
    lotproof.json("record", "creation", "--portions", f"{LOT}=5 KGM")
    for left in lotproof.home.glob("lotproof.sqlite3*"):
        left.unlink()
    copy.rename(database)

    refused = lotproof.refusal("record", "creation", "--portions", f"{LOT}=5 KGM")

    assert refused["code"] == "log_rolled_back"
    assert "restore the newest" in refused["hint"]


def test_a_database_with_another_history_than_was_published_is_looked_at_and_never_published(
    lotproof: Lotproof, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, tiles = tmp_path / "other", lotproof.home / "tiles"
    shutil.copytree(lotproof.home, other)
    lotproof.json("record", "creation", "--portions", f"{LOT}=5 KGM")
    size = lotproof.json("verify")["size"]
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("LOTPROOF_HOME", str(other))
        for amount in (6, 7):
            lotproof.json("record", "creation", "--portions", f"{LOT}={amount} KGM")
        shutil.rmtree(other / "tiles")
        shutil.copytree(tiles, other / "tiles")

        refused = lotproof.refusal("record", "creation", "--portions", f"{LOT}=8 KGM")
        published = lotproof.refusal("log", "publish")
        verified = lotproof.refusal("verify")

    assert refused["code"] == published["code"] == verified["code"] == "log_forked"
    assert f"from entry {size - 1} on" in refused["message"]
    assert lotproof.json("verify", "--log", other / "tiles")["size"] == size


def test_a_change_that_publishing_notices_is_still_located(lotproof: Lotproof) -> None:
    newest = "(SELECT max(id) FROM log_node)"
    with closing(sqlite3.connect(lotproof.home / "lotproof.sqlite3")) as db:
        db.execute(f"UPDATE log_node SET hash = zeroblob(32) WHERE id = {newest}")
        db.commit()

    refused = lotproof.refusal("log", "publish")
    found = json.loads(lotproof("verify", "--json").stdout)

    assert refused["code"] == "log_forked"
    assert (found["ok"], found["fault"]["field"]) == (False, "node")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_everything_works_on_postgresql_too(
    unopened: Lotproof, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTPROOF_DATABASE_URL", database_url)

    begun = unopened.json("init")
    captured = unopened.json("capture", unopened.write("doc.json", document()))
    recorded = unopened.json("record", "loss", "--portions", f"{LOT}=1 KGM", "--reason", "rot")

    assert database_url.partition("://")[0] in begun["database"]
    assert (captured["entries"], recorded["entry"]) == (1, 4)
    assert unopened.json("balance", LOT)["on_hand"] == "4"
    assert unopened.json("verify")["checked"] == 5
    assert unopened.json("verify", "--log", unopened.home / "tiles")["checked"] == 5
