"""Which papers a supplier had when a lot began: what was so then stays on the lot's page, whatever came after."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from lotproof.lots.kinds import BY_NAME, Effect
from lotproof.lots.story import PaperThen, Step
from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.qualified import papers_of
from lotproof.parties.validity import State

_MOST_PARTIES = 50  # of a lot that was mixed from many farms


def papers_then(db: Connection, journey: Sequence[Step]) -> tuple[PaperThen, ...]:
    """Return the papers that counted when each supplier first picked or made something of the lot. One statement."""
    begun = {step.recorded_by.uri: step for step in reversed(list(_beginnings(journey)))}
    steps = sorted(begun.values(), key=lambda step: step.at)[:_MOST_PARTIES]
    held = papers_of(db, [step.recorded_by.uri for step in steps])
    return tuple(
        PaperThen(
            step.recorded_by,
            step.at,
            paper.document_type,
            paper.number if DOCUMENT_TYPES[paper.document_type].public_number else None,
            paper.valid_from,
            paper.valid_to,
        )
        for step in steps
        for paper in held.get(step.recorded_by.uri, ())
        if paper.document_type in DOCUMENT_TYPES and paper.state(step.at)[0] is State.VALID
    )


def _beginnings(journey: Sequence[Step]) -> Iterator[Step]:
    """A lot begins with those who picked it; where nobody did here, with those who packed or made it."""
    own = [step for step in journey if not step.voided and step.recorded_role == "author"]
    for effect in (Effect.CREATE, Effect.TRANSFORM):
        found = [step for step in own if BY_NAME[step.kind].effect is effect]
        if found:
            yield from found
            return
