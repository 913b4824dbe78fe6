"""The demonstration's part of the services: lots, people, a harvest that is refused, a copy that is changed.

Changing a copy verifies a whole log, so one visitor at a time may ask for it.
"""

import threading
from dataclasses import asdict

from lotproof.demo import accounts, cards, lapsed, tamper
from lotproof.kernel.errors import RefusedError
from lotproof.ledger.log import Log
from lotproof.people.entrance import Step, Visitor
from lotproof.storage.engine import reading
from lotproof_schemas.settings import Settings
from lotproof_web.services import DemoCard, DemoPerson, EarlyHarvest, LapsedHarvest, Tampering


class SeasonDemonstration:
    """Shows the season that is in the log."""

    def __init__(self, log: Log, _settings: Settings) -> None:
        self._log = log
        self._tampering = threading.Lock()

    def demo_cards(self) -> tuple[DemoCard, ...]:
        """Lots to look at."""
        with reading(self._log.engine) as db:
            return tuple(DemoCard(one.code, one.lot, one.product) for one in cards.find_cards(db))

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """As whom a visitor may sign in."""
        with reading(self._log.engine) as db:
            return tuple(DemoPerson(one.key, one.name, one.organisations) for one in accounts.find_doors(db))

    def sign_in_as(self, key: str, visitor: Visitor) -> Step:
        """Begin a session as one of them. Raises: NotFoundError `no_demonstration`."""
        return accounts.go_in(self._log, key, visitor)

    def try_early_harvest(self) -> EarlyHarvest:
        """Try the harvest that the interval forbids; nothing is recorded."""
        tried = asdict(cards.try_early_harvest(self._log))
        del tried["refusal"]
        return EarlyHarvest(**tried)

    def try_lapsed_harvest(self) -> LapsedHarvest:
        """Try a harvest of a farm whose certificate ended; nothing is recorded."""
        return LapsedHarvest(**asdict(lapsed.try_lapsed_harvest(self._log)))

    def tamper_and_verify(self) -> Tampering:
        """Change one byte in a copy of the log and verify the copy. Raises: RefusedError `database_busy`."""
        if not self._tampering.acquire(blocking=False):
            raise RefusedError("database_busy", "somebody else is trying this now", "try again in a moment")
        try:
            return Tampering(**asdict(tamper.tamper_and_verify(self._log)))
        finally:
            self._tampering.release()
