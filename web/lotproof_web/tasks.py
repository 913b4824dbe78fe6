"""Where tasks come from, and what each kind is called and leads to. Each domain adds its source and its words here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection

from lotproof.lots.book.tasks import tasks_of as books
from lotproof.people import account_tasks
from lotproof.people.actor import Actor
from lotproof.people.tasks import Task
from lotproof.suppliers.tasks import tasks_of as suppliers_tasks
from lotproof_web import task_counts
from lotproof_web.i18n import book
from lotproof_web.words.mark import N_
from lotproof_web.words.papers import PAPERS

Source = Callable[[Connection, Actor, datetime], Sequence[Task]]

SOURCES: tuple[Source, ...] = (account_tasks.tasks_of, suppliers_tasks, books)
"""`tasks_of` of each domain: what this person has to do, at most two statements each."""


@dataclass(frozen=True, slots=True)
class TaskWords:
    """What a kind of task is called. verb: a message of the catalogue.  href: address with {id} for the object."""

    verb: str
    href: str


KINDS: dict[str, TaskWords] = {
    "answer_invitation": TaskWords(N_("Answer the invitation"), "/invitation/own/{id}"),
    "register_organisation": TaskWords(
        N_("Register your organisation, or join one"), "/organisation/register"
    ),
    "review": TaskWords(N_("Review"), "/review/{id}"),
    "hand_in_paper": TaskWords(N_("Hand in"), "/qualification/"),
    "first_place": TaskWords(N_("Name your first field or place"), "/field/own/place"),
    "hand_in_more": TaskWords(N_("Hand in what is missing"), "/qualification/{id}"),
    "finish_application": TaskWords(N_("Finish your application"), "/qualification/{id}"),
    "renew_paper": TaskWords(N_("Renew"), "/qualification/"),
    "approve_release": TaskWords(N_("Decide over the release"), "/lotbook/releases/{id}"),
    "answer_recall": TaskWords(N_("Answer the recall"), "/lotbook/recalls/{id}"),
    "receive_delivery": TaskWords(N_("Receive"), "/lotbook/record/receiving?lot={id}"),
    "harvest_opens": TaskWords(N_("Harvest"), "/field/harvest?cycle={id}"),
}
"""By the task's kind."""


COUNTS: tuple[Callable[[Connection, Actor, datetime], task_counts.Found], ...] = (
    task_counts.notices,
    task_counts.applications,
)
"""Each gives a count, or None where it is nothing to this person; the page shows the first four."""
MOST_COUNTS = 4


def collect(db: Connection, actor: Actor, now: datetime) -> list[Task]:
    """Return what every source knows of, but for kinds without words: nobody could say what to do."""
    return [task for source in SOURCES for task in source(db, actor, now) if task.kind in KINDS]


def name_of(task: Task) -> str:
    """What a task is about, in the visitor's language where it is the name of a type of paper."""
    if task.object_type != "qualification":
        return task.name
    return (
        " / ".join(book().say(PAPERS[one]) for one in task.object_id.split("/") if one in PAPERS) or task.name
    )


def href_of(task: Task) -> str:
    """The page on which the task is done."""
    return KINDS[task.kind].href.replace("{id}", quote(task.object_id, safe=""))
