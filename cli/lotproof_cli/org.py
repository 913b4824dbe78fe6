"""`lotproof org`: the organisations whose records stand on this ledger."""

from collections.abc import Mapping
from typing import Any

import click

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln
from lotproof.parties.requirements import KINDS
from lotproof_cli.arguments import GLN, command
from lotproof_cli.output import best_name, facts, heading, table
from lotproof_cli.surroundings import Here


@click.group("org")
def org() -> None:
    """Register organisations, and list them."""


@command("add")
@click.argument("gln", type=GLN)
@click.option("--name", help="Its English name.")
@click.option("--name-zh", help="Its Chinese name.")
@click.option("--role", "roles", multiple=True, metavar="WORD", help="supplier, carrier, laboratory …; repeatable.")
@click.option("--kind", type=click.Choice(KINDS), help="Legal form, by which papers are asked for.")
@click.option("--country", help="Country, as CN.")
@click.option("--person", is_flag=True, help="A natural person: names stay off the log and can be erased.")
@click.option("--phone", help="Telephone; it stays off the log.")
def add(
    here: Here, gln: Gln, name: str | None, name_zh: str | None, roles: tuple[str, ...], country: str | None,
    person: bool, phone: str | None, kind: str | None,
) -> None:
    """Register the organisation or person with this GLN: it gets a signing key of its own, kept here.

    An organisation's names stand on the log for ever. Those of a person (--person), and every telephone, lie
    beside it: see lotproof erase.
    """
    from lotproof.ledger.keys import current_keys
    from lotproof.parties.actions import register_party

    if not name and not name_zh:
        raise InvalidInputError("name_missing", "an organisation needs a name", "give --name or --name-zh")
    names = {code: text for code, text in (("en", name), ("zh_Hans", name_zh)) if text}
    body = (
        {"names": names}
        | ({"roles": list(roles)} if roles else {})
        | ({"country": country} if country else {})
        | ({"kind": kind} if kind else {})
        | ({"person": True} if person else {})
        | ({"phone": phone} if phone else {})
    )
    with here.writing() as log:
        with log.unit_of_work() as uow:
            party = register_party(uow, log.operator, gln, body)
            key, custody = current_keys(uow.db).get(party, (None, None))
        entries = sorted(one.index for one in uow.receipts.values())
    answer = {
        "party": party,
        "gln": gln.digits,
        "names": names,
        "key": key,
        "custody": custody,
        "entries": entries,
    }
    here.answer(answer, lambda: _tell(answer, best_name(names)))


def _tell(answer: Mapping[str, Any], name: str) -> None:
    heading(name if answer["entries"] else f"{name} stood here already, with the same facts.")
    facts([("party", answer["party"]), ("key", answer["key"]), ("kept by", answer["custody"])])


@command("list")
def list_(here: Here) -> None:
    """List the organisations with their keys."""
    from lotproof.ledger.keys import current_keys
    from lotproof.parties.records import all_records

    with here.reading() as db:
        bodies, keys = all_records(db, "party"), current_keys(db)
    parties = [
        {"party": party, "names": {}, "roles": []} | dict(body) | _key(keys.get(party))
        for party, body in bodies.items()
    ]
    rows = [
        (
            party.rpartition("/")[2],
            best_name(body["names"]) if "names" in body else "(erased)",
            ", ".join(body.get("roles", ())),
            keys.get(party, ("",))[0],
        )
        for party, body in bodies.items()
    ]
    here.answer({"parties": parties}, lambda: table(("GLN", "name", "roles", "key"), rows))


def _key(known: tuple[str, str] | None) -> dict[str, str | None]:
    did, custody = known or (None, None)
    return {"key": did, "custody": custody}


org.add_command(add)
org.add_command(list_)
