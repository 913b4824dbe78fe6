"""Turn an event into the payload that its party signs: what it is about, what was seen, who approved."""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.epcis.about import about
from lotproof.epcis.event import Event
from lotproof.epcis.event_hash import event_hash
from lotproof.kernel.identifiers import identify
from lotproof.kernel.instants import rfc3339
from lotproof.ledger.submitting import Draft, Submission, newest_heads
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.kinds import Kind
from lotproof.lots.long_lists import shorten
from lotproof.lots.privacy import private_pointers
from lotproof.proof.canonical import jcs

_NOT_CONTENT = frozenset({"eventID", "recordTime", "errorDeclaration"})


@dataclass(frozen=True, slots=True)
class Author:
    """Who stands for an event. role: "author" of an own act, "submitter" of a document from outside.

    approvals: names of the persons who agreed; on the log they are pseudonyms.
    """

    party: str
    role: str = "author"
    approvals: tuple[str, ...] = ()


Sign = Callable[[UnitOfWork, Draft], Submission]
"""Puts a drafted payload on the log, signed."""


def sign_here(uow: UnitOfWork, drafted: Draft) -> Submission:
    """Sign with the key of the party that is kept here."""
    return uow.submit(drafted)


def content_of(raw: Mapping[str, Any]) -> bytes:
    """Return what makes an event the same when it comes again, whatever it is called and whenever recorded."""
    return event_hash({name: value for name, value in raw.items() if name not in _NOT_CONTENT}).encode()


def draft(uow: UnitOfWork, author: Author, event: Event, kind: Kind, corrects: str | None = None) -> Draft:
    """Return the payload for the log. corrects: leaf hash (hex) of the entry that is corrected."""
    raw = dict(event.raw)
    chains = about(raw)
    signed: dict[str, Any] = {
        "by": author.party,
        "role": author.role,
        "kind": "correction" if raw.get("errorDeclaration") else kind.name,
        "about": chains,
        "event": shorten(raw, uow.keep_blob),
        "seen": newest_heads(uow.db, chains),
    }
    if corrects:
        signed["corrects"] = corrects
    if author.approvals:
        signed["approvals"] = approvals_of(uow, author)
    declaration = raw.get("errorDeclaration")
    return Draft(
        kind="event",
        signed=signed,
        content=content_of(raw),
        declaration=jcs(declaration) if declaration else b"",
        private=[*private_pointers(kind, Event(signed["event"])),
                 *(f"/approvals/{n}/name" for n in range(len(signed.get("approvals", ()))))],
        parties=parties_named(event),
    )  # fmt: skip


def approvals_of(uow: UnitOfWork, author: Author) -> list[dict[str, str]]:
    """Return the approvals: a pseudonym that is the same for one person of one organisation, and her name, hidden."""
    at = rfc3339(uow.now)
    return [{"person": person, "at": at, "name": name} for person, name in people_of(uow, author).items()]


def people_of(uow: UnitOfWork, author: Author) -> dict[str, str]:
    """Return the different persons who approved: pseudonym -> name."""
    named = [name for name in author.approvals if _spelling(name)]
    return {pseudonym(uow.terms.secret, author.party, name): name for name in named}


def pseudonym(secret: bytes, party: str, name: str) -> str:
    """Return 32 hex digits for a person; without the log's secret nobody can try names against it."""
    text = f"person\n{party}\n{_spelling(name)}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def _spelling(name: str) -> str:
    """What is left of a name when case, width, spaces and what is not seen make no difference."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isprintable() and not char.isspace())


def parties_named(event: Event) -> Sequence[str]:
    """Return the organisations that an event names as its sources and destinations."""
    ends = [uri for _type, uri in (*event.sources, *event.destinations)]
    return [uri for uri in ends if identify(uri).kind == "party"]
