"""The message catalogues: take the messages out of the sources, compare, compile.

`python -m support.catalogue` (with tests/ and the source roots on the path) brings every messages.po and messages.mo
up to date. New messages come into Simplified Chinese untranslated, and the tests then name them; Traditional Chinese
is drafted from Simplified Chinese where nobody has written it yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import lotproof_web
from support.traditional import traditional

SOURCES = Path(lotproof_web.__file__).parent
SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"
_NAMES = {SIMPLIFIED: "Simplified Chinese", TRADITIONAL: "Traditional Chinese"}
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


def folder(locale: str) -> Path:
    """Where the catalogue of a language lies."""
    return SOURCES / "translations" / locale / "LC_MESSAGES"


def _empty(locale: str | None) -> Catalog:
    return Catalog(
        locale,
        project="lotproof",
        version="1",
        charset="utf-8",
        fuzzy=False,
        creation_date=DATE,
        revision_date=DATE,
        header_comment=f"# Lotproof's pages in {_NAMES.get(locale or '', 'English')}.",
        last_translator="Lotproof",
        language_team="Lotproof",
        msgid_bugs_address="lotproof",
    )


def written(locale: str) -> Catalog:
    """The catalogue of a language as it stands in its messages.po."""
    with (folder(locale) / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


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


def update(locale: str) -> None:
    """Bring the files of a language up to date, keep translations, drop what no source uses."""
    path = folder(locale) / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = written(locale) if path.exists() else _empty(locale)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    if locale == TRADITIONAL:
        _draft(catalogue, written(SIMPLIFIED))
    with path.open("wb") as file:
        write_po(file, catalogue, omit_header=False, no_location=True, sort_output=True, width=110)
    path.with_suffix(".mo").write_bytes(compiled(written(locale)))


def _draft(catalogue: Catalog, simplified: Catalog) -> None:
    for message in catalogue:
        source = simplified.get(message.id)
        if not message.id or source is None:
            continue
        if isinstance(source.string, str):
            message.string = message.string or traditional(source.string)
        else:
            message.string = tuple(
                old or traditional(text)
                for old, text in zip_longest(message.string or (), source.string or (), fillvalue="")
            )


if __name__ == "__main__":
    for each in (SIMPLIFIED, TRADITIONAL):
        update(each)
