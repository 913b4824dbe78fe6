"""`lotproof balance`, `lots` and `may`: what is known of lots now."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.quantity import plain
from lotproof_cli.arguments import INSTANT, LOT, ORG, command
from lotproof_cli.exports import export, export_options, number_of
from lotproof_cli.output import amount, best_name, facts, heading, state, table
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from lotproof.lots.balance import Balance
    from lotproof.lots.queries import LotLine
    from lotproof_schemas.sheets import Sheet

_PAGE = 1000


@command("balance")
@click.argument("lot", type=LOT)
@export_options
def balance(here: Here, lot: LotId, csv: Path | None, xlsx: Path | None) -> None:
    """Say what came and went of LOT, and what must still be there."""
    from lotproof.lots.queries import balance_of

    with here.reading() as db:
        found = balance_of(db, lot.uri)
    export(csv, xlsx, lambda: [_balance_sheet(lot, found)])
    here.answer({"lot": lot.uri, **_columns(found)}, lambda: _tell_balance(lot, found))


def _columns(found: "Balance") -> dict[str, Any]:
    from lotproof.lots.balance import COLUMNS

    amounts = {name: getattr(found, name) for name in (*COLUMNS, "on_hand")}
    return {"uom": found.uom, **amounts, "balanced": found.balanced}


def _balance_sheet(lot: LotId, found: "Balance") -> "Sheet":
    from lotproof_schemas.sheets import Sheet

    told = _columns(found)
    columns = ("gtin", "lot", "unit", *(name.replace("_", " ") for name in told if name != "uom"))
    return Sheet("Balance", columns, [(lot.gtin14, lot.code, *told.values())])


def _tell_balance(lot: LotId, found: "Balance") -> None:
    heading(f"{lot}")
    shown = {name: value for name, value in _columns(found).items() if name not in ("uom", "balanced")}
    room = max(len(plain(value)) for value in shown.values())
    facts([(name.replace("_", " "), f"{plain(v):>{room}} {found.uom or ''}") for name, v in shown.items()])
    if found.balanced:
        return
    if found.on_hand < 0:
        said = f"{plain(-found.on_hand)} {found.uom} more went than ever came"
    else:
        said = f"{plain(found.surplus)} {found.uom} more arrived than was sent"
    click.echo(click.style(f"The records contradict each other: {said}.", fg="red"))


@command("lots")
@click.option("--state", "wanted", metavar="STATE", help="Only lots in this state, such as held or recalled.")
@export_options
def lots(here: Here, wanted: str | None, csv: Path | None, xlsx: Path | None) -> None:
    """List the lots that the ledger knows."""
    with here.reading() as db:
        found = list(_all_lots(db, wanted and wanted.replace(" ", "_")))
        export(csv, xlsx, lambda: [_lots_sheet(db, found)])
    here.answer({"lots": [_line(one) for one in found]}, lambda: _tell_lots(found))


def _all_lots(db: "Connection", wanted: str | None) -> "Iterator[LotLine]":
    from lotproof.lots.queries import list_lots

    after: str | None = ""
    while after is not None:
        page = list_lots(db, state=wanted, after=after, limit=_PAGE)
        yield from page
        after = page[-1].uri if len(page) == _PAGE else None


def _line(one: "LotLine") -> dict[str, Any]:
    return {
        "uri": one.uri,
        "gtin": one.gtin,
        "lot": one.code,
        "state": one.state,
        "place": one.place,
        "harvested_on": one.harvested_on,
        "on_hand": one.balance.on_hand,
        "uom": one.balance.uom,
    }


def _lots_sheet(db: "Connection", found: "list[LotLine]") -> "Sheet":
    from lotproof.lots.balance import COLUMNS
    from lotproof.parties.records import get_records, names_of
    from lotproof_schemas.sheets import Sheet

    places = names_of(db, {one.place for one in found if one.place})
    products = get_records(db, "product", {one.gtin for one in found})
    columns = ("gtin", "lot", "product", "state", "on hand", "unit", "harvested on", "place", "place name",
               *COLUMNS, "uri")  # fmt: skip
    rows = [
        (one.gtin, one.code, best_name(products.get(one.gtin, {}).get("names", {})) or None, one.state,
         one.balance.on_hand if one.balance.uom else None, one.balance.uom, one.harvested_on, number_of(one.place),
         best_name(places.get(one.place or "", {})) or None,
         *(getattr(one.balance, name) for name in COLUMNS), one.uri)
        for one in found
    ]  # fmt: skip
    return Sheet("Lots", columns, rows)


def _tell_lots(found: "list[LotLine]") -> None:
    if not found:
        click.echo("No such lot is recorded.")
        return
    rows = [
        (
            f"{one.gtin}/{one.code}",
            state(one.state),
            amount(one.balance.on_hand, one.balance.uom) if one.balance.uom else "",
            one.harvested_on.isoformat() if one.harvested_on else "",
            (one.place or "").rpartition("/")[2],
        )
        for one in found
    ]
    table(("lot", "state", "on hand", "harvested", "place"), rows, right=(2,))


@command("may")
@click.argument("org", type=ORG)
@click.argument("action")
@click.argument("lot", type=LOT, required=False)
@click.option("--at", type=INSTANT, help="At this time (default: now).")
@click.pass_context
def may(ctx: click.Context, here: Here, org: str, action: str, lot: LotId | None, at: datetime | None) -> None:
    """Ask whether ORG may do ACTION with LOT: ship, sell, transform, pack, plant, list, take_order, inspect …

    The answer is allowed, refused or not_recorded (nothing forbids it, and something that should be on record
    is not). The exit code is 1 where it is refused.
    """
    from lotproof.lots.may import OTHER_ACTIONS, TAKING_ACTIONS
    from lotproof.lots.may import may as ask

    known = sorted(TAKING_ACTIONS | OTHER_ACTIONS)
    if action not in known:
        raise InvalidInputError(
            "unknown_action", f"no such action: {action}", f"use one of {', '.join(known)}"
        )
    with here.reading() as db:
        answer = ask(db, org, action, lot.uri if lot else None, at or system_clock())
    shown = {"party": org, "action": action, "lot": lot.uri if lot else None, "answer": answer.answer}
    shown |= {"code": answer.code, "because": answer.because, "hint": answer.hint}
    because = f": {answer.because} [{answer.code}]" if answer.because else ""
    because += f"\nWhat to do: {answer.hint}" if answer.hint else ""
    here.answer(shown, lambda: click.echo(answer.answer.replace("_", " ") + because))
    if answer.answer == "refused":
        ctx.exit(1)
