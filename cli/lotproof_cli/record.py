"""`lotproof record`: everything that happens to lots, and the master data that it rests on.

A kind's own options follow from its row in `lotproof.lots.kinds`; what they may hold, `lotproof_schemas` judges.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import InvalidInputError, LotproofError
from lotproof.lots.kinds import BY_NAME, OTHER, Kind
from lotproof_cli import master_data
from lotproof_cli.acts import author_of, tell_recorded
from lotproof_cli.arguments import GLN, approve_option, by_option, command
from lotproof_cli.record_options import MANY, OPTIONS, SAID
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class _Kinds(click.Group):
    """One subcommand for each kind and each type of master data."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        kinds = (name for name in BY_NAME if name != OTHER.name)
        return [name.replace("_", "-") for name in (*master_data.SAID, *kinds)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name.replace("-", "_")
        if name in master_data.SAID:
            return master_data.command_of(name)
        kind = BY_NAME.get(name)
        return None if kind is None or kind is OTHER else _command_of(kind)


@click.group("record", cls=_Kinds)
def record() -> None:
    """Record what happened, or master data: lotproof record KIND --help shows what it takes."""


def _command_of(kind: Kind) -> click.Command:
    def run(here: Here, by: str | None, approvals: tuple[str, ...], **given: Any) -> None:
        _record(here, kind, by, approvals, given)

    run.__doc__ = _explain(kind)
    for name in reversed((*kind.fields, *kind.options, "place", "at")):
        run = _option(name, is_needed=name in kind.fields)(run)
    return command(kind.name.replace("_", "-"))(by_option(approve_option(run)))


def _option(name: str, *, is_needed: bool) -> Any:
    written, means = OPTIONS[name]
    return click.option(
        f"--{name.replace('_', '-')}",
        name,
        metavar=written,
        multiple=means.endswith(MANY),
        help=means + ("  [needed]" if is_needed else ""),
    )


def _explain(kind: Kind) -> str:
    fsma = f" (FSMA 204: {kind.fsma})" if kind.fsma else ""
    return f"{SAID[kind.name]}{fsma}."


def _record(
    here: Here, kind: Kind, by: str | None, approvals: tuple[str, ...], given: Mapping[str, Any]
) -> None:
    from lotproof.lots import acts
    from lotproof_schemas.native_fact import load_fact

    values: dict[str, Any] = {
        name: "; ".join(value) if isinstance(value, tuple) else value for name, value in given.items()
    }
    zone = _zone(here, values.get("place"))
    values["at"] = values.get("at") or system_clock().astimezone(zone).isoformat(timespec="milliseconds")
    fact, problems = load_fact({"kind": kind.name, **values}, zone)
    if fact is None:
        named = [replace(one, where=f"--{one.where.replace('_', '-')}") for one in problems]
        hint = f"see: lotproof record {kind.name.replace('_', '-')} --help"
        raise InvalidInputError("invalid_fact", "nothing was recorded: mend each option", hint, named)
    with here.writing() as log:
        done = acts.record(log, author_of(log, by, approvals), fact)
    tell_recorded(here, done, f"{kind.name.replace('_', ' ')} recorded")


def _zone(here: Here, place: str | None) -> "ZoneInfo | None":
    """The time zone of a recorded place; whoever wrote no place, or a wrong one, has none."""
    from lotproof.parties.records import zone_of

    try:
        gln = GLN.convert(place, None, None) if place else None
    except LotproofError:
        gln = None
    if gln is None:
        return None
    with here.reading() as db:
        return zone_of(db, gln)
