"""`lotproof init`: begin a ledger."""

import os
from collections.abc import Mapping
from typing import Any

import click

from lotproof.kernel.clock import system_clock
from lotproof.kernel.identifiers import Gln
from lotproof_cli.arguments import GLN, command
from lotproof_cli.output import facts, heading
from lotproof_cli.surroundings import Here

FIRST_TRY_GLN = "9520000000004"
"""Under GS1's demonstration prefix 952, which names nobody."""
FIRST_TRY_NAME = "Operator"


@command("init")
@click.option(
    "--origin", help="Name of the log for ever, a URL without its scheme (default: LOTPROOF_LOG_ORIGIN)."
)
@click.option("--name", help=f"Name of the organisation that runs it (default: {FIRST_TRY_NAME}).")
@click.option("--name-zh", help="Its Chinese name.")
@click.option("--gln", type=GLN, help=f"Its GLN (default: {FIRST_TRY_GLN}, for a first try).")
def init(here: Here, origin: str | None, name: str | None, name_zh: str | None, gln: Gln | None) -> None:
    """Begin a ledger: its tables, its log with the authority's key, and its operator.

    Without options it is good for a first try; a ledger for real needs your own --gln, --name and --origin,
    because none of the three can be changed afterwards.
    """
    from lotproof.instance import init_instance

    names = {"en": name or FIRST_TRY_NAME} | ({"zh_Hans": name_zh} if name_zh else {})
    operator = gln or Gln(FIRST_TRY_GLN)
    chosen_for_you = [
        option for option, given in (("--origin", origin), ("--name", name), ("--gln", gln)) if given is None
    ]
    named = origin or here.settings.log_origin
    log = init_instance(here.place, system_clock, os.urandom, named, operator, names)
    here.__dict__["log"] = log
    answer = {
        "home": str(here.place.home),
        "database": log.engine.url.render_as_string(),
        "origin": log.origin,
        "operator": log.operator,
        "names": names,
        "authority": log.authority,
        "log_key": log.verifier_key,
        "defaults": chosen_for_you,
    }
    here.answer(answer, lambda: _tell(answer, names["en"]))


def _tell(answer: Mapping[str, Any], name: str) -> None:
    heading("The ledger has begun.")
    facts(
        [
            ("data", answer["home"]),
            ("database", answer["database"]),
            ("log", answer["origin"]),
            ("operator", f"{name}, {answer['operator']}"),
            ("authority's key", answer["authority"]),
            ("log's key", answer["log_key"]),
        ]
    )
    click.echo("Keep both keys where others find them: with the log's key anybody can check the log.")
    if answer["defaults"]:
        click.echo(f"Chosen for a first try, and fixed from now on: {', '.join(answer['defaults'])}.")
    click.echo("Next: lotproof org add, lotproof capture FILES… or lotproof record --help")
