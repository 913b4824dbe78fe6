"""The desk at which papers are handed in and decided over: the same doors as everybody's, one step at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import select

from lotproof.demo.accounts import actor_of
from lotproof.demo.chance import Dice
from lotproof.demo.papers import Facts, photo_of
from lotproof.demo.people import REVIEWER, Person
from lotproof.documents.actions import receive
from lotproof.documents.working import Worker
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties import deciding
from lotproof.storage.engine import reading, writing
from lotproof.suppliers import applying, reviewing, stopping
from lotproof.suppliers.applying import Said
from lotproof.suppliers.models import Application
from lotproof.suppliers.summary import refresh


def put_on_file(uow: UnitOfWork, operator: str, dice: Dice, papers: Sequence[Facts]) -> None:
    """Put papers on record that were seen before the ledger began, without a document."""
    for one in papers:
        paper = deciding.Paper(
            one.whose.uri, one.type, one.valid_from, one.valid_to, one.number(dice), one.issuer
        )
        deciding.approve(uow, operator, paper, REVIEWER.name)
    refresh(uow.db, {one.whose.uri for one in papers}, uow.now)


@dataclass(slots=True)
class Case:
    """One application. missing: papers that are named in it and not handed in.  id: once it has begun."""

    applicant: Person
    role: str
    papers: Sequence[Facts]
    dice: Dice
    missing: Sequence[Facts] = ()
    blurred: bool = False
    id: str = ""

    def begin(self, log: Log) -> None:
        """Photograph the papers, hand them in, and type what they say."""
        with reading(log.engine) as db:
            actor = actor_of(db, self.applicant)
        handed = [self._hand_in(log, facts) for facts in self.papers]
        Worker(log).sweep()
        with writing(log.engine) as db:
            now = log.around.clock()
            self.id = applying.start(db, actor, actor.acting_for, self.role, "*", now, log.around.entropy)
            documents: list[str | None] = [*handed, *(None for _ in self.missing)]
            for facts, document in zip((*self.papers, *self.missing), documents, strict=True):
                said = self._said(facts) if document else Said()
                applying.add_paper(db, actor, self.id, facts.type, document, said, now)

    def submit(self, log: Log) -> None:
        """Hand it to the reviewers."""
        with log.unit_of_work() as uow:
            applying.submit(uow, actor_of(uow.db, self.applicant), log.operator, self.id)

    def begin_and_submit(self, log: Log) -> None:
        """Do both at once."""
        self.begin(log)
        self.submit(log)

    def claim(self, log: Log) -> None:
        """Let a reviewer take it."""
        with writing(log.engine) as db:
            reviewing.claim(db, actor_of(db, REVIEWER), self.id, self._version(log), log.around.clock())

    def ask(self, log: Log, reason: str) -> None:
        """Let a reviewer ask for something."""
        with log.unit_of_work() as uow:
            reviewing.ask_for_more(
                uow, actor_of(uow.db, REVIEWER), log.operator, self.id, self._version(log), reason
            )

    def approve(self, log: Log) -> None:
        """Let a reviewer put its papers on record."""
        with log.unit_of_work() as uow:
            reviewing.approve(uow, actor_of(uow.db, REVIEWER), log.operator, self.id, self._version(log))

    def reject(self, log: Log, reason: str) -> None:
        """Let a reviewer say no."""
        with log.unit_of_work() as uow:
            reviewing.reject(
                uow, actor_of(uow.db, REVIEWER), log.operator, self.id, self._version(log), reason
            )

    def stop(self, log: Log, act: str, reason: str) -> None:
        """Suspend or revoke the first of its papers, once they are on record."""
        with log.unit_of_work() as uow:
            paper = applying.papers_in(uow.db, self.id)[0].qualification
            stopping.stop(uow, actor_of(uow.db, REVIEWER), log.operator, act, paper, reason)

    def _hand_in(self, log: Log, facts: Facts) -> str:
        with reading(log.engine) as db:
            actor = actor_of(db, self.applicant)
        photo = photo_of(facts, self.dice, blurred=self.blurred)
        name = f"IMG_{facts.whose.number:02}{facts.valid_from:%y%m%d}.jpg"
        return receive(log, actor, actor.acting_for, facts.type, BytesIO(photo), name).id

    def _said(self, facts: Facts) -> Said:
        number = facts.number(self.dice) or ""
        return Said(number, facts.issuer, (), facts.valid_from, facts.valid_to)

    def _version(self, log: Log) -> int:
        with reading(log.engine) as db:
            found = db.execute(select(Application.version).where(Application.id == self.id)).scalar_one()
        return int(found)
