"""The door of an instance in tests: codes that are sent are kept, to be read as their owner reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from lotproof.people.challenges import Purpose
from lotproof.people.entrance import Entrance, Visitor
from lotproof.people.models import Account, Session
from lotproof.people.registering import register
from lotproof.people.sending_codes import ask_for_code
from lotproof.people.sessions import digest
from support.world import World

PASSWORD = "three green apples"  # noqa: S105
HER = Visitor("203.0.113.7", "Phone", "en")
PHONE = "138 0013 8000"


@dataclass
class Sent:
    """A sender that keeps what it was given: (channel, to, code)."""

    messages: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(
        self, db: Connection, channel: str, to: str, code: str, language: str, now: datetime
    ) -> None:
        """Keep it."""
        self.messages.append((channel, to, code))

    @property
    def code(self) -> str:
        """The newest code."""
        return self.messages[-1][2]


@dataclass
class Door:
    """An entrance and what was sent through it."""

    world: World
    sent: Sent = field(default_factory=Sent)

    @property
    def entrance(self) -> Entrance:
        """The door."""
        return Entrance(self.world.log, self.sent)

    def registered(self, contact: str = PHONE, password: str = PASSWORD, name: str = "Li Hua") -> str:
        """Register somebody; returns the token of her session."""
        handle = ask_for_code(self.entrance, HER, Purpose.REGISTER, contact)
        step = register(self.entrance, HER, handle, self.sent.code, name, password, ["terms", "privacy"])
        assert step.token is not None
        return step.token

    def account_of(self, token: str) -> int:
        """Whose session it is."""
        with self.world.read() as db:
            return db.execute(select(Session.account).where(Session.digest == digest(token))).scalar_one()

    def row(self, account: int) -> object:
        """The account's row."""
        with self.world.read() as db:
            return db.execute(select(Account.__table__).where(Account.id == account)).one()
