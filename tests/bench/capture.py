"""Capture of one large document by the command line: how fast, and how much memory the process takes at its most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import ijson

from bench.figures import Figure
from bench.measuring import Samples
from bench.places import Bench
from support.world import ORCHARD, lot

NAME = "capture"
FLOOR = "ijson over the same file"
MOST_MB = 300
_PER_LOT = 20


def measure(bench: Bench) -> Iterator[Figure]:
    """One figure: events a second, with the peak of resident memory beside it."""
    count = bench.sizes.capture_events
    home, document = bench.folder / "capture", bench.folder / "large.jsonld"
    _write(document, count)
    _run(home, "init")
    found, floor = Samples(), Samples()
    with floor.timed(count), document.open("rb") as stream:
        for _event in ijson.basic_parse(stream):
            pass
    start = perf_counter()
    said, peak_mb = _run(home, "capture", str(document), "--json")
    found.seconds.append((perf_counter() - start) / count)
    answer = json.loads(said)
    assert (answer["events"], answer["entries"]) == (count, count), answer["events"]
    yield Figure(
        NAME,
        f"{count:,} events, {document.stat().st_size // 1_000_000} MB",
        "event",
        found,
        floor,
        FLOOR,
        f"under {MOST_MB} MB",
        peak_mb < MOST_MB,
        {"peak_mb": round(peak_mb), "findings": len(answer["findings"])},
    )


def _write(path: Path, count: int) -> None:
    """A document of lots that are harvested, stored again and again, and sold."""
    with path.open("w") as file:
        file.write(
            '{"@context":["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],"type":"EPCISDocument",'
        )
        file.write('"schemaVersion":"2.0","creationDate":"2026-06-01T00:00:00Z","epcisBody":{"eventList":[')
        for number in range(count):
            file.write(("," if number else "") + json.dumps(_event(number)))
        file.write("]}}")


def _event(number: int) -> dict[str, object]:
    batch, turn = divmod(number, _PER_LOT)
    step = {0: ("ADD", "creating_class_instance", 100), _PER_LOT - 1: ("OBSERVE", "retail_selling", 60)}
    action, biz_step, amount = step.get(turn, ("OBSERVE", "storing", 100))
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-05-{turn + 1:02}T{batch % 24:02}:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": action,
        "bizStep": biz_step,
        "readPoint": {"id": ORCHARD.place_uri},
        "quantityList": [{"epcClass": lot(f"B{batch}").uri, "quantity": amount, "uom": "KGM"}],
    }


def _run(home: Path, *arguments: str) -> tuple[str, float]:
    """Run the command in a process of its own; return what it printed and its peak of resident memory in MB."""
    home.mkdir(exist_ok=True)
    env = {**os.environ, "LOTPROOF_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    with (home / "said").open("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "lotproof_cli", *arguments], env=env, stdout=said, cwd=home
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    assert process.returncode == 0, text
    return text, used.ru_maxrss / 1024
