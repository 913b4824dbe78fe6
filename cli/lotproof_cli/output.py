"""How answers look: one JSON value with --json, else text for people, with colours and frames on a terminal only."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

import click

from lotproof.kernel.instants import rfc3339
from lotproof.kernel.quantity import plain

STATES = {
    "recalled": "red",
    "held": "red",
    "destroyed": "red",
    "not_recorded": "yellow",
    "in_transit": "cyan",
    "no_known_problem": "green",
}
"""Colours of a lot's state; the word stands beside it, so that nobody depends on the colour."""


def echo_json(value: Any) -> None:
    """Print one JSON value on one line."""
    click.echo(json.dumps(to_json(value), ensure_ascii=False))


def to_json(value: Any) -> Any:
    """Make values of the core plain: decimals are text, times RFC 3339, dataclasses objects."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {name: to_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    return value


def on_terminal() -> bool:
    """Whether a person watches."""
    return sys.stdout.isatty()


def heading(text: str) -> None:
    """Print a line that begins something."""
    click.echo(click.style(text, bold=True))


def facts(rows: Sequence[tuple[str, Any]]) -> None:
    """Print names and values below each other; what is None is left out."""
    shown = [(name, value) for name, value in rows if value is not None]
    room = max((width(name) for name, _ in shown), default=0)
    for name, value in shown:
        click.echo(f"  {pad(name, room)}  {value}")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows under their headings. right: columns of numbers."""
    if on_terminal():
        _rich_table(columns, rows, right)
        return
    rooms = [max(width(row[at]) for row in (columns, *rows)) for at in range(len(columns))]
    for row in (columns, *rows):
        cells = [
            pad(cell, rooms[at], left=at not in right) if at in right or at < len(row) - 1 else cell
            for at, cell in enumerate(row)
        ]
        click.echo("  ".join(cells).rstrip())


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for at, name in enumerate(columns):
        # The first column names the row: whoever copies the name wants it in one piece.
        whole = max(width(row[at]) for row in (columns, *rows)) if at == 0 else None
        shown.add_column(name, justify="right" if at in right else "left", overflow="fold", min_width=whole)
    for row in rows:
        shown.add_row(*(cell.replace("[", r"\[") for cell in row))
    Console().print(shown)


def state(name: str) -> str:
    """Return a lot's state in words and, on a terminal, its colour."""
    return click.style(name.replace("_", " "), fg=STATES.get(name))


def best_name(names: Mapping[str, str]) -> str:
    """Return the English name, else any; nothing where none was recorded."""
    return printable(names.get("en") or next((name for name in names.values() if name), ""))


def printable(text: str) -> str:
    """Take from a text of others what would steer a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)


def amount(value: Decimal | None, uom: str | None) -> str:
    """Return an amount with its unit, nothing where it is not known."""
    return "" if value is None else f"{plain(value)} {uom or ''}".rstrip()


def width(text: str) -> int:
    """Return the cells that a text takes on a terminal; Chinese characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in click.unstyle(text))


def pad(text: str, room: int, *, left: bool = True) -> str:
    """Fill a text up to so many cells."""
    space = " " * (room - width(text))
    return text + space if left else space + text
