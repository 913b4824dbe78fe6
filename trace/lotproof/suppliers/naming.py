"""What a party is called in lists and notices: one name, whatever language the reader has."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.records import get_record


def name_of(db: Connection, party: str) -> str:
    """Return the name on record, else the number."""
    return called(get_record(db, "party", party) or {}, party)


def called(body: Mapping[str, Any], party: str) -> str:
    """Return the name in a party's record, else its number."""
    names = body.get("names") or {}
    for language in ("zh_Hans", "zh_Hant", "en"):
        if names.get(language):
            return str(names[language])
    return next(iter(names.values()), party.rpartition("/")[2])


def short(id: str) -> str:
    """Return an application's id as it stands in addresses, notices and deeds."""
    return id.removeprefix("urn:uuid:")


def paper_called(document_type: str) -> str:
    """Return what a type of paper is called in notices, as it is where it is issued."""
    known = DOCUMENT_TYPES.get(document_type)
    return known.chinese if known else document_type
