"""`lotproof trace`: where a lot came from, or where it went."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId, identify
from lotproof_cli.arguments import LOT, command
from lotproof_cli.exports import export, export_options, lot_cells, number_of
from lotproof_cli.findings import as_json, tell_findings
from lotproof_cli.output import amount, best_name, heading, state
from lotproof_cli.surroundings import Here
from lotproof_cli.tree import Branch, draw

if TYPE_CHECKING:
    from lotproof.lots.queries import FindingLine
    from lotproof.lots.trace import TracedEdge, TracedLot, Tracing
    from lotproof_schemas.sheets import Sheet


@command("trace")
@click.argument("lot", type=LOT)
@click.option("--up", "direction", flag_value="up", help="Where it came from.")
@click.option("--down", "direction", flag_value="down", help="Where it went.")
@click.option("--with-voided", is_flag=True, help="Also along events that were corrected, as a recall does.")
@export_options
def trace(
    here: Here,
    lot: LotId,
    direction: str | None,
    with_voided: bool,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """Trace LOT up to its fields, or down to everything that it went into."""
    from lotproof.lots.queries import findings_of
    from lotproof.lots.trace import trace_lot

    if direction is None:
        raise InvalidInputError("direction_missing", "say which way to trace", "give --up or --down")
    with here.reading() as db:
        found = trace_lot(db, lot.uri, direction, with_voided=with_voided)
        open_ones = findings_of(db, [one.uri for one in found.lots])
    export(csv, xlsx, lambda: _sheets(found))
    here.answer(
        {
            "lot": found.lot,
            "direction": found.direction,
            "lots": [_lot(one) for one in found.lots],
            "edges": [_edge(one) for one in found.edges],
            "findings": as_json(open_ones),
        },
        lambda: _tell(found, open_ones),
    )


def _lot(one: "TracedLot") -> dict[str, Any]:
    lot = identify(one.uri).lot
    return {
        "uri": one.uri,
        "product": best_name(one.product) or (lot.gtin14 if lot else None),
        "place": one.place,
        "state": one.state,
        "distance": one.distance,
        "type": one.type,
        "product_names": one.product,
        "place_names": one.place_names,
    }


def _edge(one: "TracedEdge") -> dict[str, Any]:
    return {
        "src": one.src,
        "dst": one.dst,
        "event": one.event,
        "quantity": one.quantity,
        "uom": one.uom,
        "kind": one.kind,
        "voided": one.voided,
    }


def _sheets(found: "Tracing") -> "list[Sheet]":
    """The lots, and in Excel also by which events one went into the other."""
    from lotproof_schemas.sheets import Sheet

    lots = ("steps", "type", "gtin", "lot", "product", "state", "place", "place name", "uri")
    flows = ("from gtin", "from lot", "to gtin", "to lot", "event", "amount", "unit", "entry", "corrected", "from uri",
             "to uri")  # fmt: skip
    lot_rows = [
        (one.distance, one.type, *lot_cells(one.uri), best_name(one.product) or None, one.state, number_of(one.place),
         best_name(one.place_names) or None, one.uri)
        for one in found.lots
    ]  # fmt: skip
    flow_rows = [
        (*lot_cells(one.src), *lot_cells(one.dst), one.kind, one.quantity, one.uom, one.event,
         "yes" if one.voided else None, one.src, one.dst)
        for one in found.edges
    ]  # fmt: skip
    return [Sheet("Lots", lots, lot_rows), Sheet("Flows", flows, flow_rows)]


def _tell(found: "Tracing", open_ones: "list[FindingLine]") -> None:
    by_uri = {one.uri: one for one in found.lots}
    ups = found.direction == "up"
    below: dict[str, list[Branch]] = {}
    for edge in found.edges:
        near, far = (edge.dst, edge.src) if ups else (edge.src, edge.dst)
        below.setdefault(near, []).append(Branch(far, _tie(edge, ups=ups)))
    heading("Where it came from" if ups else "Where it went")
    for line in draw(found.lot, below, lambda uri: _label(by_uri[uri])):
        click.echo(line)
    if len(found.lots) == 1:
        click.echo(f"Nothing is recorded that it {'came from' if ups else 'went into'}.")
    tell_findings(open_ones)


def _tie(edge: "TracedEdge", *, ups: bool) -> str:
    what = edge.kind.replace("_", " ")
    entry = "" if edge.event is None else f", entry {edge.event}"
    taken = amount(edge.quantity, edge.uom)
    voided = click.style(" (corrected since)", fg="yellow") if edge.voided else ""
    return f"{'from' if ups else 'into'} {taken + ' ' if taken else ''}by {what}{entry}{voided}"


def _label(one: "TracedLot") -> list[str]:
    lot = identify(one.uri).lot
    name = click.style(str(lot) if lot else one.uri, bold=True)
    where = best_name(one.place_names) or (one.place or "")
    said = [text for text in (best_name(one.product), where and f"at {where}") if text]
    return [f"{name}  {state(one.state)}", *([", ".join(said)] if said else [])]
