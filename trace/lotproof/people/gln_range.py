"""GLNs for organisations that have none of their own, from the range under the operator's GS1 company prefix.

A number is given out once and never again, also when its organisation is closed: the log names it for ever.
Source: GS1 General Specifications, 2.4: a GLN is a company prefix, a location reference and a check digit, 13 digits.
"""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from lotproof.kernel.check_digits import mod10
from lotproof.kernel.errors import RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger.keys import custody_of
from lotproof.parties.records import get_record
from lotproof.people.organisation_models import GivenGln
from lotproof.storage.engine import take_turn

GLN_TURN = 0x474C4E52
"""Any constant does: who gives a number out waits for whoever does it now."""


def gln_at(prefix: str, reference: int) -> Gln | None:
    """Return the GLN with this reference, None behind the end of the range. prefix: 4 to 11 digits."""
    width = 12 - len(prefix)
    if reference >= 10**width:
        return None
    body = f"{prefix}{reference:0{width}d}"
    return Gln(body + mod10(body))


def give_gln(db: Connection, prefix: str, now: datetime) -> Gln:
    """Give out the next number that nobody has. Raises: RefusedError `gln_range_used_up`."""
    take_turn(db, GLN_TURN)
    newest = select(func.max(GivenGln.reference)).where(GivenGln.prefix == prefix)
    reference = db.execute(newest).scalar()
    reference = -1 if reference is None else reference
    while True:
        reference += 1
        gln = gln_at(prefix, reference)
        if gln is None:
            raise RefusedError(
                "gln_range_used_up",
                "all numbers of the operator's range are given out",
                "enter a GLN of your own, or ask the operator for a further range",
            )
        if not is_known(db, gln):
            row = {"gln": gln.digits, "prefix": prefix, "reference": reference, "given_at": now}
            db.execute(insert(GivenGln), row)
            return gln


def is_known(db: Connection, gln: Gln) -> bool:
    """Whether a party or a place is known by this number on the log."""
    if custody_of(db, gln.party_uri) is not None:
        return True
    return any(
        get_record(db, kind, uri) is not None
        for kind, uri in (("party", gln.party_uri), ("place", gln.place_uri))
    )
