"""What a cleaning came to, as a file between the two processes. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.documents.cleaning.bounds import MOST_PAGES
from lotproof.documents.formats import EXTENSION_OF
from lotproof.documents.refusals import REFUSALS

OUTCOME, CLEAN = "outcome.json", "clean"
_LONGEST = 20_000  # pixels


@dataclass(frozen=True, slots=True)
class Outcome:
    """problem: a code of `refusals.REFUSALS`, "" where it is clean.  pages: width and height of each picture."""

    problem: str = ""
    media_type: str = ""
    pages: Sequence[tuple[int, int]] = ()


def page_name(number: int) -> str:
    """The file with the picture of a page; number: from 1."""
    return f"page-{number}"


def dumps(outcome: Outcome) -> str:
    """Write an outcome."""
    return json.dumps(
        {"problem": outcome.problem, "media_type": outcome.media_type, "pages": list(outcome.pages)}
    )


def loads(text: str) -> Outcome:
    """Read an outcome that a process wrote which may have been taken over. Raises: ValueError for anything odd."""
    read: Any = json.loads(text)
    problem, media_type, pages = read["problem"], read["media_type"], read["pages"]
    if problem:
        if problem not in REFUSALS:
            raise ValueError("no such problem")
        return Outcome(problem)
    if media_type not in EXTENSION_OF or not 1 <= len(pages) <= MOST_PAGES:
        raise ValueError("no such format, or no such number of pages")
    for side in (side for page in pages for side in page):
        if type(side) is not int or not 0 < side <= _LONGEST:
            raise ValueError("no such size")
    return Outcome("", media_type, [(width, height) for width, height in pages])
