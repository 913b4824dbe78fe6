"""The blueprints of everything behind the sign-in; `binding.build_app` registers them in this order."""

from flask import Blueprint

from lotproof_web.accounts.account import account
from lotproof_web.accounts.address_book import address_book
from lotproof_web.accounts.audit import audit
from lotproof_web.accounts.entry import entry
from lotproof_web.accounts.keys import keys
from lotproof_web.accounts.members import membership
from lotproof_web.accounts.organisation import organisation
from lotproof_web.accounts.proof import proof
from lotproof_web.accounts.second_step import second_step
from lotproof_web.books.decisions import decisions
from lotproof_web.books.field import field
from lotproof_web.books.lotbook import lotbook
from lotproof_web.console.acting_for import acting_for
from lotproof_web.console.dev_ui import dev_ui
from lotproof_web.console.documents import documents
from lotproof_web.console.drafts import drafts
from lotproof_web.console.holidays import holidays
from lotproof_web.console.more import more
from lotproof_web.console.notices import notices
from lotproof_web.console.qualification import qualification
from lotproof_web.console.requirements import requirements
from lotproof_web.console.review import review
from lotproof_web.console.running import running
from lotproof_web.console.saved_views import saved_views
from lotproof_web.console.search import search
from lotproof_web.console.suppliers import suppliers
from lotproof_web.console.tasks import tasks

CONSOLES: tuple[Blueprint, ...] = (
    tasks,
    more,
    acting_for,
    search,
    saved_views,
    documents,
    qualification,
    review,
    suppliers,
    requirements,
    drafts,
    notices,
    running,
    holidays,
    field,
    lotbook,
    decisions,
    dev_ui,
    entry,
    proof,
    account,
    second_step,
    address_book,
    organisation,
    membership,
    keys,
    audit,
)
