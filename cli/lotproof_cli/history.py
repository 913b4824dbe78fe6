"""`lotproof history`: what happened to a lot, event by event."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.identifiers import LotId
from lotproof_cli.arguments import LOT, command
from lotproof_cli.exports import export, export_options, number_of
from lotproof_cli.output import amount, best_name, heading, printable, table
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.lot_history import HistoryLine
    from lotproof_schemas.sheets import Sheet

Names = Mapping[str, Mapping[str, str]]


@command("history")
@click.argument("lot", type=LOT)
@export_options
def history(here: Here, lot: LotId, csv: Path | None, xlsx: Path | None) -> None:
    """List the events of LOT in the order in which they happened, also those that were corrected since."""
    from lotproof.lots.lot_history import history_of
    from lotproof.parties.records import names_of

    with here.reading() as db:
        lines = history_of(db, lot.uri)
        names = names_of(db, {uri for one in lines for uri in (one.place, one.by) if uri})
    export(csv, xlsx, lambda: [_sheet(lot, lines, names)])
    shown = {"lot": lot.uri, "events": [_event(one) for one in lines]}
    here.answer(shown, lambda: _tell(lot, lines, names))


def _event(one: "HistoryLine") -> dict[str, Any]:
    return {
        "event": one.index,
        "at": one.at,
        "kind": one.kind,
        "role": one.role,
        "amount": one.amount,
        "uom": one.uom,
        "counted_as": one.counted_as,
        "place": one.place,
        "by": one.by,
        "corrects": one.corrects,
        "corrected_by": one.corrected_by,
    }


def _tell(lot: LotId, lines: "list[HistoryLine]", names: Names) -> None:
    heading(str(lot))
    rows = [
        (
            "" if one.index is None else str(one.index),
            f"{one.at:%Y-%m-%d %H:%M}",
            one.kind.replace("_", " ") + _corrected(one),
            amount(one.amount, one.uom),
            printable(_name(one.place, names)),
            printable(_name(one.by, names)),
        )
        for one in lines
    ]
    table(("entry", "at (UTC)", "event", "amount", "place", "recorded by"), rows, right=(0, 3))


def _corrected(one: "HistoryLine") -> str:
    if one.corrects is not None:
        return f" (corrects entry {one.corrects})"
    return "" if one.corrected_by is None else f" (corrected by entry {one.corrected_by})"


def _name(uri: str | None, names: Names) -> str:
    from lotproof.parties.records import ERASED

    if uri is None:
        return ""
    number, named = str(number_of(uri)), names.get(uri, {})
    return f"{number} {best_name(named)}" if named is ERASED else best_name(named) or number


def _sheet(lot: LotId, lines: "list[HistoryLine]", names: Names) -> "Sheet":
    from lotproof_schemas.sheets import Sheet

    columns = ("entry", "at (UTC)", "event", "role", "amount", "unit", "counted as", "place", "place name",
               "recorded by", "recorded by name", "corrects entry", "corrected by entry", "gtin", "lot")  # fmt: skip
    rows = [
        (one.index, one.at, one.kind, one.role, one.amount, one.uom, one.counted_as, number_of(one.place),
         best_name(names.get(one.place or "", {})) or None, number_of(one.by),
         best_name(names.get(one.by, {})) or None, one.corrects, one.corrected_by, lot.gtin14, lot.code)
        for one in lines
    ]  # fmt: skip
    return Sheet("History", columns, rows)
