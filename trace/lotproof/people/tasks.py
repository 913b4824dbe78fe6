"""Tasks: what somebody has to do, and by when. Each domain finds its own; here they are put in order. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. kind: names the act, from which the pages make words and an address.

    object_type, object_id: what it is about.  name: what people call that, as recorded.
    due_at: aware, None where nothing presses.  made_at: since when it is to be done.
    """

    kind: str
    object_type: str
    object_id: str
    name: str
    due_at: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Agenda:
    """Tasks by when they press, each list with the most pressing first."""

    overdue: tuple[Task, ...]
    today: tuple[Task, ...]
    later: tuple[Task, ...]

    def __len__(self) -> int:
        return len(self.overdue) + len(self.today) + len(self.later)


def put_in_order(tasks: Iterable[Task], now: datetime, zone: tzinfo) -> Agenda:
    """Return the tasks as overdue, due on this day of the zone, and later ones; those without a day are last."""
    today = now.astimezone(zone).date()
    overdue: list[Task] = []
    due_today: list[Task] = []
    later: list[Task] = []
    for task in sorted(tasks, key=_pressing):
        if task.due_at is None or task.due_at.astimezone(zone).date() > today:
            later.append(task)
        else:
            (overdue if task.due_at < now else due_today).append(task)
    return Agenda(tuple(overdue), tuple(due_today), tuple(later))


def _pressing(task: Task) -> tuple[bool, datetime, datetime, str]:
    return task.due_at is None, task.due_at or task.made_at, task.made_at, task.object_id
