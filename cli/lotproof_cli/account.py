"""`lotproof account`: people who can sign in. The first operator is made here."""

import os
import sys
from typing import Any

import click

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import InvalidInputError
from lotproof_cli.arguments import ORG, command
from lotproof_cli.output import facts, heading, table
from lotproof_cli.surroundings import Here


@click.group("account")
def account() -> None:
    """Make, list and deactivate accounts; give them roles. CONTACT is a telephone number or a mail address."""


@command("add")
@click.argument("contact", metavar="CONTACT")
@click.option("--name", required=True, help="What pages call her.")
@click.option(
    "--operator", is_flag=True, help="A member of the operator's organisation who grants all roles."
)
@click.option("--org", type=ORG, help="The organisation that she works for.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Her work there; repeatable.")
@click.option(
    "--language", default="zh_Hans", show_default=True, type=click.Choice(["en", "zh_Hans", "zh_Hant"])
)
@click.option("--password-stdin", is_flag=True, help="Read her password from standard input.")
def add(
    here: Here,
    contact: str,
    name: str,
    operator: bool,
    org: str | None,
    roles: tuple[str, ...],
    language: str,
    password_stdin: bool,
) -> None:
    """Make an account. Without a password she signs in by codes that are sent to her, or by `password-reset`."""
    from lotproof.people import accounts, members, passwords
    from lotproof.people.contacts import Contact
    from lotproof.people.plain_text import refuse
    from lotproof.people.roles import Role
    from lotproof.storage.engine import writing

    known, party = Contact.parse(contact), here.log.operator if operator else org
    wanted = {*_roles(roles), *({Role.OPERATOR, Role.OWNER} if operator else ())}
    if bool(wanted) != bool(party):
        raise InvalidInputError(
            "role_missing", "an organisation and a role belong together", "give --org and --role"
        )
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    if password is not None:
        refuse(passwords.check(password, known.value))
    kept = passwords.hash_of(password, os.urandom) if password is not None else None
    with writing(here.log.engine) as db:
        now = system_clock()
        id = accounts.create(db, name, known, now, password=kept, language=language)
        if party:
            members.set_all(db, id, party, wanted, now)
    answer = {"account": id, "contact": known.value, "org": party, "roles": sorted(wanted)}
    here.answer(answer, lambda: _tell(answer, name))


def _roles(words: tuple[str, ...]) -> "set[Any]":
    from lotproof.people.roles import Role

    try:
        return {Role(word) for word in words}
    except ValueError as wrong:
        known = ", ".join(Role)
        raise InvalidInputError("unknown_role", str(wrong), f"one of {known}") from None


def _tell(answer: dict[str, Any], name: str) -> None:
    heading(name)
    facts(
        [
            ("account", str(answer["account"])),
            ("known by", answer["contact"]),
            ("roles", ", ".join(answer["roles"])),
        ]
    )


@command("list")
def list_(here: Here) -> None:
    """List the accounts with their organisations and roles."""
    from lotproof.people.listing import every_account

    with here.reading() as db:
        found = every_account(db)
    rows = [
        (str(one["account"]), one["name"] or "(erased)", one["phone"] or one["mail"] or "",
         "; ".join(f"{party.rpartition('/')[2]}: {', '.join(roles)}" for party, roles in one["roles"].items()),
         "" if one["deactivated_at"] is None else "deactivated")
        for one in found
    ]  # fmt: skip
    here.answer(
        {"accounts": found}, lambda: table(("account", "name", "known by", "roles", ""), rows, right=(0,))
    )


@command("roles")
@click.argument("contact", metavar="CONTACT")
@click.option("--org", type=ORG, required=True, help="The organisation that she works for.")
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE", help="All roles that she has there from now on."
)
def roles_(here: Here, contact: str, org: str, roles: tuple[str, ...]) -> None:
    """Give somebody exactly these roles in an organisation; none at all ends her membership."""
    from lotproof.people import accounts, members
    from lotproof.people.contacts import Contact
    from lotproof.storage.engine import writing

    wanted = _roles(roles)
    with writing(here.log.engine) as db:
        id = accounts.find_by_contact(db, Contact.parse(contact))
        members.set_all(db, id, org, wanted, system_clock())
    answer = {"account": id, "org": org, "roles": sorted(wanted)}
    here.answer(answer, lambda: click.echo(f"{contact}: {', '.join(sorted(wanted)) or 'no member any more'}"))


@command("deactivate")
@click.argument("contact", metavar="CONTACT")
@click.option("--yes", is_flag=True, help="It cannot be undone; say that you know.")
def deactivate(here: Here, contact: str, yes: bool) -> None:
    """Erase who somebody was, and let nobody sign in as her any more. It cannot be undone."""

    from lotproof.people import accounts, deactivating
    from lotproof.people.contacts import Contact
    from lotproof.storage.engine import writing

    if not yes:
        raise InvalidInputError("not_confirmed", "this cannot be undone", "say that you know: --yes")
    with writing(here.log.engine) as db:
        id = accounts.find_by_contact(db, Contact.parse(contact))
        deactivating.deactivate(db, id, system_clock())
    here.answer({"account": id, "deactivated": True}, lambda: click.echo(f"Account {id} is erased."))


@command("password-reset")
@click.argument("contact", metavar="CONTACT")
@click.option("--authenticator", is_flag=True, help="Switch off her second step too: she lost it.")
def password_reset(here: Here, contact: str, authenticator: bool) -> None:
    """Sign somebody out everywhere, and print an address and a code by which she sets a new password in ten minutes."""
    from lotproof.people import accounts
    from lotproof.people.contacts import Contact
    from lotproof.people.entrance import Entrance
    from lotproof.people.handing_over import hand_over

    entrance = Entrance(here.log, lambda *_: None)
    known = Contact.parse(contact)
    with here.reading() as db:
        id = accounts.find_by_contact(db, known)
    handle, code = hand_over(entrance, id, known, switch_off=authenticator)
    url = f"{here.settings.public_url}/reset/{handle}"
    answer = {"account": id, "url": url, "code": code}
    here.answer(answer, lambda: facts([("open", url), ("type the code", code), ("within", "10 minutes")]))


for _command in (add, list_, roles_, deactivate, password_reset):
    account.add_command(_command)
