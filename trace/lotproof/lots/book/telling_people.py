"""Whom the books tell what: holds, releases that wait, what was released, recalls."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from lotproof.kernel.identifiers import LotId
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.people.actor import Actor
from lotproof.people.permissions import TABLE, Permission


def tell_held(
    db: Connection, actor: Actor, lots: Sequence[LotId], reason: str, now: datetime, hold: int
) -> None:
    """Tell those of the organisation who may release."""
    others = _others(db, actor, Permission.APPROVE_RELEASE)
    for lot in lots[:20]:  # of a longer list the queue tells the rest
        about = {"lot": lot.code, "reason": reason}
        tell(db, others, "lot_held", "lot", lot.uri, about, now, f"held:{hold}:{lot.uri}")


def tell_asked(db: Connection, actor: Actor, name: str, needed: Permission, wish: int, now: datetime) -> None:
    """Tell those who may give the second approval."""
    others = _others(db, actor, needed)
    tell(db, others, "release_asked", "release_wish", str(wish), {"lot": name}, now, f"asked:{wish}")


def tell_released(db: Connection, first: int, name: str, wish: int, now: datetime) -> None:
    """Tell whoever gave the first approval."""
    tell(db, [first], "lot_released", "release_wish", str(wish), {"lot": name}, now, f"released:{wish}")


def tell_recall(
    db: Connection, parties: Sequence[str], name: str, reason: str, recall: str, now: datetime
) -> None:
    """Tell the people of every affected organisation who may answer."""
    for party in parties:
        people = people_with(db, party, TABLE[Permission.ANSWER_RECALL])
        about = {"lot": name, "reason": reason}
        tell(db, people, "recall_begun", "recall", recall, about, now, f"recall:{recall}")


def _others(db: Connection, actor: Actor, permission: Permission) -> list[int]:
    return [one for one in people_with(db, actor.acting_for, TABLE[permission]) if one != actor.account]
