"""The states of what leaves the house."""

from enum import StrEnum


class State(StrEnum):
    """WAITING also while a worker is at it.  NO_WAY: this installation was told of no way to send it."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    NO_WAY = "no_way"
