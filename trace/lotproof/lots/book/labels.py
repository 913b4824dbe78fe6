"""Labels of lots that somebody may see, with the names of their products."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from lotproof.kernel.identifiers import LotId
from lotproof.ledger.readers import Reader
from lotproof.lots.label import LabelSize
from lotproof.lots.label_sheet import MOST_LABELS, Sheet, labels_pdf
from lotproof.lots.models import Lot
from lotproof.lots.taking_part import takes_part_in
from lotproof.lots.trace import unknown_lot
from lotproof.parties.records import get_records


def labels_of(
    db: Connection, reader: Reader, lots: Sequence[LotId], host: str, size: LabelSize, sheet: Sheet
) -> bytes:
    """Return the labels as a PDF; two statements. Raises: NotFoundError `unknown_lot`; as `label_sheet.labels_pdf`."""
    asked = lots[: MOST_LABELS + 1]
    seen = select(Lot.uri).where(Lot.uri.in_([lot.uri for lot in asked]), takes_part_in(reader))
    mine = set(db.execute(seen).scalars())
    for lot in asked:
        if lot.uri not in mine:
            raise unknown_lot(lot.uri)
    products = get_records(db, "product", {lot.gtin14 for lot in asked})
    named = [(lot, products.get(lot.gtin14, {}).get("names", {})) for lot in asked]
    return labels_pdf(named, host, size, sheet)
