"""One page of events, bounded in number and in bytes: an event may hold a list of any length."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from lotproof.lots.events import Query, find_events
from lotproof.lots.long_lists import left_out, lengthen
from lotproof.storage.blobs import BlobStore
from lotproof_schemas.epcis_out import dump_event

MOST_BYTES = 16_000_000
_AT_ONCE = 100


def page_of_events(db: Connection, query: Query, blobs: BlobStore) -> tuple[list[dict[str, Any]], int | None]:
    """Return up to `query.limit` events as they are answered, and where to go on (None: that was all).

    A page has at least one event and otherwise ends before `MOST_BYTES`; the standard allows shorter pages.
    """
    page: list[dict[str, Any]] = []
    bytes_left, after = MOST_BYTES, query.after
    while True:
        at_once = min(_AT_ONCE, query.limit - len(page))
        found, rest = find_events(db, replace(query, after=after, limit=at_once))
        for one in found:
            bytes_left -= len(json.dumps(one.event)) + left_out(one.event)
            if page and bytes_left < 0:
                return page, after
            page.append(lengthen(dump_event(one), blobs.get))
            after = one.index
        if rest is None or len(page) == query.limit:
            return page, rest
