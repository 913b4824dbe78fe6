"""What every status looks like: tone, icon and word, the one table for all signed-in pages.

Grey: draft, pending, not recorded.  Blue: submitted, under review, testing.  Green: approved, released, passed.
Amber: more wanted, expiring, conditional, inconclusive.  Red: rejected, failed, held, expired, suspended, revoked,
recalled.  A code that is not in the table is shown in grey as it is, never as good.
"""

from typing import NamedTuple

from lotproof_web.words.mark import N_


class Status(NamedTuple):
    """tone: grey, blue, green, amber or red.  icon: of icons.svg.  word: a message of the catalogue."""

    tone: str
    icon: str
    word: str


STATUSES: dict[str, Status] = {
    "draft": Status("grey", "pen", N_("Draft")),
    "pending": Status("grey", "clock", N_("Pending")),
    "not_recorded": Status("grey", "blank", N_("Not recorded")),
    "missing": Status("grey", "blank", N_("Missing")),
    "ended": Status("grey", "minus", N_("Ended")),
    "withdrawn": Status("grey", "minus", N_("Withdrawn")),
    "sold_out": Status("grey", "check", N_("Sold out")),
    "destroyed": Status("grey", "bin", N_("Destroyed")),
    "invited": Status("grey", "clock", N_("Invited")),
    "submitted": Status("blue", "inbox", N_("Submitted")),
    "received": Status("blue", "inbox", N_("Received")),
    "cleaning": Status("blue", "clock", N_("Being checked")),
    "waiting_for_scan": Status("blue", "clock", N_("Being checked")),
    "under_review": Status("blue", "eye", N_("Under review")),
    "testing": Status("blue", "gauge", N_("Testing")),
    "in_transit": Status("blue", "truck", N_("On its way")),
    "open": Status("blue", "dot", N_("Open")),
    "approved": Status("green", "check", N_("Approved")),
    "released": Status("green", "check", N_("Released")),
    "passed": Status("green", "check", N_("Passed")),
    "clean": Status("green", "check", N_("Checked")),
    "active": Status("green", "check", N_("Active")),
    "done": Status("green", "check", N_("Done")),
    "allowed": Status("green", "check", N_("Allowed")),
    "no_known_problem": Status("green", "check", N_("No known problem")),
    "more_wanted": Status("amber", "warn", N_("More wanted")),
    "expiring": Status("amber", "clock", N_("Expiring")),
    "conditional": Status("amber", "warn", N_("Conditional")),
    "inconclusive": Status("amber", "warn", N_("Inconclusive")),
    "overdue": Status("amber", "clock", N_("Overdue")),
    "rejected": Status("red", "stop", N_("Rejected")),
    "refused": Status("red", "stop", N_("Refused")),
    "failed": Status("red", "stop", N_("Failed")),
    "held": Status("red", "hand", N_("On hold")),
    "expired": Status("red", "stop", N_("Expired")),
    "suspended": Status("red", "hand", N_("Suspended")),
    "revoked": Status("red", "stop", N_("Revoked")),
    "recalled": Status("red", "stop", N_("Recalled")),
    "deactivated": Status("red", "minus", N_("Deactivated")),
}


def status_of(code: str) -> Status:
    """The look of a status."""
    return STATUSES.get(code) or Status("grey", "blank", code)
