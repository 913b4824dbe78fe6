"""Who reads master data and who changes it take turns, so that the order of the log is the order in which they met.

An event that did not see a conversion stands before it on the log, and one that did behind it: numbers of submissions
are given out after the turn was taken, and entries are numbered by them. On SQLite there is one writer at a time.
"""

from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.storage.engine import take_turn

_TURN = 0x4C4F544D
_SHARED = "reads master data"


def read_master_data(uow: UnitOfWork) -> None:
    """Keep others from changing master data until the transaction ends."""
    if _SHARED not in uow.memo:
        take_turn(uow.db, _TURN, shared=True)
        uow.memo[_SHARED] = True


def change_master_data(uow: UnitOfWork) -> None:
    """Wait for those who read master data, and let nobody begin."""
    take_turn(uow.db, _TURN)
