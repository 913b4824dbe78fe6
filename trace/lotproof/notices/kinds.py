"""The kinds of notices: what each is about, and whether it can wait for the next day. Pure.

A new kind is one line here and its words in `words.py`; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What people choose by: whether and how they hear of it."""

    ACCOUNT = "account"  # its safety: always told
    MEMBERS = "members"
    QUALIFICATION = "qualification"
    DOCUMENTS = "documents"
    LOTS = "lots"
    DEADLINES = "deadlines"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice. is_urgent: never left for the mail of the day."""

    topic: Topic
    is_urgent: bool = False


_T = Topic

KINDS: Mapping[str, Kind] = {
    "signed_in_new": Kind(_T.ACCOUNT, True),
    "password_changed": Kind(_T.ACCOUNT, True),
    "contact_changed": Kind(_T.ACCOUNT, True),
    "locked_out": Kind(_T.ACCOUNT, True),
    "invited": Kind(_T.MEMBERS, True),
    "roles_changed": Kind(_T.MEMBERS),
    "removed": Kind(_T.MEMBERS),
    "application_received": Kind(_T.QUALIFICATION),
    "application_more": Kind(_T.QUALIFICATION, True),
    "application_approved": Kind(_T.QUALIFICATION, True),
    "application_rejected": Kind(_T.QUALIFICATION, True),
    "qualification_ends": Kind(_T.QUALIFICATION),
    "qualification_ended": Kind(_T.QUALIFICATION, True),
    "qualification_suspended": Kind(_T.QUALIFICATION, True),
    "qualification_restored": Kind(_T.QUALIFICATION, True),
    "qualification_revoked": Kind(_T.QUALIFICATION, True),
    "document_refused": Kind(_T.DOCUMENTS),
    "lot_held": Kind(_T.LOTS, True),
    "release_asked": Kind(_T.LOTS),
    "lot_released": Kind(_T.LOTS),
    "recall_begun": Kind(_T.LOTS, True),
    "deadline_near": Kind(_T.DEADLINES),
    "deadline_passed": Kind(_T.DEADLINES),
    "deadline_escalated": Kind(_T.DEADLINES, True),
    "holidays_missing": Kind(_T.OPERATION),
}
