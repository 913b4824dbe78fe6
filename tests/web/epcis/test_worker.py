"""The worker behind POST /epcis/capture: no job lost, no event twice, whatever stops it and wherever."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lotproof.kernel.errors import InvalidInputError
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots import capture as core
from lotproof.lots.capture_models import StagedEvent
from lotproof.lots.models import EventRow
from lotproof.storage.engine import writing
from lotproof_web.epcis.worker import CaptureWorker
from support.captured import harvest
from support.served import Served, document
from support.world import FARM, PACKER, check_ledger, lot

EVENTS = [harvest(f"X{n}") for n in range(7)]


class Killed(BaseException):
    """What ends a worker without giving it a say."""


@pytest.fixture
def chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small document have several chunks."""
    monkeypatch.setattr(core, "CHUNK", 2)


def sent(served: Served, *events: dict[str, Any], who: Any = FARM) -> str:
    """Send a document that waits for the worker, and return the path of its job."""
    return served.post(document(*(events or EVENTS)), who).headers["Location"]


def fail_once_at(monkeypatch: pytest.MonkeyPatch, call: int, error: BaseException) -> None:
    """Let one event of the next ones fail in a way that nobody foresaw."""
    enter, calls = core.enter, iter(range(1_000_000))

    def failing(*arguments: Any) -> Any:
        if next(calls) == call:
            raise error
        return enter(*arguments)

    monkeypatch.setattr(core, "enter", failing)


def restarted(served: Served) -> CaptureWorker:
    """A worker of another process on the same database."""
    return CaptureWorker(Log(served.world.log.around))


def counts(served: Served) -> tuple[int, int]:
    """How many events stand, and how many wait."""
    with served.world.read() as db:
        stand, wait = (
            db.execute(select(func.count()).select_from(one)).scalar_one() for one in (EventRow, StagedEvent)
        )
    return stand, wait


@pytest.mark.usefixtures("chunks_of_two")
@pytest.mark.parametrize("call", [0, 1, 4, 6])
@pytest.mark.parametrize("error", [RuntimeError("out of luck"), Killed()])
def test_a_worker_that_is_stopped_mid_job_is_followed_by_one_that_goes_on(
    served: Served, monkeypatch: pytest.MonkeyPatch, call: int, error: BaseException
) -> None:
    path = sent(served)
    fail_once_at(monkeypatch, call, error)

    with pytest.raises(type(error)):
        served.work()
    stopped = served.get(path).json
    before = counts(served)
    restarted(served).sweep()
    done = served.get(path).json

    assert (stopped["running"], stopped["entries"]) == (True, call // 2 * 2)  # type: ignore[index]
    assert before[0] == call // 2 * 2
    assert (done["running"], done["success"], done["entries"], done["repeated"]) == (False, True, 7, 0)  # type: ignore[index]
    assert counts(served) == (7, 0)
    assert all(served.world.balance(lot(f"X{n}")).created == 100 for n in range(7))
    check_ledger(served.world)


@pytest.mark.usefixtures("chunks_of_two")
def test_a_chunk_that_was_stored_before_the_error_is_not_applied_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sent(served)
    whole = Log.unit_of_work

    @contextmanager
    def stored_then_lost(log: Log) -> Iterator[UnitOfWork]:
        with whole(log) as uow:
            yield uow
        raise ConnectionError("the answer to COMMIT was lost")

    monkeypatch.setattr(Log, "unit_of_work", stored_then_lost)
    for _ in range(3):
        with pytest.raises(ConnectionError):
            restarted(served).sweep()
    monkeypatch.undo()
    restarted(served).sweep()

    done = served.get(path).json
    assert (done["success"], done["entries"], done["repeated"]) == (True, 7, 0)  # type: ignore[index]
    assert counts(served) == (7, 0)
    check_ledger(served.world)


@pytest.mark.usefixtures("chunks_of_two")
def test_two_workers_on_one_job_apply_each_event_once(served: Served) -> None:
    path = sent(served)
    workers = [restarted(served), restarted(served)]

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(worker.sweep) for worker in workers]:
            one.result()

    done = served.get(path).json
    assert (done["success"], done["entries"], done["repeated"]) == (True, 7, 0)  # type: ignore[index]
    assert counts(served) == (7, 0)
    check_ledger(served.world)


def test_a_job_that_fails_is_tried_again_later_and_holds_no_other_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    elapsed = [0.0]
    worker = CaptureWorker(served.world.log, lambda: elapsed[0])
    first = sent(served, harvest("X1"))
    served.world.later(seconds=1)
    second = sent(served, harvest("X2"), who=PACKER)
    fail_once_at(monkeypatch, 0, RuntimeError("out of luck"))

    with pytest.raises(RuntimeError):
        worker.sweep()
    after = [served.get(first).json["running"], served.get(second, PACKER).json["running"]]  # type: ignore[index]
    worker.sweep()
    too_early = served.get(first).json["running"]  # type: ignore[index]
    elapsed[0] = 1.0
    worker.sweep()

    assert after == [True, False]
    assert too_early is True
    assert served.get(first).json["success"] is True  # type: ignore[index]
    check_ledger(served.world)


def test_a_job_that_can_never_be_applied_is_failed_with_the_reason(served: Served) -> None:
    hopeless, good = sent(served, harvest("X1")), sent(served, harvest("X2"), who=PACKER)
    with writing(served.world.log.engine) as db:
        theirs = update(t.signing_key).where(t.signing_key.c.party == FARM.party_uri)
        db.execute(theirs.values(revoked=1))

    served.work()

    failed = served.get(hopeless).json
    assert (failed["running"], failed["success"]) == (False, False)  # type: ignore[index]
    assert [error["code"] for error in failed["errors"]] == ["no_signing_key"]  # type: ignore[index]
    assert served.get(good, PACKER).json["success"] is True  # type: ignore[index]
    assert counts(served) == (1, 0)


def test_a_document_that_never_came_to_its_end_is_given_up_after_a_day(served: Served) -> None:
    job = core.open_job(served.world.log, FARM.party_uri)
    path = f"/epcis/capture/{job}"

    served.work()
    soon = served.get(path).json["running"]  # type: ignore[index]
    served.world.clock.advance(timedelta(days=1, seconds=1))
    served.work()

    assert soon is True
    assert [error["code"] for error in served.get(path).json["errors"]] == ["interrupted"]  # type: ignore[index]


def test_an_event_that_is_refused_late_leaves_nothing_behind_and_may_come_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = core.enter

    def refused_late(uow: UnitOfWork, operator: str, author: Any, event: dict[str, Any]) -> Any:
        done = enter(uow, operator, author, event)
        if lot("X1").uri in str(event):
            raise InvalidInputError("event_too_large", "found out late")
        return done

    monkeypatch.setattr(core, "enter", refused_late)
    first = served.captured(harvest("X0"), harvest("X1"), harvest("X2"))
    standing = counts(served)
    monkeypatch.undo()
    again = served.captured(harvest("X0"), harvest("X1"), harvest("X2"))

    assert (first["success"], first["entries"]) == (False, 2)
    assert [error["where"] for error in first["errors"]] == ["$.epcisBody.eventList[1]"]
    assert standing == (2, 0)
    assert (again["success"], again["entries"], again["repeated"]) == (True, 1, 2)
    check_ledger(served.world)
