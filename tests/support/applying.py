"""Papers to apply with: a document that was handed in and cleaned, and an application that is complete."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import insert

from lotproof.documents.models import Document
from lotproof.parties.requiring import Edition, require
from lotproof.people.actor import Actor
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from lotproof.suppliers import applying
from lotproof.suppliers.applying import Said
from support.people import actor_of, person
from support.world import FARM, OPERATOR, World

ORGANIC = Said("123OP2600001", "A certifier", (), date(2026, 1, 1), date(2026, 12, 31))


def document(world: World, name: str, subject: str = FARM.party_uri, state: str = "clean") -> str:
    """Put a document there, as if it had been handed in and cleaned; returns its id."""
    sha = hashlib.sha256(name.encode()).hexdigest()
    row = {
        "id": f"doc-{name}", "subject": subject, "type": "organic_certificate", "account": None, "party": subject,
        "name": f"{name}.jpg", "sha256": sha, "size": 10, "media_type": "image/jpeg", "state": state, "scan": "none",
        "problem": "", "clean_sha256": sha, "clean_size": 10, "clean_media_type": "image/png", "tries": 0,
        "has_bytes": True, "received_at": world.clock.now,
    }  # fmt: skip
    with writing(world.log.engine) as db:
        db.execute(insert(Document), row)
    return str(row["id"])


def asked(world: World, role: str = "supplier", *papers: str) -> None:
    """Ask for papers, from the beginning of the year on."""
    wanted = [one.split("|") for one in papers or ("organic_certificate",)]
    with world.log.unit_of_work() as uow:
        require(uow, world.log.operator, Edition(role, "*", "*", date(2026, 1, 1), wanted))


def farmer(world: World, name: str = "Fan") -> Actor:
    """The owner of the farm."""
    return actor_of(world, person(world, name, FARM.party_uri, Role.OWNER, Role.SUPPLIER))


def reviewer(world: World, name: str = "Rae") -> Actor:
    """Somebody who reviews, of the operator."""
    return actor_of(world, person(world, name, OPERATOR.party_uri, Role.REVIEWER))


def begun(world: World, who: Actor, said: Said = ORGANIC, name: str = "organic") -> str:
    """An application of the farm with one paper; returns its id."""
    paper = document(world, name)
    with writing(world.log.engine) as db:
        now = world.clock.now
        id = applying.start(db, who, FARM.party_uri, "supplier", "*", now, world.entropy)
        applying.add_paper(db, who, id, "organic_certificate", paper, said, now)
    return id


def submitted(world: World, who: Actor, said: Said = ORGANIC, name: str = "organic") -> str:
    """An application that waits for a decision; returns its id."""
    id = begun(world, who, said, name)
    submit(world, who, id)
    return id


def submit(world: World, who: Actor, id: str) -> None:
    """Hand it to the reviewers."""
    with world.log.unit_of_work() as uow:
        applying.submit(uow, who, world.log.operator, id)
