"""What an application goes through, and what its party is at a time. Pure.

draft → submitted → under_review → (more_wanted → submitted) → approved or rejected; withdrawn before a decision.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Of an application."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    MORE_WANTED = "more_wanted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


WITH_APPLICANT = (State.DRAFT, State.MORE_WANTED)
"""It may be changed."""
WITH_REVIEWERS = (State.SUBMITTED, State.UNDER_REVIEW)
"""A decision is awaited."""
OPEN = (*WITH_APPLICANT, *WITH_REVIEWERS)
REVIEW_DAYS, MORE_DAYS = 5, 10
"""Working days for a decision, and for what is asked for."""
STEPS = (60, 30, 7)
"""Days before a paper ends at which its party is told."""
SOON = timedelta(days=STEPS[0])


def shown(standing: str, ends_at: datetime | None, applying: str, now: datetime) -> str:
    """Return the state of a supplier as lists show it. What ended is never shown as approved."""
    if standing == "approved":
        if ends_at is not None and ends_at <= now:
            return "expired"
        return "expiring" if ends_at is not None and ends_at <= now + SOON else "approved"
    return standing if standing != "none" else applying or "missing"


def step_of(ends_at: datetime, now: datetime) -> int | None:
    """Return the reminder that is due: the last one whose day has come, None where none has, or it ended."""
    due = [days for days in STEPS if now < ends_at <= now + timedelta(days=days)]
    return min(due, default=None)
