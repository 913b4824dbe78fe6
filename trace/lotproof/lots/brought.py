"""An event that its party signed itself, with a key that it keeps: opened, compared, and let in like any other.

- The ledger drafts the payload that it would have signed for the same event; the party must have signed just that.
  So a brought event is about the same chains, hides the same parts and meets the same guards as one signed here.
- Only `seen`, the pseudonyms of those who approved and the salts are the party's own choice, within limits.
- The verifier's own check of the entry comes last: the log never holds one that its verifier refuses.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lotproof.epcis.about import about
from lotproof.kernel.errors import InvalidInputError, LogFaultError, LotproofError, Problem
from lotproof.kernel.instants import parse_instant
from lotproof.kernel.strict_json import loads
from lotproof.ledger.keys import key_revoked, take_key
from lotproof.ledger.seen import unknown_seen
from lotproof.ledger.submitting import Draft, SignedPayload, Submission, known_submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.drafting import Author
from lotproof.lots.entering import Entered, enter
from lotproof.lots.long_lists import FIELDS
from lotproof.proof import data_integrity, disclosure
from lotproof.proof.canonical import jcs
from lotproof.proof.disclosure import Disclosure
from lotproof.proof.entry import ChainLink, assemble
from lotproof.proof.faults import Fault
from lotproof.proof.signatures import check_entry

_NEEDED = frozenset({"by", "role", "kind", "about", "event"})
_ALLOWED = _NEEDED | {"seen", "corrects", "approvals", "_sd"}
_COMPARED = ("by", "role", "kind", "about", "event", "corrects")
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")
_SALT_LENGTH = 22  # base64url of 16 bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """A payload as its party signed it. full: with everything put back that it hides; long lists still digests.

    event: the whole event, long lists too.
    """

    signed: Mapping[str, Any]
    document: bytes
    proof: Mapping[str, Any]
    disclosures: tuple[Disclosure, ...]
    full: Mapping[str, Any]
    event: Mapping[str, Any]

    @property
    def author(self) -> Author:
        """Who stands for it."""
        names = (str(one.get("name", "")) for one in self.full.get("approvals", ()))
        return Author(self.full["by"], self.full["role"], tuple(names))


def open_brought(
    signed: Mapping[str, Any],
    proof: Mapping[str, Any],
    disclosures: Sequence[str],
    lists: Mapping[str, Sequence[str]],
) -> Brought:
    """Put back what a payload hides, and look at its shape.

    disclosures: as RFC 9901 passes them on, one for each digest in `_sd`.  lists: field -> the EPC list whose
    digest stands in the event.
    Raises: InvalidInputError `invalid_signed`, `invalid_disclosure`, `list_missing`.
    """
    problems = list(_shape(signed))
    if problems:
        raise _refusal("invalid_signed", problems)
    opened = tuple(_read_disclosure(n, text) for n, text in enumerate(disclosures))
    hidden = signed.get("_sd", [])
    if len(hidden) != len(opened):
        what = f"{len(hidden)} digests in `_sd`, and {len(opened)} disclosures that open one"
        raise _refusal("invalid_disclosure", [Problem("disclosures", "invalid_disclosure", what)])
    try:
        full = disclosure.reveal(signed, opened)
    except (LogFaultError, InvalidInputError) as error:
        problem = Problem("disclosures", "invalid_disclosure", error.message)
        raise _refusal("invalid_disclosure", [problem]) from None
    return Brought(signed, jcs(signed), proof, opened, full, _lengthen(full["event"], lists))


def enter_brought(uow: UnitOfWork, operator: str, brought: Brought) -> Entered:
    """Let it in: as an own act where its role is author, as a document where it is submitter.

    Its event has the shape that the schemas ask.  A repetition gives the same entry.
    Raises: InvalidInputError for a signature that does not fit, `payload_differs`, `private_in_the_clear`,
    `hidden_too_much`, `seen_unknown`, `event_too_large`; RefusedError `key_not_bound`, `key_revoked`, and what
    `enter` refuses.
    """
    did = data_integrity.verify(brought.document, brought.proof, domain=uow.terms.origin)

    def sign(uow: UnitOfWork, drafted: Draft) -> Submission:
        return _sign(uow, brought, drafted, did)

    return enter(uow, operator, brought.author, brought.event, sign)


def _sign(uow: UnitOfWork, brought: Brought, drafted: Draft, did: str) -> Submission:
    """Put the payload on the log with its party's own proof, in the place of ours."""
    _compare(brought, drafted)
    draft = replace(drafted, signed=brought.signed, private=())
    row = take_key(uow.db, did, str(draft.signed["by"]))
    known = known_submission(uow.db, draft, uow.terms.secret)
    if known is not None:
        return Submission(known, True)
    if row.revoked is not None:
        raise key_revoked(row)
    unknown = unknown_seen(uow.db, draft.signed["about"], draft.signed.get("seen", []))
    if unknown:
        said = [
            Problem("signed.seen", "seen_unknown", f"{one} is none of the newest entries") for one in unknown
        ]
        raise _refusal("seen_unknown", said)
    payload = SignedPayload(draft, brought.document, brought.proof, brought.disclosures)
    done = uow.submit_signed([payload])[0]
    _check_as_verifier(uow, brought)
    return done


