"""Codes that prove that an address is somebody's: sent before everything else, never kept longer than they hold.

A code is in no notice, in no digest and in no log. Its row holds it until it was sent or has run out, whichever is
first, and is emptied then.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from lotproof.notices.delivery import Channel
from lotproof.notices.filling import detail_of
from lotproof.notices.models import Outgoing
from lotproof.notices.telling import outgoing

KIND = "code"
LASTS = timedelta(minutes=10)


def send_code(
    db: Connection,
    channel: str,
    to: str,
    code: str,
    language: str,
    now: datetime,
    *,
    lasts: timedelta = LASTS,
) -> None:
    """Have a code sent, once this transaction is committed. channel: "mail" or "sms".  to: address or E.164 number.

    lasts: how long it can be used: it is not sent after that, and the message says until when.
    """
    until = now + lasts
    row = outgoing(
        Channel(channel),
        language,
        now,
        kind=KIND,
        address=to,
        detail=detail_of({"code": code, "until_at": until}),
        priority=0,
        expires_at=until,
    )
    db.execute(insert(Outgoing), row)
