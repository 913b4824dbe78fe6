"""Findings as the command shows them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.identifiers import identify
from lotproof_cli.output import printable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lotproof.lots.findings import Found
    from lotproof.lots.queries import FindingLine


def lines_of(db: "Connection", found: "Sequence[Found]") -> "list[FindingLine]":
    """Return what an act opened, with the entries that it is about instead of submissions."""
    from lotproof.lots.queries import FindingLine, entry_indexes

    indexes = entry_indexes(db, [one.submission for one in found])
    return [
        FindingLine(one.code, one.lot, indexes.get(one.submission), one.message, one.hold) for one in found
    ]


def as_json(found: "Sequence[FindingLine]") -> list[dict[str, Any]]:
    """Return findings in the shape that scripts rely on. event: the entry's index."""
    return [
        {"code": one.code, "lot": one.lot, "event": one.index, "hold": one.hold, "message": one.message}
        for one in found
    ]


def tell_findings(found: "Sequence[FindingLine]") -> None:
    """Print findings, those that hold a lot first."""
    if not found:
        return
    click.echo(click.style(f"Found: {len(found)}", bold=True))
    for one in sorted(found, key=lambda one: not one.hold):
        mark = click.style("on hold", fg="red") if one.hold else click.style("noted  ", fg="yellow")
        lot = identify(one.lot).lot if one.lot else None
        about = f"{lot}: " if lot else ""
        entry = "" if one.index is None else f", entry {one.index}"
        click.echo(f"  {mark}  {about}{printable(one.message)} [{one.code}{entry}]")
