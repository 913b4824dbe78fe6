"""Who may hand in, look at and remove whose documents. Pure; what is not one's own looks as if it were not there."""

from typing import Protocol

from lotproof.kernel.errors import ForbiddenError, NotFoundError
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission


class Owned(Protocol):
    """What of a document decides who may see it."""

    @property
    def subject(self) -> str:
        """Whom it is about."""

    @property
    def party(self) -> str | None:
        """For whom it was handed in."""

    @property
    def account(self) -> int | None:
        """Who handed it in."""


def require_upload(actor: Actor, subject: str) -> None:
    """Let somebody hand in a paper about her own organisation, or staff one about anybody.

    Raises: ForbiddenError `not_allowed`, `not_your_organisation`.
    """
    if not actor.may(Permission.APPLY_ANY):
        actor.require(Permission.UPLOAD_DOCUMENTS)
    if subject != actor.party and not actor.may(Permission.APPLY_ANY):
        raise ForbiddenError(
            "not_your_organisation",
            "you do not act for the organisation that this document would be about",
            "act for that organisation, or ask somebody who does",
        )


def may_see(actor: Actor, document: Owned) -> bool:
    """Whether she may look at a document: staff, who handed it in, and whom in its organisation the table allows."""
    if actor.may(Permission.READ_DOCUMENTS_ANY):
        return True
    if actor.account is not None and actor.account == document.account and actor.party == document.party:
        return True
    own = actor.party is not None and actor.party in (document.subject, document.party)
    return own and actor.may(Permission.READ_DOCUMENTS)


def unknown_document() -> NotFoundError:
    """The answer to an id that is nobody's, and to one that is another's."""
    return NotFoundError("unknown_document", "there is no such document", "see the list of your documents")
