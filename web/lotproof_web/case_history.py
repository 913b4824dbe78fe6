"""The history of an application as the timeline shows it."""

from collections.abc import Iterable
from typing import Any

from lotproof_web.i18n import book
from lotproof_web.local_time import local
from lotproof_web.words.mark import N_
from lotproof_web.words.suppliers import ACTS, FIELDS

_TONES = {"approve": "green", "reject": "red", "ask_more_of": "amber", "submit": "blue", "claim": "blue"}
_ICONS = {"approve": "check", "reject": "stop", "ask_more_of": "warn", "submit": "inbox", "correct": "pen"}
_BY_STAFF = frozenset({"claim", "correct", "ask_more_of", "approve", "reject"})


def history_rows(steps: Iterable[Any], *, for_applicant: bool = False) -> list[dict[str, Any]]:
    """Return the rows of `ui/timeline.html: history`. for_applicant: reviewers stand there by their office alone."""
    reviewer = book().say(N_("The reviewer"))
    return [
        {
            "tone": _TONES.get(step.act, "grey"),
            "icon": _ICONS.get(step.act, "dot"),
            "iso": step.at.isoformat(),
            "when": local(step.at),
            "who": reviewer if for_applicant and step.act in _BY_STAFF else step.name,
            "sentence": _sentence(step),
            "reason": step.reason,
        }
        for step in steps
    ]


def _sentence(step: Any) -> str:
    if step.act == "correct":
        field = book().say(FIELDS.get(step.detail.get("field", ""), step.detail.get("field", "")))
        return book().say(
            N_("corrected %(field)s: %(old)s became %(new)s"),
            field=field,
            old=step.detail.get("old") or "–",
            new=step.detail.get("new") or "–",
        )
    return book().say(ACTS.get(step.act, step.act))
