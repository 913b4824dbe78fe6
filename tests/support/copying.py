"""Short words for copies in tests: a world worth copying, an export, and a mirror's place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from lotproof.copies.export import Wish, export
from lotproof.copies.incoming import incoming_parcel
from lotproof.copies.mirror import Mirrored, Trust, Work, import_mirror
from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.ledger.log import Log
from lotproof.lots.capture import capture
from lotproof.parties.actions import write_record
from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import Report, verify_log
from support.captured import harvest
from support.served import CONTEXT
from support.world import CASES, FARM, PACKER, PACKHOUSE, SHOP, START, STORE, Entropy, World, lot, portion


@dataclass(frozen=True)
class MirrorPlace:
    """Where a test's mirror lives."""

    place: Place

    @property
    def home(self) -> Path:
        """Its folder."""
        return self.place.home

    def take(self, export: Path, key: str | None = None) -> Mirrored:
        """Import an export."""
        with incoming_parcel(export, self.home) as incoming:
            return import_mirror(self.place, incoming, Trust(key), Work())

    def open(self) -> Log:
        """Open it as a server would."""
        return open_instance(self.place, SteppingClock(START), Entropy("mirror"))


def lived_in(world: World, code: str = "H1") -> World:
    """Let something of every sort happen: a harvest, a packing, a sale with hidden parts, a long list."""
    factor = {"gtin": CASES, "from_uom": "XCS", "to_uom": "KGM", "factor": "10"}
    world.master("conversion", f"{CASES}:XCS:KGM", factor)
    apples, cases = world.harvested(code), lot(f"C-{code}", CASES)
    world.record(
        "initial_packing",
        by=PACKER,
        place=PACKHOUSE,
        inputs=(portion(apples, "500"),),
        outputs=(portion(cases, "50", "XCS"),),
    )
    world.record(
        "sale",
        by=PACKER,
        place=PACKHOUSE,
        portions=(portion(cases, "10", "XCS"),),
        buyer=SHOP,
        references={"po": f"PO-{code}"},
    )
    serials = [f"https://id.gs1.org/01/{CASES}/10/S-{code}/21/{code}-{n}" for n in range(300)]
    event = harvest(epcList=serials)
    del event["quantityList"]
    _captured(world, event)
    return world


def grown(world: World, entries: int, name: str = "Store") -> World:
    """Let the log grow by so many entries at once."""
    with world.log.unit_of_work() as uow:
        for n in range(entries):
            body = {"names": {"en": f"{name} {n}"}, "zone": "Asia/Shanghai"}
            write_record(uow, world.log.operator, "place", STORE.place_uri, body)
    return world


def exported(world: World, place: Path, **wish: Any) -> dict[str, Any]:
    """Export a world."""
    world.log.publish()
    return export(world.log, place, Wish(**wish))


def verified(folder: Path, key: str | None = None) -> Report:
    """Verify the tiles in a folder, as somebody who has nothing else."""
    return verify_log(TileSource(lambda path: (folder / path).read_bytes()), log_key=key)


def size_of(world: World) -> int:
    """How many entries a world's log has."""
    return world.log.publish()


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of an export or backup in a folder."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def resummed(folder: Path) -> None:
    """Write sums and manifest anew, as somebody would who means to deceive."""
    names = (p for p in folder.rglob("*") if p.is_file() and p.name not in ("SHA256SUMS", "manifest.json"))
    lines = sorted((p.relative_to(folder).as_posix(), sha256(p.read_bytes()).hexdigest()) for p in names)
    sums = "".join(f"{digest}  {path}\n" for path, digest in lines).encode()
    (folder / "SHA256SUMS").write_bytes(sums)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sums"] = sha256(sums).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def home_tiles(world: World) -> Path:
    """Where a world publishes."""
    assert world.log.around.tiles is not None
    return world.log.around.tiles


def _captured(world: World, event: dict[str, Any]) -> None:
    found = capture(world.log, FARM.party_uri, [(0, "$", event, [])], lambda: {"@context": CONTEXT})
    assert found.state == "done", found.errors
