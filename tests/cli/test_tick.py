"""`lotproof tick` and `lotproof mails`, with the folder of mails."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from lotproof.kernel.clock import system_clock
from lotproof.notices.telling import tell
from lotproof.people.models import Account
from lotproof.storage.engine import open_engine, writing
from support.command_line import Lotproof


@pytest.fixture
def told(lotproof: Lotproof) -> Lotproof:
    """An instance in which somebody was told something."""
    engine = open_engine(f"sqlite:///{lotproof.home}/lotproof.sqlite3")
    now = system_clock()
    with writing(engine) as db:
        person = {
            "name": "Ann",
            "mail": "ann@example.org",
            "language": "en",
            "zone": "UTC",
            "created_at": now,
        }
        account = db.execute(insert(Account).returning(Account.id), person).scalar_one()
        tell(db, [account], "lot_held", "lot", "A1", {"lot": "A1", "reason": "x"}, now, "1")
    engine.dispose()
    return lotproof


def test_without_a_way_it_is_said_and_with_one_it_is_sent(
    told: Lotproof, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = told.json("tick")
    listed = told.json("mails")

    assert first["mails"] == {"sent": 0, "later": 0, "failed": 0, "no_way": 1}
    assert {"reminders", "escalations", "digests"} <= {one["job"] for one in first["jobs"]}
    assert [(one["state"], one["name"]) for one in listed["undelivered"]] == [("no_way", "Ann")]
    assert "no way to send" in told.text("mails", "list")

    monkeypatch.setenv("LOTPROOF_MAIL_FOLDER", str(tmp_path / "mails"))
    assert told.json("mails", "retry") == {"waiting": 1}
    assert told.json("tick")["mails"]["sent"] == 1
    assert told.json("tick")["mails"]["sent"] == 0
    assert len(list((tmp_path / "mails").iterdir())) == 1
    assert told.json("mails")["states"] == {"sent": 1}


def test_a_tick_of_a_later_time_does_what_is_due_by_then(told: Lotproof) -> None:
    told.text("tick")

    later = told.json("tick", "--at", "2099-01-01T00:00:00+08:00")

    assert later["at"] == "2098-12-31T16:00:00.000Z"
    assert {one["job"]: one["count"] for one in later["jobs"]}["tidying"] == 2
    assert "reminders" in told.text("tick")
