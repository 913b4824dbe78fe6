"""Register an organisation: its facts are checked, it gets a number and a key on the log, and who registers it owns it.

- The names of a sole trader and of a farm household are those of a natural person: they stay off the log.
- Nobody becomes owner of what is on the log already by typing its number: its operator lets her in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties.actions import register_party
from lotproof.people.actor import Actor
from lotproof.people.credit_code import check_credit_code
from lotproof.people.deeds import note
from lotproof.people.gln_range import give_gln, is_known
from lotproof.people.models import Membership, Organisation, Session
from lotproof.people.plain_text import one_line, refuse
from lotproof.people.roles import WORKING, OrganisationKind, Role

NATURAL = frozenset({OrganisationKind.SOLE_TRADER, OrganisationKind.FARM_HOUSEHOLD})
"""Kinds that are a natural person before the law: 个体工商户 and 农户 (Civil Code of China, articles 54 to 56)."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody says of an organisation that she registers.

    names: by language code.  gln: "" for one from the operator's range.  work: roles that its founder has beside
    owner.  country: ISO 3166-1 alpha-2.
    """

    kind: str
    names: Mapping[str, str]
    credit_code: str = ""
    gln: str = ""
    work: Collection[str] = ()
    country: str = "CN"


def register(uow: UnitOfWork, founder: Actor, operator: str, facts: Facts, gln_prefix: str | None) -> str:
    """Register an organisation and return its party URI. gln_prefix: of the operator's range, None where it has none.

    Raises: InvalidInputError `invalid_form` with every problem; RefusedError `credit_code_taken`, `gln_taken`,
    `gln_range_used_up`.
    """
    assert founder.account is not None
    party, roles = put_on_record(uow, founder, operator, facts, gln_prefix)
    db, now = uow.db, uow.now
    member = {"account": founder.account, "party": party, "roles": " ".join(roles), "since": now}
    db.execute(insert(Membership), member)
    sessions = (Session.account == founder.account) & Session.ended_at.is_(None) & Session.party.is_(None)
    db.execute(update(Session).where(sessions).values(party=party))
    return party


def put_on_record(
    uow: UnitOfWork, actor: Actor, operator: str, facts: Facts, gln_prefix: str | None
) -> tuple[str, list[Role]]:
    """Put an organisation on record that nobody belongs to yet; returns its party URI, and its founder's roles.

    Staff does it for somebody who takes it over later.  Raises: as `register`.
    """
    db, now = uow.db, uow.now
    kind, names, credit_code, roles, own = _checked(facts, gln_prefix)
    if own is not None and is_known(db, own):
        raise _gln_taken()
    _refuse_known_code(db, credit_code)
    gln = own or give_gln(db, str(gln_prefix), now)
    keep_organisation(db, gln.party_uri, kind, credit_code, uow)
    # What papers are asked for follows from its kind and its roles: both stand on the log.
    said = {"names": dict(names), "country": facts.country, "kind": str(kind)}
    work = sorted(role for role in roles if role is not Role.OWNER)
    body = said | ({"roles": work} if work else {}) | ({"person": True} if kind in NATURAL else {})
    party = register_party(uow, operator, gln, body)
    note(db, actor, now, "register_organisation", "party", party, kind=kind)
    return party, roles


def keep_organisation(
    db: Connection, party: str, kind: OrganisationKind, credit_code: str | None, uow: UnitOfWork
) -> None:
    """Keep what is known of an organisation beside the log. Raises: RefusedError `gln_taken`, `credit_code_taken`."""
    row = {"party": party, "kind": kind, "credit_code": credit_code, "created_at": uow.now}
    try:
        db.execute(insert(Organisation), row)
    except IntegrityError as error:  # somebody registered it at this moment
        raise (_code_taken() if "credit_code" in str(error.orig) else _gln_taken()) from None


def _checked(
    facts: Facts, prefix: str | None
) -> tuple[OrganisationKind, dict[str, str], str | None, list[Role], Gln | None]:
    problems: list[Problem] = []
    kind = _kind(facts.kind, problems)
    names = {
        code: one_line("name" if at == 0 else f"name_{code}", text, LONGEST_NAME, problems)
        for at, (code, text) in enumerate(facts.names.items())
    }
    if not names:
        problems.append(Problem("name", "missing", "this is needed"))
    credit_code = check_credit_code(kind, facts.credit_code, problems) if kind is not None else None
    roles = [Role.OWNER, *_work(facts.work, problems)]
    gln = _gln(facts.gln, prefix, problems)
    refuse(problems)
    assert kind is not None
    return kind, names, credit_code, roles, gln


def _kind(text: str, problems: list[Problem]) -> OrganisationKind | None:
    try:
        return OrganisationKind(text)
    except ValueError:
        problems.append(Problem("kind", "unknown_kind", "choose one"))
        return None


def _work(words: Collection[str], problems: list[Problem]) -> list[Role]:
    if unknown := set(words) - set(WORKING):
        problems.append(Problem("work", "unknown_role", f"not {', '.join(sorted(unknown))[:100]}"))
    return [role for role in WORKING if role in words and role is not Role.OWNER]


def _gln(text: str, prefix: str | None, problems: list[Problem]) -> Gln | None:
    typed = "".join(text.split())
    if not typed:
        if prefix is None:
            said = "enter the organisation's GLN, 13 digits from GS1: the operator of this instance gives out none"
            problems.append(Problem("gln", "missing", said))
        return None
    try:
        return Gln(typed)
    except InvalidInputError as wrong:
        said = (
            "its check digit is wrong: one digit is mistyped, or two are swapped"
            if wrong.code == "invalid_check_digit"
            else "a GLN has 13 digits"
        )
        problems.append(Problem("gln", wrong.code, said))
        return None


def _refuse_known_code(db: Connection, credit_code: str | None) -> None:
    known = select(Organisation.party).where(Organisation.credit_code == credit_code)
    if credit_code is not None and db.execute(known).first() is not None:
        raise _code_taken()


def _code_taken() -> LotproofError:
    return RefusedError(
        "credit_code_taken",
        "an organisation with this credit code is registered here already",
        "ask its owner for an invitation, or the operator if nobody knows of it",
        [
            Problem(
                "credit_code",
                "credit_code_taken",
                "an organisation with this credit code is registered here already",
            )
        ],
    )


def _gln_taken() -> LotproofError:
    return RefusedError(
        "gln_taken",
        "this GLN stands on the log already",
        "ask the organisation's owner for an invitation, or the operator to make you its owner",
        [Problem("gln", "gln_taken", "this GLN stands on the log already")],
    )
