"""Everything that the page of a lot shows, as words of one language, so that the template only places it. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lotproof.kernel.identifiers import LotId
from lotproof.lots.story import HeadsState, OpenFinding, OpenHold, ProofState, Step, Story
from lotproof.lots.trace import TracedLot, Tracing
from lotproof_web.balance_bar import BalancePicture, balance_picture
from lotproof_web.journey import Group, journey
from lotproof_web.lot_map import lot_code, lot_map, lot_name, lot_path
from lotproof_web.map_layout import urgency
from lotproof_web.phrases import Phrasebook, day, minute, offset
from lotproof_web.words.details import CUSTODY, KEY_REPLACED, KEY_REVOKED
from lotproof_web.words.findings import NOT_RECORDED, finding
from lotproof_web.words.papers import PAPERS
from lotproof_web.words.states import state

_LISTED = 400


@dataclass(frozen=True, slots=True)
class Banner:
    """The state at the very top."""

    tone: str
    icon: str
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Point:
    """A finding or a hold. message: what the check itself said.  note: since when, by whom, which entry."""

    title: str
    meaning: str
    message: str
    note: str
    mark: str
    holds: bool


@dataclass(frozen=True, slots=True)
class MapRow:
    """A line of the text list beside the map."""

    distance: str
    name: str
    code: str
    href: str | None
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the lot stands on the log, in words and figures."""

    on_log: bool
    entry: int
    size: str
    at: str
    chain: str
    newest: str
    origin: str
    root: str
    log_key: str
    recorders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LotPage:
    """A lot's page in one language. title: the product's name, or the lot where it has none."""

    title: str
    variety: str
    gtin: str
    code: str
    path: str
    banner: Banner
    facts: tuple[tuple[str, str], ...]
    points: tuple[Point, ...]
    steps: int
    left_out: int
    journey: tuple[Group, ...]
    map: Markup
    came_from: tuple[MapRow, ...]
    came_of_it: tuple[MapRow, ...]
    more_listed: int
    papers: tuple[str, ...]
    not_recorded: tuple[str, ...]
    balance: BalancePicture | None
    proof: Proof


def lot_page(story: Story, book: Phrasebook) -> LotPage:
    """Put a story into words."""
    lot = LotId(story.gtin, story.code)
    before, after = _listed(story.upstream, book), _listed(story.downstream, book)
    return LotPage(
        title=book.name(story.product) or book.say("Lot %(code)s", code=story.code),
        variety=book.name(story.variety),
        gtin=story.gtin,
        code=story.code,
        path=lot.path,
        banner=_banner(story, book),
        facts=tuple(_facts(story, book)),
        points=tuple(_points(story, book)),
        steps=len(story.journey),
        left_out=story.left_out,
        journey=journey(story.journey, story.uri, book),
        map=lot_map(story.upstream, story.downstream, book),
        came_from=before[:_LISTED],
        came_of_it=after[:_LISTED],
        more_listed=max(0, len(before) - _LISTED) + max(0, len(after) - _LISTED),
        papers=tuple(_papers(story, book)),
        not_recorded=tuple(book.say(NOT_RECORDED[code]) if code in NOT_RECORDED else code.replace("_", " ")
                           for code in story.not_recorded),
        balance=balance_picture(story.balance, book),
        proof=_proof(story.proof, story.journey, book),
    )  # fmt: skip


def _papers(story: Story, book: Phrasebook) -> Iterator[str]:
    """What suppliers were certified for when the lot began; what became of it later is no part of its story."""
    for paper in story.papers:
        name = book.say(PAPERS[paper.document_type])
        values = {
            "who": book.somebody(paper.party),
            "paper": f"{name} {paper.number}" if paper.number else name,
            "on": day(paper.at.date()),
            "from": day(paper.valid_from),
            "to": day(paper.valid_to),
        }
        if paper.valid_to:
            yield book.say("%(who)s was certified on %(on)s: %(paper)s, valid %(from)s to %(to)s.", **values)
        else:
            yield book.say("%(who)s was certified on %(on)s: %(paper)s, valid from %(from)s.", **values)


def _banner(story: Story, book: Phrasebook) -> Banner:
    look = state(story.state)
    return Banner(look.tone, look.icon, book.say(look.word), book.say(look.meaning))


def _facts(story: Story, book: Phrasebook) -> Iterator[tuple[str, str]]:
    """Facts of the head; what is not recorded is said, never left out."""
    missing = book.say("not recorded")
    yield book.say("Harvested"), day(story.harvested_on) or missing
    yield book.say("Origin"), book.somebody(story.origin) or missing
    if story.earliest_harvest:
        yield book.say("Earliest harvest"), day(story.earliest_harvest)
    if story.balance.uom:
        there = book.amount(story.balance.on_hand, story.balance.uom)
        yield book.say("Still there"), there if story.balance.on_hand >= 0 else book.say("does not add up")


