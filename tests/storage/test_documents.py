"""Documents: received whole or not at all, cleaned, looked at by those who may, and destroyed when they go."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from lotproof.demo.chance import Dice
from lotproof.demo.credit_codes import credit_code
from lotproof.demo.licences import Paper, draw_paper
from lotproof.documents import actions
from lotproof.documents.clamd import ScannerDownError
from lotproof.documents.cleaner import Cleaned
from lotproof.documents.files import Files
from lotproof.documents.models import Document
from lotproof.documents.queries import get, list_of, pages_of, suggestions_of, was_shown
from lotproof.documents.reading import is_installed, read_text
from lotproof.documents.states import Scan, State, is_for_public
from lotproof.documents.suggesting import Line
from lotproof.documents.working import MOST_TRIES, Worker, destroy_due
from lotproof.kernel.errors import LotproofError, NotFoundError, RefusedError
from lotproof.notices.models import Notice
from lotproof.people.models import Deed
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.papers import (
    eicar,
    farmer,
    hand_in,
    left,
    noise,
    pdf,
    photo,
    picture,
    reviewer,
    row_of,
    work,
)
from support.people import actor_of, person
from support.world import FARM, OPERATOR, SHOP, World, check_ledger

NOTHING = {"quarantine": 0, "clean": 0, "work": 0}


class FakeScanner:
    """Finds what it is told to; `down` lets it not answer."""

    def __init__(self, finds: bytes = b"virus", *, down: bool = False) -> None:
        self.finds, self.down, self.asked = finds, down, 0

    def find(self, path: Path) -> str:
        self.asked += 1
        if self.down:
            raise ScannerDownError("scanner_down", "no answer")
        return "Test-Virus" if self.finds in path.read_bytes() else ""


def test_a_photo_is_kept_in_quarantine_and_becomes_a_clean_copy_with_a_page(world: World) -> None:
    sent = photo()

    received = hand_in(world, sent, "../营业执照.jpg")
    before = row_of(world, received.id)
    work(world)

    after = row_of(world, received.id)
    assert (before.state, before.name, before.size) == (State.RECEIVED, "营业执照.jpg", len(sent))
    assert received.sha256 == hashlib.sha256(sent).hexdigest() == after.sha256
    assert (after.state, after.scan, after.clean_media_type) == (State.CLEAN, Scan.NONE, "image/jpeg")
    assert not is_for_public(after.state, after.scan)
    copy = Files.of(world.log).clean.get(after.clean_sha256)
    assert b"Li Hua" not in copy
    assert b"Exif" not in copy
    with world.read() as db:
        assert [(page.number, page.width, page.height) for page in pages_of(db, received.id)] == [(1, 40, 60)]
    assert left(world) == {"quarantine": 1, "clean": 2, "work": 0} or left(world)["clean"] == 1


def test_a_file_whose_row_could_not_be_written_is_cleared_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr("lotproof.documents.actions.note", _fails)
        hand_in(world, picture())
    before = left(world)
    work(world)

    assert (before["quarantine"], before["work"]) == (1, 1)
    assert left(world) == {"quarantine": 0, "clean": 0, "work": 0}


def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("the disk is full")


def test_originals_are_readable_by_their_owner_alone(world: World) -> None:
    received = hand_in(world, picture())
    files = Files.of(world.log)

    path = files.quarantine.path_of(received.sha256)

    assert path.stat().st_mode & 0o777 == 0o600
    assert files.quarantine.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("licence.pdf", b"MZ\x90\x00\x03" + bytes(200), "file_type_not_taken"),
        ("licence.exe", b"MZ\x90\x00\x03" + bytes(200), "file_type_not_taken"),
        ("photo.jpg", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "file_type_not_taken"),
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_type_not_taken"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_type_not_taken"),
        ("photo.jpg", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "file_type_not_taken"),
        ("photo.gif", b"GIF89a" + bytes(20), "file_type_not_taken"),
        ("papers.pdf", b"PK\x03\x04" + bytes(200), "file_type_not_taken"),
        ("photo.jpg", picture("PNG"), "file_type_differs"),
        ("photo.jpg", b"", "empty_file"),
        ("photo.jpg", eicar(), "harmful_file"),
        ("licence.pdf", b"%PDF-1.4\n" + eicar(), "harmful_file"),
        ("photo.png", picture("PNG") + noise(1_000_000), "file_too_large"),
    ],
)
def test_a_file_that_is_not_taken_is_told_why_and_leaves_nothing(
    world: World, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(LotproofError) as error:
        hand_in(world, data, name, most_bytes=1_000_000)

    assert error.value.code == code
    assert left(world) == NOTHING
    with world.read() as db:
        assert db.execute(select(func.count()).select_from(Document)).scalar_one() == 0


def test_nobody_hands_in_a_paper_about_others_or_about_nobody(world: World) -> None:
    with pytest.raises(LotproofError) as others:
        hand_in(world, picture(), subject=SHOP.party_uri)
    with pytest.raises(LotproofError) as nobodys:
        hand_in(world, picture(), actor=reviewer(OPERATOR.party_uri), subject="urn:epc:id:pgln:9520000.00999")
    with pytest.raises(LotproofError) as odd:
        hand_in(world, picture(), type="love_letter")

    codes = [one.value.code for one in (others, nobodys, odd)]
    assert codes == ["not_your_organisation", "unknown_party", "unknown_document_type"]


def test_a_connection_that_breaks_off_leaves_nothing(world: World) -> None:
    class Broken:
        def __init__(self) -> None:
            self.parts = [picture(), OSError("gone")]

        def read(self, _size: int) -> bytes:
            part = self.parts.pop(0)
            if isinstance(part, OSError):
                raise part
            return part

    stream: Any = Broken()

    with pytest.raises(OSError, match="gone"):
        actions.receive(world.log, farmer(), FARM.party_uri, "photo", stream, "a.jpg")

    assert left(world) == NOTHING


def test_what_a_receiver_left_that_was_stopped_is_cleared_away(world: World) -> None:
    files, data = Files.of(world.log), picture()
    kept = hand_in(world, picture("PNG"), "kept.png")
    for name, content in (("aa", data), ("bb", picture("PNG"))):
        path = files.work / name
        path.write_bytes(content)
        files.quarantine.adopt(path, hashlib.sha256(content).hexdigest())
    with files.spool() as going_on:
        work(world)
        assert going_on.path.exists()

    assert list(files.quarantine.names()) == [kept.sha256]
    assert left(world)["work"] == 0


def test_the_same_file_twice_lies_there_once_and_goes_with_the_last(world: World) -> None:
    first, second = hand_in(world, picture()), hand_in(world, picture(), type="photo")
    work(world)
    both = left(world)

    with writing(world.log.engine) as db:
        actions.remove(db, first.id, world.clock.now)
    destroy_due(world.log)
    one = left(world)
    with writing(world.log.engine) as db:
        actions.remove(db, second.id, world.clock.now)
    destroy_due(world.log)

    assert both == one
    assert one["quarantine"] == 1
    assert left(world) == NOTHING


def test_a_refused_file_is_destroyed_and_its_reason_stays(world: World) -> None:
    received = hand_in(world, b"%PDF-1.7\nno more", "broken.pdf")

    work(world)

    row = row_of(world, received.id)
    assert (row.state, row.problem, row.has_bytes) == (State.REFUSED, "unreadable_file", False)
    assert left(world) == NOTHING


def test_who_handed_a_refused_file_in_is_told_once(world: World) -> None:
    who = actor_of(world, person(world, "Fan", FARM.party_uri, Role.OWNER))
    id = hand_in(world, b"%PDF-1.4 and nothing more", "licence.pdf", actor=who).id

    work(world)
    work(world)

    with world.read() as db:
        told = db.execute(select(Notice.account, Notice.kind, Notice.about_id, Notice.detail)).all()
    assert [tuple(one) for one in told] == [
        (who.account, "document_refused", id, {"document": "licence.pdf"})
    ]


def test_a_virus_that_the_scanner_finds_is_refused(world: World) -> None:
    received = hand_in(world, pdf() + b"virus", "paper.pdf")

    work(world, FakeScanner())

    row = row_of(world, received.id)
    assert (row.state, row.problem, row.scan) == (State.REFUSED, "harmful_file", Scan.FOUND)
    assert left(world) == NOTHING


def test_a_scanner_that_is_down_keeps_documents_hidden_until_it_answers(world: World) -> None:
    first, second = hand_in(world, picture()), hand_in(world, picture("PNG"), "b.png")
    scanner = FakeScanner(down=True)

    for _ in range(MOST_TRIES + 2):
        work(world, scanner)
    waiting, asked = row_of(world, first.id), scanner.asked
    scanner.down = False
    work(world, scanner)

    assert (waiting.state, waiting.clean_sha256) == (State.WAITING_FOR_SCAN, None)
    assert asked == MOST_TRIES + 2, "once a turn"
    for id in (first.id, second.id):
        row = row_of(world, id)
        assert (row.state, row.scan) == (State.CLEAN, Scan.PASSED)
        assert is_for_public(row.state, row.scan)


def test_what_was_cleaned_before_there_was_a_scanner_is_scanned_later(world: World) -> None:
    good, bad = hand_in(world, picture()), hand_in(world, pdf() + b"virus", "paper.pdf")
    work(world)

    work(world, FakeScanner())

    assert (row_of(world, good.id).state, row_of(world, good.id).scan) == (State.CLEAN, Scan.PASSED)
    assert (row_of(world, bad.id).state, row_of(world, bad.id).has_bytes) == (State.REFUSED, False)
    assert left(world)["quarantine"] == 1


def test_a_worker_that_is_killed_goes_on_and_gives_up_after_some_tries(world: World) -> None:
    class KilledError(BaseException):
        pass

    def killed(_source: Path, out: Path) -> Cleaned:
        (out / "half").write_bytes(b"written")
        raise KilledError

    received = hand_in(world, picture())

    for _ in range(MOST_TRIES):
        with pytest.raises(KilledError):
            Worker(world.log, None, killed).sweep()
    stopped = row_of(world, received.id)
    Worker(world.log, None, killed).sweep()

    row = row_of(world, received.id)
    assert (stopped.state, stopped.tries) == (State.CLEANING, MOST_TRIES)
    assert (row.state, row.problem) == (State.REFUSED, "too_costly_file")
    assert left(world) == NOTHING


def test_a_cleaning_that_was_cut_short_once_is_done_again(world: World) -> None:
    received = hand_in(world, picture())
    with pytest.raises(MemoryError):
        Worker(world.log, None, lambda _source, _out: (_ for _ in ()).throw(MemoryError())).sweep()

    work(world)

    assert row_of(world, received.id).state == State.CLEAN


def test_a_document_that_is_removed_while_it_is_cleaned_leaves_nothing(world: World) -> None:
    received = hand_in(world, picture())

    def removed_meanwhile(source: Path, out: Path) -> Cleaned:
        from lotproof.documents.cleaner import clean

        with writing(world.log.engine) as db:
            actions.remove(db, received.id, world.clock.now)
        return clean(source, out)

    Worker(world.log, None, removed_meanwhile).sweep()

    assert row_of(world, received.id).state == State.REMOVED
    assert left(world) == NOTHING


def test_what_is_read_in_a_clean_document_is_suggested_once(world: World) -> None:
    asked: list[Path] = []

    def read(picture: Path) -> list[Line]:
        asked.append(picture)
        return [Line("证书编号：101OP2600123", 91, 0, 0, 20)]

    received = hand_in(world, picture())

    for _ in range(2):
        Worker(world.log, reader=read).sweep()

    assert len(asked) == 1
    with world.read() as db:
        found = [(one.field, one.value, one.certainty, one.page) for one in suggestions_of(db, received.id)]
    assert found == [("number", "101OP2600123", 91, 1)]
    with writing(world.log.engine) as db:
        actions.remove(db, received.id, world.clock.now)
        assert not suggestions_of(db, received.id)


@pytest.mark.skipif(not is_installed(), reason="the extra `ocr` is not installed")
def test_a_drawn_licence_is_read(world: World) -> None:
    code = credit_code(Dice(1), "company", 1)
    paper = Paper(
        "营业执照", f"统一社会信用代码 {code}", [("名称", "东坡果园（虚构）")], "示例", "2019-03-12"
    )
    out = io.BytesIO()
    draw_paper(paper).save(out, "PNG")
    received = hand_in(world, out.getvalue(), "a.png")

    Worker(world.log, reader=read_text).sweep()

    with world.read() as db:
        assert ("credit_code", code) in [(one.field, one.value) for one in suggestions_of(db, received.id)]


def test_another_organisations_document_looks_as_if_it_were_not_there(world: World) -> None:
    received = hand_in(world, picture())
    stranger = farmer(2, SHOP.party_uri)

    with world.read() as db:
        with pytest.raises(NotFoundError) as guessed:
            get(db, stranger, received.id)
        with pytest.raises(NotFoundError) as unknown:
            get(db, stranger, "nothing")
        assert list_of(db, stranger) == ([], 0)
        assert get(db, reviewer(OPERATOR.party_uri), received.id).id == received.id
    assert str(guessed.value) == str(unknown.value)
    assert guessed.value.hint == unknown.value.hint


def test_every_look_is_noted_with_who_and_whose(world: World) -> None:
    received, who = hand_in(world, picture()), reviewer(OPERATOR.party_uri)

    with writing(world.log.engine) as db:
        actions.look(db, who, received.id, world.clock.now, address="192.0.2.7")
        seen = was_shown(db, who, received.id, world.clock.now)
        others = was_shown(db, farmer(), received.id, world.clock.now)

    assert (seen, others) == (True, False)
    with world.read() as db:
        rows = db.execute(select(Deed.act, Deed.account, Deed.address, Deed.detail).order_by(Deed.id)).all()
    assert [tuple(row) for row in rows] == [
        ("upload_document", 1, "", {"type": "business_licence"}),
        ("view_document", 9, "192.0.2.7", {"subject": FARM.party_uri}),
    ]


def test_digests_stand_on_the_chain_of_the_party_once_a_decision_needs_them(world: World) -> None:
    received = hand_in(world, picture())
    with pytest.raises(RefusedError) as early, world.log.unit_of_work() as uow:
        actions.record_digest(uow, world.log.operator, row_of(world, received.id))
    work(world)

    with world.log.unit_of_work() as uow:
        first = actions.record_digest(uow, world.log.operator, row_of(world, received.id))
    with world.log.unit_of_work() as uow:
        again = actions.record_digest(uow, world.log.operator, row_of(world, received.id))

    row = row_of(world, received.id)
    from lotproof.parties.records import get_record

    with world.read() as db:
        body = get_record(db, "document", actions.log_id(row.id, row.sha256))
    assert early.value.code == "document_not_clean"
    assert (first.repeated, again.repeated) == (False, True)
    assert body is not None
    assert body["original"] == {"sha256": row.sha256, "size": row.size, "media_type": "image/jpeg"}
    assert body["shown"]["sha256"] == row.clean_sha256
    assert FARM.party_uri in _chains_of(world, first.id)
    assert row.sha256 not in str(signed_of_submission(world, first.id)), (
        "a salted digest of it stands on the log"
    )
    assert received.id not in str(body)
    check_ledger(world)


def test_evidence_is_kept_and_anything_else_can_be_removed_by_its_own(world: World) -> None:
    received = hand_in(world, picture())
    later = world.later(days=30)
    with writing(world.log.engine) as db:
        actions.keep_until(db, received.id, later)
        actions.keep_until(db, received.id, world.clock.now.replace(year=2020))
        with pytest.raises(RefusedError) as kept:
            actions.remove_own(db, farmer(), received.id, later.replace(year=2025))
        with pytest.raises(NotFoundError):
            actions.remove_own(db, farmer(2, SHOP.party_uri), received.id, later)
        actions.remove_own(db, farmer(), received.id, later)
        with pytest.raises(NotFoundError):
            actions.remove_own(db, farmer(), received.id, later)
    work(world)

    assert kept.value.code == "document_in_use"
    row = row_of(world, received.id)
    assert (row.name, row.account, row.has_bytes) == ("", None, False)
    assert left(world) == NOTHING


def test_a_list_is_of_ones_own_organisation_narrowed_and_newest_first(world: World) -> None:
    for n in range(3):
        world.later(minutes=1)
        hand_in(world, picture(), f"paper {n}.jpg", type="photo" if n else "other")
    work(world)
    other = farmer(2, SHOP.party_uri)
    hand_in(world, picture(), "shop.jpg", actor=other, subject=SHOP.party_uri)

    with world.read() as db:
        page, count = list_of(db, farmer(), limit=2)
        rest, _ = list_of(db, farmer(), limit=2, after=2)
        photos, photo_count = list_of(db, farmer(), type="photo", state="clean")
        found, _ = list_of(db, farmer(), text="PAPER 1")
        none, _ = list_of(db, farmer(5, FARM.party_uri, Role.WAREHOUSE))

    assert ([row.name for row in page], count) == (["paper 2.jpg", "paper 1.jpg"], 3)
    assert [row.name for row in rest] == ["paper 0.jpg"]
    assert ([row.type for row in photos], photo_count) == (["photo", "photo"], 2)
    assert [row.name for row in found] == ["paper 1.jpg"]
    assert none == []


def signed_of_submission(world: World, submission: int) -> Any:
    from lotproof.lots.events import signed_of

    with world.read() as db:
        return signed_of(db, submission)


def _chains_of(world: World, submission: int) -> set[str]:
    from lotproof.ledger import tables as t

    with world.read() as db:
        chains = (
            select(t.chain.c.uri)
            .join(t.chain_link, t.chain_link.c.chain == t.chain.c.id)
            .join(t.entry, t.entry.c.entry_index == t.chain_link.c.entry_index)
            .where(t.entry.c.submission == submission)
        )
        return set(db.execute(chains).scalars())
