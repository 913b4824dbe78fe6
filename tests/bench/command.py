"""`run.py bench`: which figures, how large, where the JSON goes; and the table."""

from __future__ import annotations

import argparse
import gc
import json
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    acknowledgement,
    append,
    capture,
    copies,
    curves,
    failover,
    growth,
    heads,
    page,
    proofs,
    recall,
    trace,
    verify,
)
from bench.figures import Figure
from bench.places import Bench, bench
from bench.sizes import FULL, QUICK, with_changes
from lotproof.kernel.errors import LotproofError
from support.databases import Kind

BENCHES: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    module.NAME: module.measure
    for module in (
        append,
        acknowledgement,
        proofs,
        verify,
        trace,
        recall,
        page,
        capture,
        copies,
        heads,
        growth,
        failover,
    )
}
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, write the JSON; returns the exit code, which no figure changes."""
    asked = _parser().parse_args(arguments)
    try:
        sizes = with_changes(QUICK if asked.quick else FULL, asked.sizes)
    except LotproofError as error:
        print(f"{error.message}; {error.hint}")
        return 2
    # A file or a pipe has no width of its own; a table of half words would help nobody.
    console = Console(width=None if Console().is_terminal else 170)
    figures: list[Figure] = []
    gc.collect()
    gc.freeze()  # as the server does once it has started
    with bench(sizes, KINDS) as place:
        for name in asked.only or BENCHES:
            console.print(f"{name} …", style="dim")
            figures += BENCHES[name](place)
    console.print(table_of(figures))
    asked.json.write_text(json.dumps(report_of(figures, quick=asked.quick), indent=1) + "\n")
    console.print(f"as JSON: {asked.json}")
    if drawn := curves.draw(figures):
        picture = asked.json.with_name(f"{asked.json.stem}-growth.svg")
        picture.write_text(drawn)
        console.print(f"growth, drawn: {picture}")
    return 0


def report_of(figures: Sequence[Figure], *, quick: bool) -> dict[str, object]:
    """All figures as JSON values, with what they were measured on."""
    machine = {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
    }
    return {"quick": quick, "machine": machine, "figures": [figure.as_dict() for figure in figures]}


def table_of(figures: Sequence[Figure]) -> Table:
    """The figures beside their floors; ratios first, as times differ from machine to machine."""
    table = Table(title="Each figure beside its floor in the same run; medians")
    for column in ("figure", "reach", "", "floor"):
        table.add_column(column)
    for column in ("of the floor", "p50", "p99", "per second", "floor p50"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in figures:
        mark = {True: "reached", False: "missed", None: ""}[one.reached]
        more = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in one.details.items())
        table.add_row(
            f"{one.name}: {one.case}" + (f" ({more})" if more else ""),
            one.reach,
            mark,
            one.floor_is,
            f"{one.share:.1%}",
            _time(one.measured.median),
            _time(one.measured.percentile(99)),
            f"{1 / one.measured.median:,.0f}",
            _time(one.floor.median),
        )
    return table


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds >= 0.001 else f"{seconds * 1e6:.1f} µs"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py bench", description="Measure, each figure beside its floor."
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: does everything still run?")
    parser.add_argument("--only", action="append", choices=BENCHES, help="one figure; repeatable")
    parser.add_argument(
        "--sizes", action="append", default=[], metavar="NAME=NUMBER", help="another size; repeatable"
    )
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="file (default: %(default)s)")
    return parser