def _points(story: Story, book: Phrasebook) -> Iterator[Point]:
    """Holds, then findings; a finding that is itself the reason of a hold stands there, not twice."""
    told: set[str] = set()
    for hold in story.holds:
        cause = next((found for found in story.findings if found.hold and found.code == hold.code), None)
        told.add(hold.code)
        yield _hold(hold, cause, book)
    for found in sorted(story.findings, key=lambda found: not found.hold):
        if not (found.hold and found.code in told):
            yield _finding(found, book)


def _hold(hold: OpenHold, cause: OpenFinding | None, book: Phrasebook) -> Point:
    words = finding(hold.code)
    since = f"{minute(hold.since)} {offset(hold.since)}"
    note = book.say("Since %(since)s, by %(who)s", since=since, who=book.somebody(hold.by))
    if hold.recall:
        note += book.say(", ") + book.say("recall %(key)s", key=hold.recall)
    mark = "stop" if hold.code == "recall" else "hand"
    return Point(
        book.say(words.title), book.say(words.meaning), cause.message if cause else "", note, mark, True
    )


def _finding(found: OpenFinding, book: Phrasebook) -> Point:
    words = finding(found.code)
    note = book.say("Seen at entry %(n)s", n=found.index) if found.index is not None else ""
    mark = "hand" if found.hold else "warn"
    return Point(book.say(words.title), book.say(words.meaning), found.message, note, mark, found.hold)


def _listed(tracing: Tracing, book: Phrasebook) -> tuple[MapRow, ...]:
    lots = sorted(
        (lot for lot in tracing.lots if lot.distance),
        key=lambda lot: (lot.distance, urgency(lot.state), lot.uri),
    )
    return tuple(_map_row(lot, book) for lot in lots)


def _map_row(lot: TracedLot, book: Phrasebook) -> MapRow:
    look = state(lot.state)
    is_lot = lot.type == "lot"
    return MapRow(
        book.count("%(n)s step", "%(n)s steps", lot.distance),
        lot_name(lot, book),
        lot_code(lot, book),
        lot_path(lot),
        book.say(look.short) if is_lot else "",
        look.tone if is_lot else "grey",
    )


def _proof(proof: ProofState, steps: Sequence[Step], book: Phrasebook) -> Proof:
    on_log = proof.newest_index is not None and proof.newest_at is not None
    return Proof(
        on_log=on_log,
        entry=proof.newest_index if proof.newest_index is not None else 0,
        size=f"{proof.size:,}",
        at=f"{minute(proof.newest_at)} {offset(proof.newest_at)}" if proof.newest_at else "",
        chain=book.count(
            "%(n)s entry is about this lot.", "%(n)s entries are about this lot.", proof.chain_length
        ),
        newest=_newest(proof, book),
        origin=proof.origin,
        root=proof.root,
        log_key=proof.log_key,
        recorders=tuple(_recorders(steps, book)),
    )


def absent_words(heads: HeadsState | None, book: Phrasebook) -> str:
    """Up to where the log is shown to have no entry about a lot; nothing where that is not shown."""
    if heads is None:
        return ""
    return book.say(
        "No entry about it as of entry %(n)s, as entry %(heads)s states, recorded %(at)s.", **_stated(heads)
    )


def _stated(heads: HeadsState) -> dict[str, object]:
    return {"n": heads.size - 1, "heads": heads.index, "at": f"{minute(heads.at)} {offset(heads.at)}"}


def _newest(proof: ProofState, book: Phrasebook) -> str:
    """Whether it is shown that nothing newer is on the log, and as of when; never more."""
    heads = proof.heads
    if heads is None:
        return book.say("That nothing newer about it is on the log is not shown yet.")
    told = _stated(heads)
    if proof.newest_is_stated:
        return book.say("Newest as of entry %(n)s, as entry %(heads)s states, recorded %(at)s.", **told)
    return book.say(
        "It came after entry %(n)s, up to which entry %(heads)s, recorded %(at)s, states what is newest.", **told
    )


def _recorders(steps: Sequence[Step], book: Phrasebook) -> Iterator[tuple[str, str]]:
    """Who signed how many of the steps, who keeps the key, and whether it was ended since, without saying why."""
    counted = Counter((book.somebody(one.recorded_by), one.custody, _key_ended(one, book)) for one in steps)
    for (who, custody, ended), n in counted.items():
        steps_told = book.count("%(n)s step", "%(n)s steps", n)
        told = book.say(CUSTODY.get(custody, ""))
        yield who, f"{steps_told}{book.say(', ') if told else ''}{told}{ended}"


def _key_ended(step: Step, book: Phrasebook) -> str:
    if step.key_ended_at is None:
        return ""
    words = KEY_REPLACED if step.key_replaced else KEY_REVOKED
    return book.say(words, day=day(step.key_ended_at.date()))
