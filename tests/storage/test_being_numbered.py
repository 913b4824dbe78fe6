"""What is read while another process numbers it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select, update

from lotproof.ledger import tables as t
from lotproof.lots.events import signed_of
from support.world import World


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_submission_that_is_numbered_between_two_statements_is_found(world: World) -> None:
    """Each statement sees its own moment there: not yet an entry, and then no longer in the inbox."""
    world.harvested()
    with world.log.engine.begin() as db:
        last = db.execute(
            select(t.entry.c.submission).order_by(t.entry.c.entry_index.desc()).limit(1)
        ).scalar_one()
        expected = signed_of(db, last)
        db.execute(update(t.entry).where(t.entry.c.submission == last).values(submission=-last))

    def number(_db: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "log_inbox" in statement:
            with world.log.engine.begin() as other:
                other.execute(update(t.entry).where(t.entry.c.submission == -last).values(submission=last))

    with world.log.engine.begin() as db:
        event.listen(db, "after_cursor_execute", number)
        assert signed_of(db, last) == expected