def _compare(brought: Brought, drafted: Draft) -> None:
    """Raise InvalidInputError for every part in which the party signed something else than the ledger would."""
    differ = [name for name in _COMPARED if brought.full.get(name) != drafted.signed.get(name)]
    if differ:
        raise _refusal("payload_differs", [
            Problem(f"signed.{name}", "payload_differs", _said(name, drafted.signed.get(name))) for name in differ
        ])  # fmt: skip
    wrong = list(_wrong_approvals(brought.full.get("approvals", []), drafted.signed.get("approvals", [])))
    if wrong:
        raise _refusal("payload_differs", wrong)
    hidden = {one.name for one in brought.disclosures}
    clear = [pointer for pointer in drafted.private if pointer not in hidden]
    if clear:
        raise _refusal("private_in_the_clear", [
            Problem(f"signed{one}", "private_in_the_clear", "has to be hidden: it would be public for ever")
            for one in clear
        ])  # fmt: skip
    too_much = sorted(hidden - set(drafted.private))
    if too_much:
        raise _refusal("hidden_too_much", [
            Problem(f"signed{one}", "hidden_too_much", "has to stand in the clear") for one in too_much
        ])  # fmt: skip


def _said(name: str, expected: Any) -> str:
    if name == "event":
        return "a list of more than 200 EPCs stands as its digest, and any other as it is"
    if expected is None:
        return "must not be there"
    text = jcs(expected).decode()
    return f"must be {text[:1000]}{'…' if len(text) > 1000 else ''}"


def _wrong_approvals(given: Sequence[Mapping[str, Any]], drafted: Sequence[Any]) -> Iterator[Problem]:
    if len(given) != len(drafted):
        yield Problem("signed.approvals", "payload_differs", "they are not by different persons with names")
    for n, one in enumerate(given):
        fits = one.keys() == {"person", "at", "name"} and _PSEUDONYM.fullmatch(str(one["person"]))
        if not fits or not _is_instant(one["at"]):
            said = "an approval has a person (32 hexadecimal digits, no name), a time and a name, which is hidden"
            yield Problem(f"signed.approvals[{n}]", "payload_differs", said)


def _is_instant(value: Any) -> bool:
    try:
        parse_instant(value)
    except (LotproofError, TypeError):
        return False
    return True


def _check_as_verifier(uow: UnitOfWork, brought: Brought) -> None:
    links = [ChainLink(uri, 0) for uri in brought.signed["about"]]
    leaf = assemble(
        "event", "0" * 32, "2000-01-01T00:00:00.000Z", links, brought.document, jcs(brought.proof)
    )
    fault = check_entry(0, leaf, uow.terms.origin, about)
    if isinstance(fault, Fault):
        raise _refusal("invalid_signed", [Problem(f"signed ({fault.field})", "invalid_signed", fault.what)])


