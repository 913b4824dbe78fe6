"""Files to hand in, good ones and hostile ones, made anew for each test; and the acts around them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image
from sqlalchemy import Row, select

from lotproof.documents import actions
from lotproof.documents.files import Files
from lotproof.documents.harmful import EICAR
from lotproof.documents.models import Document
from lotproof.documents.working import Scanner, Worker
from lotproof.people.actor import Actor
from lotproof.people.roles import Role
from support.world import FARM, World

GPS = {0x0112: 6, 0x010F: "Phone of Li Hua", 0x8825: {1: "N", 2: (31.0, 1.0, 2.0)}}
"""EXIF: held upright, the camera's name, where it was."""


def farmer(account: int = 1, party: str = FARM.party_uri, *roles: Role) -> Actor:
    """Somebody of the farm."""
    return Actor(
        account, party, frozenset(roles or {Role.SUPPLIER, Role.OWNER}), "Li Hua", frozenset({party})
    )


def reviewer(party: str, account: int = 9) -> Actor:
    """Somebody who reviews."""
    return Actor(account, party, frozenset({Role.REVIEWER}), "Wu Min", frozenset({party}))


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """A picture, red on its left and blue on its right."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


def photo(size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG with EXIF, and with something behind its end."""
    exif = Image.Exif()
    for tag, value in GPS.items():
        exif[tag] = value
    return picture("JPEG", size, exif=exif) + b"PK\x03\x04 something behind the end"


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda _pdf: None, pages: int = 1, **how: Any) -> bytes:
    """A PDF; `change` does to it what a test wants."""
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(200, 100))
        change(made)
        out = io.BytesIO()
        made.save(out, **how)
    return out.getvalue()


def with_everything(made: pikepdf.Pdf) -> None:
    """Let a PDF act, run scripts, link, launch, and hold files."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('hello')")
    made.Root.OpenAction = script
    made.Root.AA = pikepdf.Dictionary(WC=script)
    made.Root.AcroForm = pikepdf.Dictionary(XFA=made.make_stream(b"<xdp/>"), Fields=pikepdf.Array())
    made.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["one", script])),
    )
    made.attachments["evil.exe"] = b"MZ" + bytes(100)
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 50, 50],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://evil.example"),
    )  # fmt: skip
    launch = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 50, 50],
        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"),
    )  # fmt: skip
    page = made.pages[0]
    page.obj.Annots = made.make_indirect(
        pikepdf.Array([made.make_indirect(link), made.make_indirect(launch)])
    )
    page.obj.AA = pikepdf.Dictionary(O=script)
    page.obj.Metadata = made.make_stream(b"<x:xmpmeta>Li Hua</x:xmpmeta>")
    made.docinfo["/Author"] = "Li Hua"


def eicar() -> bytes:
    """The test file of virus scanners."""
    return EICAR


def noise(size: int) -> bytes:
    """Bytes that cannot be compressed, the same in every run."""
    return random.Random(1).randbytes(size)


def hand_in(world: World, data: bytes, name: str = "licence.jpg", **how: Any) -> actions.Received:
    """Hand a file in as the farmer, unless `actor` says otherwise."""
    actor = how.pop("actor", None) or farmer()
    subject = how.pop("subject", FARM.party_uri)
    type = how.pop("type", "business_licence")
    return actions.receive(world.log, actor, subject, type, io.BytesIO(data), name, **how)


def work(world: World, scanner: Scanner | None = None) -> None:
    """Let the worker do what is due."""
    Worker(world.log, scanner).sweep()


def row_of(world: World, id: str) -> Row[Any]:
    """A document's row."""
    with world.read() as db:
        return db.execute(select(Document.__table__).where(Document.id == id)).one()


def left(world: World) -> dict[str, int]:
    """How many files lie in each folder of the documents."""
    files = Files.of(world.log)
    work_files = sum(1 for path in files.work.rglob("*") if path.is_file())
    return {
        "quarantine": len(list(files.quarantine.names())),
        "clean": len(list(files.clean.names())),
        "work": work_files,
    }
