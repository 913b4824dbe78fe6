"""What somebody may read of an organisation or person that is registered here."""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from sqlalchemy import Connection, select
from stdnum.cn import uscc

from lotproof.kernel.errors import NotFoundError
from lotproof.kernel.identifiers import Gln
from lotproof.parties.records import get_record
from lotproof.people.actor import Actor
from lotproof.people.models import Organisation
from lotproof.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class KnownParty:
    """names: empty where they are a natural person's and not the asker's to read.  kind: None where not recorded."""

    party: str
    names: Mapping[str, str]
    person: bool
    kind: str | None


def party_uri(text: str) -> str:
    """Return the URI for a GLN of 13 digits; any other text is taken for a URI.

    Raises: InvalidInputError `invalid_check_digit`.
    """
    return Gln(text).party_uri if text.isascii() and text.isdecimal() and len(text) == 13 else text


def known_party(db: Connection, actor: Actor, party: str) -> KnownParty:
    """Return what the actor may read of a party. Two statements. Raises: NotFoundError `unknown_party`."""
    body = get_record(db, "party", party)
    if body is None:
        raise NotFoundError("unknown_party", "no such party is registered here", "compare its number")
    person = body.get("person") is True
    whole = not person or party in actor.belongs_to or actor.may(Permission.READ_PARTIES_ANY)
    kind = db.execute(select(Organisation.kind).where(Organisation.party == party)).scalar()
    return KnownParty(party, dict(body.get("names") or {}) if whole else {}, person, kind or body.get("kind"))


def party_of_code(db: Connection, text: str) -> str | None:
    """Return the party with this 统一社会信用代码, None for any other text, which costs no statement."""
    code = uscc.compact(normalize("NFKC", text))
    if not uscc.is_valid(code):
        return None
    found = db.execute(select(Organisation.party).where(Organisation.credit_code == code)).scalar()
    return None if found is None else str(found)
