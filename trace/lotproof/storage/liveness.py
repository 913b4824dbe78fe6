"""Find out before it is used whether a connection of the pool still has a server behind it.

To ask the server every time costs a wait for each transaction, which was a sixth of an acknowledgement. A
server that has ended the connection says so on it, unasked; that can be seen without waiting. Only what lay
unused for longer is asked, as a network may drop a connection without a word.
"""

import select
import time
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import InvalidatePoolError

UNASKED_S = 10.0
"""For how long a connection is trusted after it was used."""
_LEFT_AT = "lotproof_left_at"


def watch(engine: Engine) -> None:
    """Let the engine's pool replace connections whose server has gone, before anybody is given one."""
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "checkout", lambda driver, record, _proxy: _look(engine.dialect, driver, record))


def _note_time(_driver: Any, record: Any) -> None:
    record.info[_LEFT_AT] = time.monotonic()


def _look(dialect: Dialect, driver: Any, record: Any) -> None:
    """Raise InvalidatePoolError where the server has gone: the pool then connects anew, and forgets the others."""
    left_at = record.info.get(_LEFT_AT)
    if left_at is None:  # it was made just now
        return
    try:
        if _has_something_to_say(driver) or time.monotonic() - left_at > UNASKED_S:
            dialect.do_ping(driver)
    except Exception as error:
        raise InvalidatePoolError from error


def _has_something_to_say(driver: Any) -> bool:
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)  # raises where the connection is closed
    return bool(poll.poll(0))
