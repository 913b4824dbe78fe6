"""Challenges: a code of six digits that was sent, or a step that is still owed. Single use, ten minutes, five tries.

- The browser holds a handle of 128 random bits; whoever guesses codes needs that too.
- Only a digest under a secret of the log is kept of a code: six digits could be guessed from a plain one.
- A wrong answer is counted in the transaction that judged it; that one must commit though the answer was wrong.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem
from lotproof.people.account_models import Challenge
from lotproof.people.contacts import Contact
from lotproof.people.entrance import Entrance

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
_KEPT = timedelta(days=1)


class Purpose(StrEnum):
    """What a challenge is for; an answer to one is none to another."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    RESET = "reset"
    SECOND_STEP = "second_step"
    NEW_CONTACT = "new_contact"
    PROOF = "proof"
    TOTP = "totp"


def six_digits(entropy: Callable[[int], bytes]) -> str:
    """Return a code, each as likely as any other: 64 bits leave a bias below one in 10^13."""
    return f"{int.from_bytes(entropy(8), 'big') % 1_000_000:06d}"


def begin(
    db: Connection,
    purpose: Purpose,
    now: datetime,
    entropy: Callable[[int], bytes],
    *,
    contact: Contact | None = None,
    account: int | None = None,
    code: bytes | None = None,
    sealed: bytes | None = None,
) -> str:
    """Return the handle of a new challenge. What is long over goes."""
    db.execute(delete(Challenge).where(Challenge.expires_at < now - _KEPT))
    token = urlsafe_b64encode(entropy(16)).rstrip(b"=").decode()
    row = {
        "handle": _handle(token),
        "purpose": purpose,
        "channel": contact.channel if contact else "",
        "contact": contact.value if contact else "",
        "account": account,
        "code": code,
        "sealed": sealed,
        "tries": 0,
        "made_at": now,
        "expires_at": now + LASTS,
    }
    db.execute(insert(Challenge), row)
    return token


def code_digest(entrance: Entrance, purpose: str, contact: str, code: str) -> bytes:
    """What is kept of a code."""
    return entrance.digest("one-time code", f"{purpose}\n{contact}\n{code}")


def find(db: Connection, purpose: Purpose, handle: str, now: datetime) -> Any:
    """Return the row of a challenge that can still be answered. Raises: NotFoundError `challenge_over`."""
    wanted = (Challenge.handle == _handle(handle)) & (Challenge.purpose == purpose)
    open_still = Challenge.used_at.is_(None) & (Challenge.expires_at > now) & (Challenge.tries < MOST_TRIES)
    row = db.execute(select(Challenge.__table__).where(wanted, open_still)).one_or_none()
    if row is None:
        raise over()
    return row


def take_try(db: Connection, purpose: Purpose, handle: str, now: datetime) -> Any:
    """Count one try, and return the challenge; its row stays locked. Raises: NotFoundError `challenge_over`."""
    counted = update(Challenge).where(
        Challenge.handle == _handle(handle),
        Challenge.purpose == purpose,
        Challenge.used_at.is_(None),
        Challenge.expires_at > now,
        Challenge.tries < MOST_TRIES,
    )
    if db.execute(counted.values(tries=Challenge.tries + 1)).rowcount != 1:
        raise over()
    return db.execute(select(Challenge.__table__).where(Challenge.handle == _handle(handle))).one()


def is_right(entrance: Entrance, row: Any, code: str) -> bool:
    """Whether the code is the one that was sent for this challenge."""
    typed = "".join(code.split())[:20]
    digest = code_digest(entrance, row.purpose, row.contact, typed)
    return hmac.compare_digest(row.code or bytes(32), digest) and row.code is not None


def use(db: Connection, row: Any, now: datetime) -> None:
    """It was answered: it is over."""
    db.execute(update(Challenge).where(Challenge.id == row.id).values(used_at=now))


def answer_code(
    db: Connection, entrance: Entrance, purpose: Purpose, handle: str, code: str, now: datetime
) -> Any:
    """Judge a code and return its challenge, which is over then; None where it is wrong, and the try counts.

    Raises: NotFoundError `challenge_over`.
    """
    row = take_try(db, purpose, handle, now)
    if not is_right(entrance, row, code):
        return None
    use(db, row, now)
    return row


def over() -> NotFoundError:
    """The error of whoever answers what cannot be answered any more, or was somebody else's to answer."""
    return NotFoundError(
        "challenge_over", "this code is used, too old, or was tried too often", "ask for another one"
    )


def wrong_code() -> InvalidInputError:
    """The error of whoever gave a wrong code; it is raised when the try is committed."""
    said = "this is not the code that was sent"
    return InvalidInputError(
        "wrong_code", said, "look at the newest message, or ask for another code",
        [Problem("code", "wrong_code", said)],
    )  # fmt: skip


def _handle(token: str) -> bytes:
    return sha256(token.encode()).digest()
