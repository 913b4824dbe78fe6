"""`lotproof demo`: a season's made-up data and its pages, ready to be looked at."""

import os
import socket
import sys
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof_cli.arguments import command
from lotproof_cli.demo_server import look_once, program, surroundings
from lotproof_cli.output import facts, heading
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.log import Log

FOLDER = "demo"
ONLY_HERE = "127.0.0.1"
FIRST_YEAR, LAST_YEAR = 2001, 2100
_EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the demonstration is seen. host: what the server listens on.  url: what a visitor opens."""

    host: str
    port: int
    url: str
    is_local: bool


@command("demo")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port (default: LOTPROOF_PORT; with --once a free one)."
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder (default: demo in LOTPROOF_HOME).",
)
@click.option(
    "--host", help="Listen on this address and put it into the QR code, so that a phone can open it."
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the season stands (default: today in China).",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31),
    default=1,
    show_default=True,
    help="Another seed, another season.",
)
@click.option(
    "--once", is_flag=True, help="Make the data, look at two pages over HTTP, sign in, say OK and end."
)
def demo(
    here: Here,
    port: int | None,
    home: Path | None,
    host: str | None,
    today: datetime | None,
    seed: int,
    once: bool,
) -> None:
    """Make a season of apples, tea and rice, and serve it: all parties are made up, the rules are real.

    The same --seed and --today always give the same ledger, also its signatures; it is made once and found again.
    Its keys follow from the seed, so nothing in it may ever be trusted.
    """
    shown = _shown(host, port or (0 if once else here.settings.port))
    day = _day(today)
    folder = (home or here.settings.home / FOLDER).absolute()
    log, lot, told = _season(folder, seed, day)
    log.engine.dispose()
    answer = {
        "url": shown.url,
        "demo": f"{shown.url}/demo",
        "lot": str(lot),
        "lot_url": shown.url + lot.path,
    } | told
    if once:
        _look(here, shown, folder, lot, answer)
        return
    here.answer(answer, lambda: _tell(answer, shown))
    sys.stdout.flush()
    os.chdir(folder)  # a .env of the folder that we were called in is not meant for the demonstration
    os.execve(sys.executable, program(shown.host, shown.port), surroundings(folder, shown.url))


def _day(today: datetime | None) -> date:
    from lotproof.demo.script import CHINA

    day = today.date() if today else system_clock().astimezone(CHINA).date()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise click.BadParameter(f"{day} is too far away: {FIRST_YEAR} to {LAST_YEAR}", param_hint="--today")
    return day


def _season(folder: Path, seed: int, today: date) -> "tuple[Log, LotId, dict[str, Any]]":
    """Make or find the season; returns its log, the lot to look at, and what there is to say of it."""
    from lotproof.demo.cards import find_cards
    from lotproof.demo.homes import open_or_make
    from lotproof.demo.season import acts_of_season
    from lotproof.ledger.proofs import log_size
    from lotproof.lots.queries import count_lots
    from lotproof.storage.engine import reading

    with progress("making a season", acts_of_season(seed, today)) as tick:
        log, was_there = open_or_make(folder, seed, today, system_clock, os.urandom, tick)
    with reading(log.engine) as db:
        cards = find_cards(db)
        told = {
            "home": str(folder),
            "seed": seed,
            "today": today,
            "reused": was_there,
            "lots": count_lots(db),
            "entries": log_size(db),
            "cards": [{"code": card.code, "lot": str(card.lot), "product": card.product} for card in cards],
        }
    return log, cards[0].lot, told


def _shown(host: str | None, port: int) -> Shown:
    """Settle where to listen, before anything is made; a port that is taken is learnt now."""
    address = host or ONLY_HERE
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(found[0], socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(found[4])
            free = trial.getsockname()[1]
    except OSError as error:
        raise RefusedError(
            "cannot_listen", f"cannot listen on {address}, port {port}: {error.strerror}",
            "choose another one with --port, or an address of this machine with --host",
        ) from None  # fmt: skip
    seen = _reachable_address() if address in _EVERYWHERE else address
    named = f"[{seen}]" if ":" in seen else seen
    return Shown(address, free, f"http://{named}:{free}", _is_local(str(found[4][0]), seen))


def _is_local(bound: str, seen: str) -> bool:
    if bound in _EVERYWHERE:
        return seen == ONLY_HERE
    return ip_address(bound.partition("%")[0]).is_loopback


def _reachable_address() -> str:
    """Return this machine's address towards other networks; a UDP socket finds it without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as towards:
        try:
            towards.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): nobody is there
            return str(towards.getsockname()[0])
        except OSError:
            return ONLY_HERE


def _look(here: Here, shown: Shown, folder: Path, lot: LotId, answer: dict[str, Any]) -> None:
    pages = look_once(shown.host, shown.port, shown.url, folder, lot)
    here.answer(answer | {"ok": True, "pages": pages}, lambda: click.echo(f"OK: {', '.join(pages)}"))


def _tell(answer: dict[str, Any], shown: Shown) -> None:
    from lotproof.lots.qr import terminal_text

    heading(f"A made-up season on {answer['today']}: {answer['lots']} lots, {answer['entries']} entries")
    facts(
        [
            ("pages", f"{shown.url}/"),
            ("tour", answer["demo"]),
            ("a lot", answer["lot_url"]),
            ("data", answer["home"]),
        ]
    )
    click.echo(terminal_text(answer["lot_url"]))
    if shown.is_local:
        click.echo("The QR code works on this computer only (此二维码仅限本机); for a phone: --host ADDRESS")
    else:
        click.echo("The QR code opens the lot on a phone in the same network (同一网络内的手机可扫码打开).")
    click.echo("Ctrl-C ends it.")
