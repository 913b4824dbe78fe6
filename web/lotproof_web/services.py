"""What the pages need from the core, as one Protocol, and the few shapes that only pages know.

- No method may write to the ledger, except the harvests that are tried and refused.
- `sign_in_as` writes beside it.
- `NotFoundError` from `story` or `page_key` means that nothing is recorded about the lot.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from lotproof.kernel.identifiers import LotId
from lotproof.lots.story import HeadsState, Names, Story
from lotproof.people.entrance import Step, Visitor

LabelSize = Literal["40x30", "60x40"]
Direction = Literal["up", "down"]


class PageSettings(Protocol):
    """The settings that pages read."""

    @property
    def public_url(self) -> str:
        """Where the pages are reached from outside, without a slash at the end; QR codes lead there."""

    @property
    def demo(self) -> bool:
        """Whether demonstration pages and sample lots are shown."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work before requests are taken. note: what is wrong with it."""

    name: str
    ok: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """Whose log this is a read-only mirror of, and its newest entry; None where the database cannot say now."""

    origin: str
    newest: int | None


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A lot of the demonstration data and what it is shown for. code: "good" | "recalled" | any other sample."""

    code: str
    lot: LotId
    product: Names


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody as whom a visitor of the demonstration may sign in. organisations: the one she acts for first."""

    key: str
    name: str
    organisations: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class EarlyHarvest:
    """A harvest that was tried and refused: the rule's code and message, and the evidence it stands on.

    treatment: what was applied; treated_on: when it ended; entry: where that stands on the log.
    """

    code: str
    message: str
    hint: str
    cycle: str
    treatment: Names
    treated_on: date
    interval_days: int
    earliest: date
    tried: date
    entry: int | None


@dataclass(frozen=True, slots=True)
class LapsedHarvest:
    """A harvest that an expired certificate refused: the rule's code and message, and what to do."""

    code: str
    message: str
    hint: str
    farm: Names
    tried: date


@dataclass(frozen=True, slots=True)
class Tampering:
    """What was changed in a copy of the log and what its verification found.

    entry, position: which byte of which entry; before, after: its values; excerpt_*: text around it.
    fault_*: the place that verification named, None where it found nothing.
    """

    log_size: int
    entry: int
    position: int
    before: int
    after: int
    excerpt_before: str
    excerpt_after: str
    fault_entry: int | None
    fault_field: str | None
    fault_message: str


class Services(Protocol):
    """Everything that pages ask for; one object for all threads, so each method opens what it needs itself."""

    @property
    def settings(self) -> PageSettings:
        """Settings, read once at start."""

    def now(self) -> datetime:
        """The time for "page made at"; aware."""

    def mirror(self) -> Mirrored | None:
        """What this is a mirror of, None where it is a ledger of its own; never raises."""

    def story(self, lot: LotId) -> Story:
        """What is recorded about a lot, in a fixed number of queries. Raises: NotFoundError."""

    def page_key(self, lot: LotId) -> Hashable:
        """Changes whenever the lot's page would: heads of its chains and of the lots around it, findings, recalls.

        Must cost far less than `story`. Raises: NotFoundError.
        """

    @property
    def public_proofs(self) -> bool:
        """Whether anybody may have a lot's proof, or only who takes part in it, the operator and auditors."""

    def bundle(self, lot: LotId, key: str) -> bytes:
        """The lot's proof bundle as canonical JSON. key: the asker's bearer key, read where proofs are not public.

        Raises: UnauthorisedError; NotFoundError, alike for a lot that is not there and for one of others.
        """

    def trace(self, lot: LotId, direction: Direction, key: str) -> bytes:
        """Where a lot came from or where it went, as JSON. key: as for `bundle`.

        Where proofs are not public, it is for the operator and auditors alone: it tells of the lots of others.
        Raises: UnauthorisedError; NotFoundError, alike for a lot that is not there and for whoever may not have it.
        """

    def absent_as_of(self, lot: LotId) -> HeadsState | None:
        """The newest heads entry, if it shows that no entry was about a lot; costs a few small reads."""

    def label(self, lot: LotId, size: LabelSize) -> bytes:
        """The lot's label as PDF. Raises: NotFoundError."""

    def readiness(self) -> tuple[Check, ...]:
        """What must work before requests are taken, each with its state; never raises."""

    def demo_cards(self) -> tuple[DemoCard, ...]:
        """Lots of the demonstration data for the home and demonstration pages; empty outside demo mode."""

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """As whom a visitor may sign in. Demo mode only."""

    def sign_in_as(self, key: str, visitor: Visitor) -> Step:
        """Begin a session as one of the demonstration's people. Demo mode only. Raises: NotFoundError."""

    def try_early_harvest(self) -> EarlyHarvest:
        """Try the harvest that the interval forbids and return the refusal; nothing is recorded. Demo mode only."""

    def try_lapsed_harvest(self) -> LapsedHarvest:
        """Try a harvest of a farm whose certificate ended, and return the refusal. Demo mode only."""

    def tamper_and_verify(self) -> Tampering:
        """Change one byte in a copy of the log and verify the copy. Demo mode only."""
