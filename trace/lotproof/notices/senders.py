"""The contract of whatever sends a letter, and how it fails."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from lotproof.kernel.errors import LotproofError
from lotproof.notices.delivery import Channel

if TYPE_CHECKING:
    from lotproof.notices.letters import Letter


class TryLaterError(LotproofError):
    """This letter did not get through now; it may later."""

    def __init__(self, message: str) -> None:
        super().__init__("try_later", message, "it is tried again by itself")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by what it was made with."""
        return type(self), (self.message,)


class UnreachableError(TryLaterError):
    """The server does not answer, or does not take us: no letter gets through now."""


class RefusedByReceiverError(LotproofError):
    """This letter will never be taken."""

    def __init__(self, message: str) -> None:
        super().__init__("refused_by_receiver", message, "correct the address, then try again")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by what it was made with."""
        return type(self), (self.message,)


class Sender(Protocol):
    """A way out. One thread at a time.

    `send` returns when somebody else has taken the letter over for good. When it raises, or the process dies in it,
    the letter may have been taken all the same: it is sent again under the same id. It ends in bounded time.
    Raises: TryLaterError, UnreachableError, RefusedByReceiverError, and nothing else for what a server does.
    No error repeats an address, a text or a secret.
    """

    def send(self, letter: "Letter") -> None:
        """Hand a letter over."""

    def close(self) -> None:
        """Let go of connections. It can be used again afterwards."""


Ways = Mapping[Channel, Sender]
"""What there is to send by; a channel without a sender has no way."""
