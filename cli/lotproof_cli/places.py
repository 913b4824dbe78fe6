"""Where a copy goes: a home of its own, with SQLite in it unless a database is named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lotproof.instance import Place
    from lotproof_cli.surroundings import Here

database_option = click.option(
    "--database", metavar="URL", help="Its database (default: SQLite in that home)."
)


def home_option(*, required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option --home. Not required, it is LOTPROOF_HOME with LOTPROOF_DATABASE_URL."""
    said = "Folder that it lives in" + ("." if required else " (default: LOTPROOF_HOME).")
    path = click.Path(path_type=Path, file_okay=False, resolve_path=True)
    return click.option("--home", type=path, required=required, help=said)


def place_of(here: "Here", home: Path | None, database: str | None) -> "Place":
    """Return where the copy lives; a home that is named never takes the database of another one."""
    from lotproof.instance import Place

    settings = here.settings
    if home is None:
        return here.place if database is None else replace(here.place, database_url=database)
    return Place(home, database, settings.master_key, settings.master_key_file)
