"""What was told and what is to leave the house, for tests of whoever tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from typing import Any

from sqlalchemy import select

from lotproof.notices.delivery import Channel
from lotproof.notices.letters import Letter
from lotproof.notices.models import Notice, Outgoing
from lotproof.notices.telling import tell
from lotproof.storage.engine import writing
from support.world import World

URL = "https://lot.example.org"
SENDER = Address("Lotproof", "notices", "lot.example.org")
LETTER = Letter(
    Channel.MAIL,
    "wang.fang@example.org",
    "王芳",
    "有机证书将在60天后到期",
    "第一行\n<b>second</b> & third",
    "zh_Hans",
    7,
    datetime(2026, 6, 1, 8, tzinfo=UTC),
    (("查看", "https://lot.example.org/notices/7"),),
    "Foot",
)


@dataclass
class Hand:
    """Takes letters. fails: what it raises, one after the other, before it takes any."""

    taken: list[Letter] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        """Take it, or fail."""
        if self.fails:
            raise self.fails.pop(0)
        self.taken.append(letter)

    def close(self) -> None:
        """Nothing is open."""


HELD = {"lot": "A1", "reason": "cold chain broken"}


def told(world: World, *accounts: int, once: str = "1", kind: str = "lot_held") -> int:
    """Tell accounts that a lot is held; returns how many were told."""
    with writing(world.log.engine) as db:
        return tell(db, accounts, kind, "lot", "09520000100018/A1", HELD, world.clock.now, once)


def notices_of(world: World, account: int) -> list[str]:
    """Kinds of an account's notices, oldest first."""
    with world.read() as db:
        found = select(Notice.kind).where(Notice.account == account).order_by(Notice.id)
        return list(db.execute(found).scalars())


def leaving(world: World) -> list[Any]:
    """Rows of what leaves the house, oldest first."""
    with world.read() as db:
        return list(db.execute(select(Outgoing.__table__).order_by(Outgoing.id)))
