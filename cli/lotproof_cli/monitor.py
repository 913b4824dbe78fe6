"""`lotproof monitor`: follow a log from outside, and tell whatever it should not have done."""

import shlex
import subprocess
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof_cli.arguments import command
from lotproof_cli.output import echo_json, printable
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.proof.following import Step
    from lotproof_cli.monitor_state import Memory

_CALL_TIMEOUT_S = 60


@command("monitor")
@click.argument("place", metavar="URL|DIR")
@click.option("--key", help="The log's key as you know it from elsewhere; needed the first time.")
@click.option(
    "--state", type=click.Path(dir_okay=False, path_type=Path), help="Where to remember what was seen."
)
@click.option("--every", "every_s", type=click.FloatRange(min=1), default=60.0, show_default=True, metavar="S",
              help="Seconds between two looks.")  # fmt: skip
@click.option("--once", is_flag=True, help="Look once; the exit code tells whether all was well.")
@click.option(
    "--watch", multiple=True, metavar="PARTY|LOT", help="Tell new entries about it; may be repeated."
)
@click.option("--hashes", is_flag=True, help="Never read entries: check the tree of hashes alone.")
@click.option("--exec", "program", metavar="CMD", help="Call it at an alarm, with the path of the evidence.")
@click.pass_context
def monitor(
    ctx: click.Context,
    here: Here,
    place: str,
    key: str | None,
    state: Path | None,
    every_s: float,
    once: bool,
    watch: tuple[str, ...],
    hashes: bool,
    program: str | None,
) -> None:
    """Follow a log: each checkpoint must be signed and continue the one seen last, and what is new must hold.

    One line a look, one JSON value a line with --json. A fork, a log that shrinks, a signature that does not fit, an
    entry that does not hold and a key act of somebody watched are alarms: the signed notes are kept as evidence beside
    the state file. With --once an alarm, or a log that cannot be reached, makes the exit code 1.
    """
    from lotproof.kernel.clock import system_clock
    from lotproof_cli.following import Around, watch_log
    from lotproof_cli.monitor_state import Memory

    memory = Memory(state or _usual_state(here, place), key)
    look = _looking(place, memory, frozenset(map(_uri, watch)), hashes=hashes)
    call = _calling(shlex.split(program)) if program else None
    around = Around(look, system_clock, time.sleep, call)
    bad = False
    for told in watch_log(memory, around, every_s, once=once):
        bad = bad or told.bad
        if here.as_json:
            echo_json({"event": told.event, **told.facts})
        else:
            click.echo(click.style(printable(told.text), fg="red" if told.event == "alarm" else None))
    ctx.exit(1 if bad else 0)


def _looking(place: str, memory: "Memory", watch: frozenset[str], *, hashes: bool) -> "Callable[[], Step]":
    from lotproof.proof.any_log import parse_any_note
    from lotproof.proof.following import follow
    from lotproof.proof.tile_source import TileSource
    from lotproof_cli.tile_readers import reader_of

    read = reader_of(place)

    def look() -> "Step":
        # A source keeps what it read: each look needs its own.
        return follow(TileSource(read, parse_any_note), memory.key, memory.seen, watch, hashes=hashes)

    return look


def _calling(words: list[str]) -> Callable[[Path], str | None]:
    """Return what calls a program, without a shell between; it returns why it failed, or None."""

    def call(evidence: Path) -> str | None:
        try:
            done = subprocess.run(
                [*words, str(evidence)], timeout=_CALL_TIMEOUT_S, check=False, stdout=subprocess.DEVNULL
            )  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        return f"{words[0]} ended with {done.returncode}" if done.returncode else None

    return call


def _uri(named: str) -> str:
    """Return the chain that is meant: a party's GLN or URI, a lot, a container or a growing cycle."""
    from lotproof.kernel.identifiers import Gln, LotId, identify

    if named.isdigit() and len(named) == 13:
        return Gln(named).party_uri
    return LotId.parse(named).uri if "/" in named and "://" not in named else identify(named).uri


def _usual_state(here: Here, place: str) -> Path:
    name = place if "://" in place else str(Path(place).resolve())
    return here.settings.home / "monitor" / f"{sha256(name.encode()).hexdigest()[:16]}.json"
