"""The loop of `lotproof monitor`: look, tell, remember, wait. Time and programs are passed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotproof.kernel.errors import LotproofError
from lotproof.kernel.instants import rfc3339
from lotproof_cli.monitor_state import Memory

if TYPE_CHECKING:
    from lotproof.proof.following import Step

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 900.0
UNREACHABLE_IS_AN_ALARM = 3
"""Looks in a row that failed: one may be a loose cable, three are told to whoever --exec calls."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the loop needs from outside. look: one look.  call: a program with the path of evidence, or None."""

    look: Callable[[], "Step"]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    call: Callable[[Path], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One line. event: "step", "news", "alarm" or "unreachable".  bad: it makes the exit code 1."""

    event: str
    facts: dict[str, Any]
    text: str
    bad: bool = False


def watch_log(memory: Memory, around: Around, every_s: float, *, once: bool) -> Iterator[Told]:
    """Yield what there is to tell, for ever or of one look."""
    failures = 0
    while True:
        try:
            step = around.look()
        except (LotproofError, OSError) as error:
            if isinstance(error, LotproofError) and not _is_unreachable(error):
                raise
            failures += 1
            yield from _unreachable(memory, around, error, failures)
        else:
            failures = 0
            yield from _of_step(memory, around, step)
        if once:
            return
        around.sleep(pause_s(failures, every_s))


def pause_s(failures: int, every_s: float) -> float:
    """Return the seconds to wait: longer and longer while nobody answers."""
    if not failures:
        return every_s
    return float(min(FIRST_PAUSE_S * 2 ** min(failures - 1, 20), max(every_s, LONGEST_PAUSE_S)))


def _is_unreachable(error: LotproofError) -> bool:
    return error.code in ("no_such_log", "no_checkpoint")


def _unreachable(memory: Memory, around: Around, error: Exception, failures: int) -> Iterator[Told]:
    from lotproof.proof.following import Alarm

    message = error.message if isinstance(error, LotproofError) else str(error)
    facts: dict[str, Any] = {"at": rfc3339(around.clock()), "message": message, "failures": failures}
    yield Told("unreachable", facts, f"not reached ({failures}): {message}", bad=True)
    if failures == UNREACHABLE_IS_AN_ALARM:
        # The time makes it another alarm than that of an earlier day.
        told = f"{message} ({failures} looks in a row, the last at {facts['at']})"
        yield from _alarm(memory, around, Alarm("unreachable", told, {}))


def _of_step(memory: Memory, around: Around, step: "Step") -> Iterator[Told]:
    if step.alarm is not None:
        yield from _alarm(memory, around, step.alarm)
        return
    assert step.seen is not None
    if memory.seen is None or step.seen.note != memory.seen.note or step.seen.log != memory.seen.log:
        memory.keep(step.seen)
    yield _step(around, step)
    for one in step.news:
        facts = {"index": one.index, "what": one.what, "about": list(one.about)}
        yield Told(
            "news", facts, f"entry {one.index}: {one.what}, about {', '.join(one.about)}", bad=one.is_key
        )
    keys = [one for one in step.news if one.is_key]
    if keys:
        from lotproof.proof.following import Alarm

        what = "; ".join(f"entry {one.index}: {one.what} of {', '.join(one.about)}" for one in keys)
        note = step.seen.note.decode()
        yield from _alarm(memory, around, Alarm("key_of_watched", what, {"offered": note}))


def _step(around: Around, step: "Step") -> Told:
    new = None if step.before is None or step.size is None else step.size - step.before
    checkpoint = step.seen.checkpoint if step.seen else None
    at = rfc3339(around.clock())
    facts = {
        "at": at,
        "size": step.size,
        "new": new,
        "root": checkpoint and checkpoint.root,
        "depth": step.depth,
    }
    since = (
        "the first look" if new is None else f"{new} new, continues what was seen" if new else "nothing new"
    )
    checked = {
        "entries": "entries verified",
        "tree": "tree verified, entries are not ours",
        "hashes": "hashes only",
    }
    return Told("step", facts, f"{at}  {step.size} entries, {since}; {checked[step.depth]}")


def _alarm(memory: Memory, around: Around, alarm: Any) -> Iterator[Told]:
    file, is_new = memory.keep_evidence(alarm, rfc3339(around.clock()))
    facts = {
        "at": rfc3339(around.clock()),
        "code": alarm.code,
        "message": alarm.message,
        "evidence": str(file),
    }
    yield Told("alarm", facts, f"ALARM {alarm.code}: {alarm.message}\n  evidence: {file}", bad=True)
    if is_new and around.call is not None and (failed := around.call(file)):
        facts = {"at": rfc3339(around.clock()), "message": failed}
        yield Told("exec_failed", facts, f"the program could not be told: {failed}", bad=True)