def _shape(signed: Mapping[str, Any]) -> Iterator[Problem]:
    for name in sorted(_NEEDED - signed.keys()):
        yield Problem(f"signed.{name}", "missing", "is needed and not there")
    for name in sorted(signed.keys() - _ALLOWED):
        yield Problem(
            f"signed.{name[:100]}", "not_known", "is not known here, and would stand on the log for ever"
        )
    if signed.get("role") not in ("author", "submitter"):
        yield Problem("signed.role", "invalid_value", "is author or submitter")
    if not isinstance(signed.get("by"), str):
        yield Problem("signed.by", "invalid_value", "is the URI of the party that signs")
    event = signed.get("event")
    if not isinstance(event, dict):
        yield Problem("signed.event", "invalid_value", "is an EPCIS 2.0 event")
    elif "@context" not in event:
        yield Problem("signed.event.@context", "missing", "is needed: the entry has to be read by itself")
    for name in ("seen", "approvals", "_sd"):
        one = dict if name == "approvals" else str
        if not isinstance(signed.get(name, []), list) or not all(
            isinstance(v, one) for v in signed.get(name, [])
        ):
            yield Problem(
                f"signed.{name}", "invalid_value", f"is a list of {'objects' if one is dict else 'texts'}"
            )


def _read_disclosure(n: int, text: str) -> Disclosure:
    try:
        salt, name, value = loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        if isinstance(name, str) and _is_salt(salt) and disclosure.encode(salt, name, value) == text:
            return Disclosure(disclosure.digest(salt, name, value), salt, name, value)
        what = "a salt is base64url of 16 bytes, a name a JSON Pointer, and the array is written as JCS writes it"
    except (LotproofError, ValueError, TypeError) as error:
        what = f"it is no base64url of the JSON array [salt, name, value]: {error}"
    raise _refusal("invalid_disclosure", [Problem(f"disclosures[{n}]", "invalid_disclosure", what)])


def _is_salt(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != _SALT_LENGTH:
        return False
    salt = base64.urlsafe_b64decode(value.encode("ascii") + b"==")
    return base64.urlsafe_b64encode(salt).rstrip(b"=") == value.encode("ascii")


def _lengthen(event: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Put the long lists in the place of their digests; whether they fit shows when they are shortened again."""
    digested = {name for name in FIELDS if isinstance(event.get(name), Mapping)}
    if digested != lists.keys():
        wrong = sorted(digested ^ lists.keys())
        raise _refusal("list_missing", [
            Problem(f"lists.{name}", "list_missing", "is needed where its digest stands in the event, and only there")
            for name in wrong
        ])  # fmt: skip
    return dict(event) | {name: list(epcs) for name, epcs in lists.items()}


_SAY = {
    "invalid_signed": ("this is no payload that the log takes", "docs/keys.md shows one"),
    "invalid_disclosure": ("what was hidden does not open", "send one disclosure for each digest in `_sd`"),
    "list_missing": ("a long list is not there", "send it in `lists`"),
    "payload_differs": (
        "something else was signed than what the event says",
        "sign it again as it says here",
    ),
    "private_in_the_clear": ("what has to be hidden stands in the clear", "hide it, and sign again"),
    "hidden_too_much": (
        "what has to stand in the clear is hidden",
        "hide only what has to be, and sign again",
    ),
    "seen_unknown": (
        "`seen` names entries that are not known",
        "leave it out, or name newest entries of these lots",
    ),
}


def _refusal(code: str, problems: Sequence[Problem]) -> InvalidInputError:
    message, hint = _SAY[code]
    where = "; ".join(f"{one.where}: {one.message}" for one in problems[:5])
    return InvalidInputError(code, f"{message}: {where}", hint, problems)
