"""What becomes of a document, and who may be shown it. Pure.

received -> cleaning -> clean | refused; waiting_for_scan while the virus scanner does not answer; removed for ever.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a document stands. Only what is CLEAN can be looked at."""

    RECEIVED = "received"
    CLEANING = "cleaning"
    WAITING_FOR_SCAN = "waiting_for_scan"
    CLEAN = "clean"
    REFUSED = "refused"
    REMOVED = "removed"


class Scan(StrEnum):
    """What a virus scanner said of the original."""

    NONE = "none"  # no scanner is configured, or it has not answered yet
    PASSED = "passed"
    FOUND = "found"


UNDER_WAY = (State.RECEIVED, State.CLEANING, State.WAITING_FOR_SCAN)
"""What still has to be worked on."""


def is_for_public(state: str, scan: str) -> bool:
    """Whether the public may ever be shown it: only what a virus scanner has passed."""
    return state == State.CLEAN and scan == Scan.PASSED
