"""My tasks, from whatever source."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from lotproof.people.actor import Actor
from lotproof.people.roles import Role
from lotproof.people.tasks import Task
from lotproof_web import tasks
from lotproof_web.console import tasks as page
from lotproof_web.tasks import TaskWords
from support.people import browser_of, person
from support.served import Served
from support.world import FARM, World


def some(_db: Connection, _actor: Actor, now: datetime) -> Sequence[Task]:
    """A task of each kind of deadline, and one that nobody has words for."""
    return [
        Task("renew", "document", "d/1", "Licence", now - timedelta(hours=1), now),
        Task("renew", "document", "d2", "Certificate", now + timedelta(hours=1), now),
        Task("renew", "document", "d3", "Other <paper>", now + timedelta(days=12), now),
        Task("unheard", "document", "d4", "Nothing", now, now),
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_tasks_stand_by_when_they_press(
    world: World, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "SOURCES", (some,))
    monkeypatch.setitem(tasks.KINDS, "renew", TaskWords("Renew", "/documents/{id}"))
    monkeypatch.setattr(page, "COUNTS", (lambda *_: (7, "Open", "/x"), lambda *_: None) * 9)
    client = browser_of(world, served, person(world, "Li Na", FARM.party_uri, Role.SUPPLIER))

    text = client.get("/tasks?lang=en").text

    assert text.index("Overdue") < text.index("Licence") < text.index("Today") < text.index("Certificate")
    assert text.index("Certificate") < text.index("Later") < text.index("Other &lt;paper&gt;")
    assert 'href="/documents/d%2F1"' in text
    assert "in 12 days" in text
    assert "Nothing" not in text
    assert text.count("<b>7</b>") == tasks.MOST_COUNTS
