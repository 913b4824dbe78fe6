"""My tasks: what is overdue, due today and later, and a few counts; the page after signing in."""

from flask import Blueprint, render_template

from lotproof.people.tasks import put_in_order
from lotproof_web.local_time import zone
from lotproof_web.signed_in import now, reads, signed_in
from lotproof_web.tasks import COUNTS, KINDS, MOST_COUNTS, collect, href_of, name_of

tasks = Blueprint("tasks", __name__)


@tasks.get("/tasks")
def index() -> str:
    """Show them."""
    who, at = signed_in(), now()
    agenda = put_in_order(collect(reads(), who, at), at, zone())
    counts = [found for count in COUNTS if (found := count(reads(), who, at)) is not None][:MOST_COUNTS]
    return render_template(
        "tasks.html", agenda=agenda, kinds=KINDS, href_of=href_of, name_of=name_of, counts=counts
    )
