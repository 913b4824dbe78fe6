"""Several processes on one log, on both databases: never a fork, never an act twice, and the files never go back.

Threads of one process: `tests/storage/test_ledger.py`. Sequencers that lost their lock:
`tests/storage/test_side_by_side.py`. A leader that is killed: `test_failover.py`.
"""

from __future__ import annotations

from support.long_lived import LongLived
from support.one_act import check_all, settled, times_recorded
from support.tracing import Target

PROCESSES, EACH = 3, 5


def test_processes_that_do_the_same_acts_side_by_side_do_each_once(ledger: LongLived, target: Target) -> None:
    first = ledger.acts + 1
    ledger.acts += PROCESSES + EACH
    at = ledger.job([first])["at"]  # of one time, so that the same number is the same act
    jobs = [
        ledger.job(range(first + n, first + n + EACH)) | {"at": at, "seed": f"process {n}"}
        for n in range(PROCESSES)
    ]

    assert target.run_together(jobs) == [0] * PROCESSES

    with settled(ledger.world) as fresh:
        for n in range(first, first + PROCESSES - 1 + EACH):
            assert times_recorded(fresh, n) == 1
        check_all(fresh)
    ledger.broken = False
