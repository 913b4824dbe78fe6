"""Progress on a terminal; nothing at all elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from lotproof_cli.output import on_terminal

if TYPE_CHECKING:
    from lotproof.proof.log_source import LogSource

T = TypeVar("T")
Tick = Callable[[int], None]


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Tick]:
    """Show a bar that the given function moves on by so many. total: None where it is not known."""
    if not on_terminal():
        yield lambda _steps: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def both(total: int | None) -> Iterator[tuple[Tick, Tick]]:
    """Show the two halves of an import, one after the other: entries taken over, and entries that worked."""
    with ExitStack() as shown:
        ticks: dict[str, Tick] = {}

        def tick(what: str, steps: int) -> None:
            if what not in ticks:
                shown.close()
                ticks[what] = shown.enter_context(progress(what, total))
            ticks[what](steps)

        yield partial(tick, "taking over"), partial(tick, "rebuilding")


def ticking(items: Iterable[T], tick: Tick, every: int = 256) -> Iterator[T]:
    """Pass items on, and tick now and then."""
    count = 0
    for item in items:
        yield item
        count += 1
        if count == every:
            tick(count)
            count = 0
    tick(count)


@contextmanager
def counting(source: "LogSource", what: str) -> "Iterator[LogSource]":
    """Show how far a log was read."""
    if not on_terminal():
        yield source
        return
    from lotproof.kernel.errors import LotproofError

    try:
        total = source.size
    except LotproofError:
        total = 0
    with progress(what, total) as tick:
        yield _Counting(source, tick)


class _Counting:
    """A LogSource that ticks when leaves are read."""

    def __init__(self, source: "LogSource", tick: Tick) -> None:
        self._source = source
        self._tick = tick
        self.checkpoint = source.checkpoint
        self.nodes = source.nodes
        self.read = source.read
        self.where = source.where

    @property
    def size(self) -> int:
        return self._source.size

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        return ticking(self._source.leaves(start, end), self._tick)


__all__: Sequence[str] = ("counting", "progress", "ticking")
