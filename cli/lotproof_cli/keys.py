"""`lotproof api-key`: bearer keys for programs that send documents."""

import os
from collections.abc import Mapping
from typing import Any

import click

from lotproof.kernel.clock import system_clock
from lotproof_cli.arguments import ORG, command
from lotproof_cli.output import facts, heading, table
from lotproof_cli.surroundings import Here


@click.group("api-key")
def api_key() -> None:
    """Make, list and revoke keys for programs."""


@command("create")
@click.option("--org", type=ORG, required=True, help="The organisation that the key speaks for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="capture, read, audit (reads all), or keys (brings signing keys of its own); repeatable.",
)
def create(here: Here, org: str, scopes: tuple[str, ...]) -> None:
    """Make a key. It is shown this once: only its digest is kept."""
    from lotproof.parties.api_keys import create_api_key
    from lotproof.storage.engine import writing

    with writing(here.log.engine) as db:
        key = create_api_key(db, org, scopes, system_clock(), os.urandom)
    answer = {"key": key, "id": key.split("_")[1], "party": org, "scopes": sorted(set(scopes))}
    here.answer(answer, lambda: _tell(answer))


def _tell(answer: Mapping[str, Any]) -> None:
    heading(str(answer["key"]))
    facts([("id", answer["id"]), ("speaks for", answer["party"]), ("may", ", ".join(answer["scopes"]))])
    click.echo("It is shown only now. Send it as: Authorization: Bearer <key>")


@command("list")
def list_(here: Here) -> None:
    """List the keys, revoked ones too, without what would let one use them."""
    from lotproof.parties.api_keys import list_api_keys

    with here.reading() as db:
        keys = list_api_keys(db)
    rows = [
        (
            one.id,
            one.party.rpartition("/")[2],
            ", ".join(one.scopes),
            f"{one.created_at:%Y-%m-%d}",
            f"{one.revoked_at:%Y-%m-%d}" if one.revoked_at else "",
        )
        for one in keys
    ]
    here.answer({"keys": keys}, lambda: table(("id", "GLN", "may", "made on", "revoked on"), rows))


@command("revoke")
@click.argument("id", metavar="ID")
def revoke(here: Here, id: str) -> None:
    """End a key at once."""
    from lotproof.parties.api_keys import revoke_api_key
    from lotproof.storage.engine import writing

    with writing(here.log.engine) as db:
        revoke_api_key(db, id, system_clock())
    here.answer({"id": id, "revoked": True}, lambda: click.echo(f"{id} is no key any more."))


for _command in (create, list_, revoke):
    api_key.add_command(_command)
