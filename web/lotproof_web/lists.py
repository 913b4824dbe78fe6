"""Lists: what the address asks for (search, filters, order, page), how it is said in links, and CSV of the same.

A view reads the address by `read_list`, asks its query for `limit` rows from `offset`, and hands both to the macros of
`ui/list.html` and `ui/pager.html`. Filters and orders that a list does not know are left out, never guessed.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from urllib.parse import urlencode

from flask import Response, request

ROWS = 25
MOST_CHARACTERS = 200
MOST_PAGES = 10_000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a list. options: (value, text); the text is a message of the catalogue."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on. href: the list without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What the address asks of a list. chosen: the filters that are on.  sort: of the orders the list knows."""

    path: str
    q: str
    chosen: Mapping[str, str]
    sort: str
    page: int
    filters: Sequence[Filter] = ()
    sorts: Sequence[tuple[str, str]] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def limit(self) -> int:
        """Rows of a page, and one more by which the view knows that there is a next one."""
        return ROWS + 1

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * ROWS

    def url(self, **changes: str | int) -> str:
        """Return the address of this list with changes; page 1 unless another is asked for."""
        asked: dict[str, str | int] = {"q": self.q, **self.chosen, "sort": self.sort_or_none, **self.extra}
        asked |= {"page": 1, **changes}
        kept = {name: value for name, value in asked.items() if value not in ("", 1)}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @property
    def query(self) -> str:
        """What of the address makes this list, its first page."""
        return self.url().partition("?")[2]

    @property
    def sort_or_none(self) -> str:
        """The order, "" where it is the list's usual one."""
        return self.sort if self.sorts and self.sort != self.sorts[0][0] else ""

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The filters that are on."""
        found = []
        for one in self.filters:
            text = dict(one.options).get(self.chosen.get(one.name, ""))
            if text is not None:
                found.append(Chip(text, self.url(**{one.name: ""})))
        return tuple(found)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked for."""
        return bool(self.q or self.chosen)

    @property
    def csv_url(self) -> str:
        """The address of the same list as CSV."""
        return self.url(format="csv")


def read_list(filters: Sequence[Filter] = (), sorts: Sequence[tuple[str, str]] = ()) -> Listing:
    """Read the address. sorts: (code, text), the usual one first."""
    chosen = {}
    for one in filters:
        value = request.args.get(one.name, "")
        if value in dict(one.options):
            chosen[one.name] = value
    asked = request.args.get("sort", "")
    sort = asked if asked in dict(sorts) else (sorts[0][0] if sorts else "")
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    q = request.args.get("q", "").strip()[:MOST_CHARACTERS].replace("\x00", "")
    return Listing(request.path, q, chosen, sort, min(max(number, 1), MOST_PAGES), filters, sorts)


def wants_csv() -> bool:
    """Whether the address asks for the whole list as CSV."""
    return request.args.get("format") == "csv"


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a file with a head and rows; what a table program would take for a formula is marked as text."""
    out = StringIO()
    out.write("\ufeff")  # without it Excel reads Chinese as something else
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _harmless(cell: object) -> object:
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULAS) else text
