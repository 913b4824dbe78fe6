"""A lot's journey as rows of a timeline: each step's words, what it corrects, and runs of like steps. Pure.

- Oldest first; a correction stands under what it corrects, where that is in the journey.
- Four or more routine steps of one kind in a row are one group that can be opened; nothing is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from lotproof.lots.story import Part, Step
from lotproof_web.phrases import Phrasebook, minute, offset
from lotproof_web.words.details import DETAILS, KEY
from lotproof_web.words.kinds import StepWords, step_words

FOLD_FROM = 4
_ROUTINE = frozenset(
    {"sensor", "storage", "cooling", "observation", "transport", "count", "retail_sale", "other"}
)
_MOST_PARTS = 8
_SHORT = 8  # characters of a growing cycle's URN that are enough to tell it from another


@dataclass(frozen=True, slots=True)
class OtherLot:
    """Another lot or container of a step. role: "from" or "into"."""

    role: str
    label: str
    href: str | None
    amount: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as it is shown. verdict: what is said of a step that no longer counts or that corrects one."""

    index: int | None
    iso: str
    when: str
    offset: str
    icon: str
    tone: str
    title: str
    sentence: str
    where: str
    goods: tuple[OtherLot, ...]
    came_from: tuple[OtherLot, ...]
    went_into: tuple[OtherLot, ...]
    more_parts: str
    details: tuple[tuple[str, str], ...]
    reason: str
    recorded: str
    key: str
    approvals: str
    voided: bool
    verdict: str
    corrections: tuple["StepRow", ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are shown together; `folded` ones behind a line that says how many, of what, from when to when."""

    rows: tuple[StepRow, ...]
    folded: str


def journey(steps: Sequence[Step], lot_uri: str, book: Phrasebook) -> tuple[Group, ...]:
    """The timeline of a lot."""
    known = {step.index for step in steps if step.index is not None}
    under: dict[int, list[Step]] = {}
    for step in steps:
        if step.corrects is not None and step.corrects in known:
            under.setdefault(step.corrects, []).append(step)
    top = [step for step in steps if step.corrects is None or step.corrects not in known]
    told = ((step, _row(step, lot_uri, under, book)) for step in top)
    return tuple(_grouped(told, book))


def _grouped(told: Iterator[tuple[Step, StepRow]], book: Phrasebook) -> Iterator[Group]:
    for kind, run in groupby(told, key=lambda pair: pair[0].kind if _is_routine(*pair) else None):
        rows = tuple(row for _, row in run)
        if kind is None or len(rows) < FOLD_FROM:
            yield Group(rows, "")
        else:
            yield Group(rows, f"{rows[0].title} × {len(rows)}, {rows[0].when} – {rows[-1].when}")


def _is_routine(step: Step, row: StepRow) -> bool:
    return step.kind in _ROUTINE and not row.voided and not row.corrections and step.corrects is None


def _row(step: Step, lot_uri: str, under: Mapping[int, Sequence[Step]], book: Phrasebook) -> StepRow:
    words = step_words(step.kind)
    sentence, said = _sentence(step, words, lot_uri, book)
    goods, came, went = _others(step, lot_uri, book)
    left_out = sum(max(0, len(others) - _MOST_PARTS) for others in (goods, came, went))
    later = under.get(step.index, ()) if step.index is not None else ()
    return StepRow(
        index=step.index,
        iso=step.at.isoformat(),
        when=minute(step.at),
        offset=offset(step.at),
        icon=words.icon,
        tone=words.tone,
        title=book.say(words.title),
        sentence=sentence,
        where=_where(step, book),
        goods=goods[:_MOST_PARTS],
        came_from=came[:_MOST_PARTS],
        went_into=went[:_MOST_PARTS],
        more_parts=book.count("and %(n)s more", "and %(n)s more", left_out) if left_out else "",
        details=tuple(
            (_detail(code, book), book.value(value)) for code, value in step.details if code not in said
        ),
        reason=step.reason or "",
        recorded=_recorded(step, book),
        key=book.say(KEY.get(step.custody, "")),
        approvals=_approvals(step.approvals, book),
        voided=step.voided,
        verdict=_verdict(step, book),
        corrections=tuple(_row(correction, lot_uri, {}, book) for correction in later),
    )


def _sentence(step: Step, words: StepWords, lot_uri: str, book: Phrasebook) -> tuple[str, frozenset[str]]:
    """The sentence of a step, and the codes of details that it already tells."""
    own = next((part for part in step.parts if part.uri == lot_uri), None)
    slots = {
        "amount": book.amount(own.amount, own.uom) if own else "",
        "container": _container(step, book),
    }
    went_in = own is not None and own.role == "input" and words.as_input
    for message in words.as_input if went_in else words.says:
        used = frozenset(name for name in slots if f"%({name})s" in message)
        if all(slots[name] for name in used):
            return book.say(message, **slots), used - {"amount"}
    return "", frozenset()


def _container(step: Step, book: Phrasebook) -> str:
    parent = next((part.uri for part in step.parts if part.role == "parent"), None)
    if parent:
        return book.key(parent)
    told = next((value for code, value in step.details if code == "container"), None)
    return book.say("container %(key)s", key=told) if told else ""


def _others(
    step: Step, lot_uri: str, book: Phrasebook
) -> tuple[tuple[OtherLot, ...], tuple[OtherLot, ...], tuple[OtherLot, ...]]:
    """Other lots of a step: moved goods, what went in, what came out.

    Goods are told only where the lot itself is not named: then the step is of a lot that it came from, or of
    the container that it was in.
    """
    others = [part for part in step.parts if part.uri != lot_uri]
    named = len(others) < len(step.parts)

    def of(*roles: str) -> tuple[OtherLot, ...]:
        return tuple(_other(part, book) for part in others if part.role in roles)

    return () if named else of("object", "child"), of("input"), of("output")


def _approvals(people: int, book: Phrasebook) -> str:
    return book.count("approved by %(n)s person", "approved by %(n)s people", people) if people else ""


def _where(step: Step, book: Phrasebook) -> str:
    source, target = book.somebody(step.from_place), book.somebody(step.to_place)
    here = book.somebody(step.place)
    if source and target:
        return f"{source} → {target}"
    if target:
        return f"{here} → {target}" if here else f"→ {target}"
    return f"{source} → {here}" if source and here and source != here else here or source


def _other(part: Part, book: Phrasebook) -> OtherLot:
    name, key = book.name(part.names), book.key(part.uri)
    is_lot = "/10/" in part.uri
    if is_lot and name:
        key = key.partition("/")[2]
    elif part.uri.startswith("urn:"):
        key = book.say("growing cycle %(key)s", key=part.uri.rsplit(":", 1)[-1][:_SHORT])
    return OtherLot(
        part.role,
        f"{name} {key}".strip(),
        urlsplit(part.uri).path if is_lot else None,
        book.amount(part.amount, part.uom),
    )


def _detail(code: str, book: Phrasebook) -> str:
    return book.say(DETAILS[code]) if code in DETAILS else code.replace("_", " ")


def _recorded(step: Step, book: Phrasebook) -> str:
    who = book.somebody(step.recorded_by)
    if step.recorded_role == "submitter":
        return book.say("Submitted by %(who)s from a document of others", who=who)
    return book.say("Recorded by %(who)s", who=who)


def _verdict(step: Step, book: Phrasebook) -> str:
    if step.corrects is not None:
        return book.say("Correction of entry %(n)s", n=step.corrects)
    if step.corrected_by is not None:
        return book.say("No longer counts: corrected by entry %(n)s", n=step.corrected_by)
    return book.say("No longer counts") if step.voided else ""
