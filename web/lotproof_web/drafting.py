"""Drafts for views: resume what was typed on any device, forget it once it is sent.

A form takes part by `draft("key", resumed)` of `ui/form.html`; the view takes `resumed(key)` for its values and calls
`lotproof.people.drafts.forget_draft` in the transaction of its action.
"""

import re

from lotproof.people.drafts import Kept, draft_of
from lotproof_web.signed_in import now, reads, signed_in

KEY = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,99}")
"""What a form is called: "harvest", "application:42"."""


def resumed(key: str) -> Kept | None:
    """Return what this person typed into a form before, None where nothing is kept."""
    who = signed_in()
    return draft_of(reads(), who.account, key, now()) if who.account is not None else None
