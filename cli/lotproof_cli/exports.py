"""--csv and --xlsx of the commands that list something."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from lotproof_schemas.sheets import Sheet

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


def export_options(function: F) -> F:
    """Give a command --csv FILE and --xlsx FILE, as `csv` and `xlsx`."""
    as_csv = click.option("--csv", type=_FILE, help="Write the list to this CSV file too.")
    as_xlsx = click.option("--xlsx", type=_FILE, help="Write all of it to this Excel file too.")
    return as_csv(as_xlsx(function))


def export(csv: Path | None, xlsx: Path | None, sheets: "Callable[[], Sequence[Sheet]]") -> None:
    """Write the files that were asked for. sheets: the CSV file gets the first one."""
    if csv is None and xlsx is None:
        return
    from lotproof_schemas.sheets import to_csv, to_xlsx

    tables = sheets()
    if csv is not None:
        csv.write_bytes(to_csv(tables[0]))
    if xlsx is not None:
        xlsx.write_bytes(to_xlsx(tables))


def number_of(uri: str | None) -> str | None:
    """Return the number of a place or party for a cell: its GLN, as the rest of the address says only what it is."""
    return uri and uri.rpartition("/")[2]


def lot_cells(uri: str) -> tuple[str | None, str | None]:
    """Return GTIN and code of a lot for two cells; nothing for what is no lot, such as a growing cycle."""
    from lotproof.kernel.identifiers import identify

    lot = identify(uri).lot
    return (lot.gtin14, lot.code) if lot else (None, None)
