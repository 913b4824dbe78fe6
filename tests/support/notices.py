"""What was told and what is to leave the house, for tests of whoever tells."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lotproof.notices.models import Notice, Outgoing
from support.world import World


def notices_of(world: World, account: int) -> list[str]:
    """Kinds of an account's notices, oldest first."""
    with world.read() as db:
        found = select(Notice.kind).where(Notice.account == account).order_by(Notice.id)
        return list(db.execute(found).scalars())


def leaving(world: World) -> list[Any]:
    """Rows of what leaves the house, oldest first."""
    with world.read() as db:
        return list(db.execute(select(Outgoing.__table__).order_by(Outgoing.id)))
