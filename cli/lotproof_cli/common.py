"""`lotproof common`: what several bad lots have in common."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.identifiers import LotId, identify
from lotproof_cli.arguments import LOT, command
from lotproof_cli.exports import export, export_options
from lotproof_cli.output import best_name, heading, table
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.causes import Cause
    from lotproof.lots.common_cause import Common
    from lotproof_schemas.sheets import Sheet


@command("common")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT LOT...")
@click.option(
    "--min", "at_least", type=click.IntRange(min=1), help="Explain at least so many (default: all)."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Show so many causes."
)
@export_options
def common(
    here: Here,
    lots: tuple[LotId, ...],
    at_least: int | None,
    limit: int,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """Say what several bad LOTs have in common: lots, crops, sprays, containers and places of their past.

    What explains most lots comes first, of these the nearest.
    """
    from lotproof.lots.common_cause import common_causes

    with here.reading() as db:
        found = common_causes(db, lots, at_least)
    export(csv, xlsx, lambda: [_sheet(found)])
    shown = found.causes[:limit]
    answer = {"lots": found.lots, "causes": [_cause(one) for one in shown], "of": len(found.causes)}
    here.answer(answer, lambda: _tell(found, shown))


def _cause(one: "Cause") -> dict[str, Any]:
    return {
        "uri": one.uri,
        "type": one.type,
        "explains": one.explains,
        "distance": one.distance,
        "place": one.place,
        "product": one.product,
    }


def _tell(found: "Common", shown: "tuple[Cause, ...]") -> None:
    if not shown:
        click.echo(f"Nothing recorded is common to all {len(found.lots)} lots.")
        if found.most > 1:
            click.echo(f"The best explains {found.most} of them: see --min {found.most}.")
        return
    heading(f"{len(found.causes)} things that {len(found.lots)} lots have in common")
    rows = [
        (_name(one), one.type, f"{len(one.distance)} of {len(found.lots)}", _steps(one), best_name(one.product),
         (one.place or "").rpartition("/")[2])
        for one in shown
    ]  # fmt: skip
    table(("cause", "type", "explains", "steps", "name", "place"), rows, right=(2, 3))
    if len(shown) < len(found.causes):
        click.echo(f"… and {len(found.causes) - len(shown)} more: see --limit.")


def _name(one: "Cause") -> str:
    from urllib.parse import unquote

    tail = one.uri.rpartition("/")[2]
    if one.type == "lot":
        return str(identify(one.uri).lot or one.uri)
    return one.uri if one.type == "cycle" else unquote(tail)


def _steps(one: "Cause") -> str:
    near, far = min(one.distance.values()), max(one.distance.values())
    return str(near) if near == far else f"{near} to {far}"


def _sheet(found: "Common") -> "Sheet":
    from lotproof_schemas.sheets import Sheet

    columns = ["cause", "type", "explains", "of", "name", "place", "uri"]
    columns += [f"steps from {identify(lot).lot or lot}" for lot in found.lots]
    rows = [
        (_name(one), one.type, len(one.distance), len(found.lots), best_name(one.product) or None,
         one.place and one.place.rpartition("/")[2], one.uri, *(one.distance.get(lot) for lot in found.lots))
        for one in found.causes
    ]  # fmt: skip
    return Sheet("Common causes", columns, rows)
