"""What signing in and registering need from outside, and who stands there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from lotproof.ledger.log import Log
from lotproof.ledger.submitting import Entropy
from lotproof.ledger.vault import Vault


class CodeSender(Protocol):
    """Sends a code to somebody, in the transaction that made it: it leaves when that has committed, or never.

    channel: "sms" or "mail".  to: E.164 or a mail address.  language: code of a catalogue.
    """

    def __call__(
        self, db: Connection, channel: str, to: str, code: str, language: str, now: datetime
    ) -> object:
        """Put it into the outbox."""


class Teller(Protocol):
    """Tells accounts something in the transaction of the act, each once under the word `once`.

    kind, values: of a notice and for the holes of its words.  about_type, about_id: what it leads to.
    """

    def __call__(
        self,
        db: Connection,
        accounts: Collection[int],
        kind: str,
        about_type: str,
        about_id: str,
        values: Mapping[str, Any],
        now: datetime,
        once: str,
    ) -> object:
        """Write the notices."""


def say_nothing(*_: object, **__: object) -> None:
    """The teller of whoever has no notices, such as the command line."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door of one instance. tell: how people hear of what happened to their accounts.

    Its actions open their own transactions, as a wrong answer has to be counted though the act fails, and as argon2
    takes longer than others should wait for the database.
    """

    log: Log
    send: CodeSender
    tell: Teller = say_nothing

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.log.engine

    @property
    def vault(self) -> Vault:
        """What seals secrets of authenticators."""
        return self.log.around.vault

    @property
    def entropy(self) -> Entropy:
        """So many random bytes."""
        return self.log.around.entropy

    def now(self) -> datetime:
        """The time."""
        return self.log.around.clock()

    def digest(self, purpose: str, text: str) -> bytes:
        """A keyed digest, the same in every process."""
        return self.log.digest(purpose, text.encode())


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the address that the request came from, the browser, and the language that is spoken."""

    address: str = ""
    agent: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Step:
    """How it goes on: `token` of a session that has begun, else `second`, the handle of the second step."""

    token: str | None = None
    second: str | None = None
