"""The message catalogue: take the messages out of the sources, compare, compile.

`python -m support.catalogue` (with tests/ and the source roots on the path) brings messages.po and messages.mo
up to date; new messages come in untranslated and the tests then name them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import lotproof_web

SOURCES = Path(lotproof_web.__file__).parent
FOLDER = SOURCES / "translations" / "zh_Hans" / "LC_MESSAGES"
KEYWORDS = {**DEFAULT_KEYWORDS, "say": None, "count": (1, 2), "N_": None}
DATE = datetime(2026, 11, 1, tzinfo=UTC)  # fixed, so that the files change with their messages only
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def extracted() -> Catalog:
    """Every message of the sources, with where it stands."""
    found = _empty(None)
    for name, line, message, _, _ in extract_from_dir(SOURCES, METHODS, keywords=KEYWORDS):
        if message:
            found.add(message, locations=[(name, line)])
    return found


def _empty(locale: str | None) -> Catalog:
    return Catalog(
        locale,
        project="lotproof",
        version="1",
        charset="utf-8",
        fuzzy=False,
        creation_date=DATE,
        revision_date=DATE,
        header_comment="# Lotproof's pages in Simplified Chinese.",
        last_translator="Lotproof",
        language_team="Lotproof",
        msgid_bugs_address="lotproof",
    )


def written() -> Catalog:
    """The catalogue as it stands in messages.po."""
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled(catalogue: Catalog) -> bytes:
    """What messages.mo must hold."""
    target = BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def ids(catalogue: Catalog) -> Iterator[str]:
    """The messages, by their English singular."""
    for message in catalogue:
        if message.id:
            yield message.id if isinstance(message.id, str) else message.id[0]


def update() -> None:
    """Bring both files up to date, keep translations, drop what no source uses."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "messages.po"
    catalogue = written() if path.exists() else _empty("zh_Hans")
    catalogue.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, omit_header=False, no_location=True, sort_output=True, width=110)
    (FOLDER / "messages.mo").write_bytes(compiled(catalogue))


if __name__ == "__main__":
    update()
