"""Nobody decides over herself: her own organisation's papers, her own result, the second approval. Pure.

It counts whom somebody belongs to, and not only whom she acts for at the moment.
"""

from lotproof.kernel.errors import ForbiddenError
from lotproof.people.actor import Actor


def refuse_own_organisation(actor: Actor, subject: str) -> None:
    """Nobody reviews the papers of an organisation that she belongs to. Raises: ForbiddenError `own_organisation`."""
    if subject == actor.party or subject in actor.belongs_to:
        raise ForbiddenError(
            "own_organisation",
            "you belong to the organisation that this is about",
            "somebody else has to decide it",
        )


def refuse_own_result(actor: Actor, entered_by: int | None) -> None:
    """Nobody verifies what she entered. Raises: ForbiddenError `own_result`."""
    if actor.account is not None and actor.account == entered_by:
        raise ForbiddenError(
            "own_result", "you entered this result yourself", "somebody else has to verify it"
        )


def refuse_second_approval(actor: Actor, first_by: int | None) -> None:
    """Two approvals are of two people. Raises: ForbiddenError `same_person`."""
    if actor.account is not None and actor.account == first_by:
        raise ForbiddenError(
            "same_person", "you gave the first approval", "a second person has to give the other one"
        )
