"""`lotproof label`: a lot's label to print."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from lotproof.kernel.identifiers import LotId
from lotproof_cli.arguments import LOT, command
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.label import LabelSize


@command("label")
@click.argument("lot", type=LOT)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option(
    "--size", type=click.Choice(["40x30", "60x40"]), default="60x40", show_default=True, help="In mm."
)
@click.option("--url", help="Root of the pages that the code leads to (default: LOTPROOF_PUBLIC_URL).")
def label(here: Here, lot: LotId, file: Path, size: str, url: str | None) -> None:
    """Write the label of LOT as PDF: its QR code, product, lot and GTIN."""
    from lotproof.lots.label import label_pdf
    from lotproof.lots.trace import require_lot
    from lotproof.parties.records import get_record

    with here.reading() as db:
        require_lot(db, lot.uri)
        product = get_record(db, "product", lot.gtin14) or {}
    host = (url or here.settings.public_url).rstrip("/")
    file.write_bytes(label_pdf(lot, host, product.get("names", {}), cast("LabelSize", size)))
    answer = {"file": str(file), "lot": lot.uri, "size": size, "link": host + lot.path}
    here.answer(answer, lambda: click.echo(f"{file}: {size} mm, leads to {answer['link']}"))
