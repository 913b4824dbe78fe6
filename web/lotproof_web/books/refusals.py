"""Why something cannot be, in words: what, by which rule and because of what, and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from lotproof.kernel.errors import LotproofError, Problem
from lotproof.kernel.identifiers import identify
from lotproof_web.phrases import Phrasebook
from lotproof_web.words.findings import FINDINGS
from lotproof_web.words.forms import WRONG
from lotproof_web.words.what_to_do import WHAT_TO_DO


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that says no. evidence: (text, address) of what it goes by."""

    title: str
    meaning: str
    message: str
    to_do: str
    evidence: tuple[tuple[str, str], ...]


def refusals_of(error: LotproofError, book: Phrasebook) -> list[Refusal]:
    """Return every rule that refused an act."""
    problems = error.problems or (Problem("", error.code, error.message),)
    return list(dict.fromkeys(_refusal(one, error, book) for one in problems))


def _refusal(problem: Problem, error: LotproofError, book: Phrasebook) -> Refusal:
    words = FINDINGS.get(problem.code)
    to_do = WHAT_TO_DO.get(problem.code)
    return Refusal(
        book.say(words.title) if words else book.say(WRONG.get(problem.code, "")) or problem.message,
        book.say(words.meaning) if words else "",
        problem.message,
        book.say(to_do) if to_do else book.say(error.hint),
        tuple(_evidence(problem, book)),
    )


def _evidence(problem: Problem, book: Phrasebook) -> Iterator[tuple[str, str]]:
    if problem.code in FINDINGS:
        yield book.say("The rule"), f"/lotbook/rules#{problem.code}"
    if problem.code.startswith("qualification_"):
        yield book.say("Your papers"), "/qualification/"
    if ":" not in problem.where:
        return
    named = identify(problem.where)
    if named.lot is not None:
        yield book.say("Lot %(code)s", code=named.lot.code), lot_href(named.lot.uri)


def lot_href(uri: str) -> str:
    """The address of a lot in the lot book."""
    lot = identify(uri).lot
    assert lot is not None
    return f"/lotbook/lot/{lot.gtin14}/{quote(lot.code, safe='')}"


def at_fields(problems: tuple[Problem, ...] | list[Problem], book: Phrasebook) -> dict[str, list[str]]:
    """Return what is wrong by field, in words of a language."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        said = book.say(WRONG[problem.code]) if problem.code in WRONG else book.say(problem.message)
        found.setdefault(problem.where, []).append(said)
    return found


def are_of_fields(error: LotproofError, fields: Mapping[str, object] | tuple[str, ...]) -> bool:
    """Whether everything that is wrong stands at a field of the form, so that it is shown there."""
    return bool(error.problems) and all(problem.where in fields for problem in error.problems)
