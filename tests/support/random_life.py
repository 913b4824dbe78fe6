"""A life of lots thrown by dice: own acts and documents, late and early, twins, corrections, records and releases.

What is refused did not happen; what is only found stays. Few lots, so that everything gets in everything's way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import Gln, LotId, Sscc
from lotproof.lots.acts import release
from lotproof.lots.capture import capture
from lotproof.lots.drafting import Author
from lotproof.lots.native import Fact, build_event
from lotproof.lots.recall import recall
from lotproof.parties.actions import write_record
from support.served import CONTEXT
from support.world import (
    APPLES,
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    SEEDS,
    SHOP,
    SPRAY,
    STORE,
    World,
    lot,
    portion,
)

_PARTIES = (FARM, PACKER, SHOP)
_PLACES = (ORCHARD, PACKHOUSE, STORE)
_PALLETS = (Sscc("095200000000000011"), Sscc("095200000000000028"))


class Life:
    """One run of the dice over a world."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, Random(seed)  # noqa: S311 - dice of a test
        self.sent: list[dict[str, Any]] = []
        self.happened = 0

    def live(self, steps: int) -> None:
        """Do so many things."""
        doings: list[Callable[[], None]] = (
            [self.act] * 4
            + [self.send] * 6
            + [
                self.send_again,
                self.correct,
                self.correct,
                self.master,
                self.let_go,
                self.call_back,
            ]
        )
        for _ in range(steps):
            self.world.later(minutes=self.dice.choice((0, 1, 60, 60 * 24)))
            try:
                self.dice.choice(doings)()
                self.happened += 1
            except LotproofError:
                pass  # refused, so it did not happen

    def act(self) -> None:
        """An own act of a party."""
        self.world.record(**self._fact(), by=self.dice.choice(_PARTIES))

    def send(self) -> None:
        """A document of somebody, dated before or after today."""
        fact = self._fact() | {"at": self._when()}
        raw = dict(build_event(Fact(**fact)))
        if self.dice.random() < 0.2:
            raw["eventID"] = f"urn:uuid:00000000-0000-4000-8000-00000000000{self.dice.randrange(4)}"
        self._capture(raw, self.dice.choice(_PARTIES))

    def send_again(self) -> None:
        """What was sent before comes from another one."""
        if self.sent:
            self._capture(self.dice.choice(self.sent), self.dice.choice(_PARTIES))

    def correct(self) -> None:
        """Somebody, now and then the right one, says that what was sent is wrong."""
        if self.sent:
            wrong = {"declarationTime": "2026-06-02T00:00:00Z", "reason": "did_not_occur"}
            raw = dict(self.dice.choice(self.sent)) | {"errorDeclaration": wrong}
            self._capture(raw, self.dice.choice((*_PARTIES, OPERATOR)))

    def master(self) -> None:
        """Master data that others waited for, or a new version of it."""
        kind = self.dice.choice(("conversion", "conversion", "cycle", "input_product", "tolerance", "place"))
        if kind == "conversion":
            gtin, factor = self.dice.choice((CASES, APPLES)), self.dice.choice(("18", "9.5", "0.02"))
            body: dict[str, Any] = {"gtin": gtin, "from_uom": "XCS", "to_uom": "KGM", "factor": factor}
            self.world.master("conversion", f"{gtin}:XCS:KGM", body)
        elif kind == "cycle":
            self.world.master("cycle", CYCLE, {"crop": self.dice.choice(("apple", "rice"))})
        elif kind == "input_product":
            intervals: dict[str, Any] = {"apple": self.dice.choice((0, 3, 21))}
            self.world.master("input_product", self._spray(), {"names": {"en": "S"}, "intervals": intervals})
        elif kind == "tolerance":
            self.world.master("tolerance", "initial_packing", {"percent": self.dice.choice(("1", "60"))})
        else:
            zone = self.dice.choice(("Asia/Shanghai", "America/Lima"))
            with self.world.log.unit_of_work() as uow:
                known = {"names": {"en": "Place"}, "zone": zone}
                write_record(uow, OPERATOR.party_uri, "place", ORCHARD.place_uri, known)

    def let_go(self) -> None:
        """Two people release a lot."""
        ends = self.dice.random() < 0.5
        author = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))
        release(self.world.log, author, [self._lot()], "looked at", ends_recall=ends)

    def call_back(self) -> None:
        """A recall."""
        recall(self.world.log, Author(FARM.party_uri), [self._lot()], "bad")

    def _capture(self, raw: dict[str, Any], who: Gln) -> None:
        capture(self.world.log, who.party_uri, [(0, "$", raw, [])], lambda: {"@context": CONTEXT}, "proceed")
        if "errorDeclaration" not in raw:
            self.sent.append(raw)

    def _fact(self) -> dict[str, Any]:
        kind = self.dice.choice(
            ("harvest", "harvest", "initial_packing", "initial_packing", "shipping", "receiving", "sale", "return",
             "aggregate", "disaggregate", "destruction", "loss", "count", "planting", "input_applied", "inspection",
             "storage", "creation", "transport", "hold")
        )  # fmt: skip
        common: dict[str, Any] = {"kind": kind, "place": self.dice.choice(_PLACES)}
        return common | self._fields(kind)

    def _fields(self, kind: str) -> dict[str, Any]:
        dice, some = self.dice, (self._portion(),)
        box = dice.choice(_PALLETS)
        whole = {"portions": some} if dice.random() < 0.7 else {"container": box}
        fields: dict[str, dict[str, Any]] = {
            "harvest": {"portions": some, "cycle": CYCLE},
            "initial_packing": {"inputs": some, "outputs": (self._portion(),)},
            "shipping": {"to_place": dice.choice(_PLACES), **whole},
            "transport": {"to_place": dice.choice((None, STORE)), **whole},
            "receiving": {"portions": some},
            "sale": {"portions": some, "buyer": SHOP, "references": {"po": f"PO-{dice.randrange(3)}"}},
            "return": {"portions": some, "reason": "bad"},
            "aggregate": {"container": box, "portions": some},
            "disaggregate": {"container": box, "portions": some if dice.random() < 0.5 else ()},
            "destruction": {"portions": some, "reason": "bad", "witness": "Wu"},
            "loss": {"portions": some, "reason": "fell"},
            "count": {"portions": some, "reason": "counted"},
            "planting": {
                "cycle": CYCLE,
                "crop": dice.choice(("apple", "rice")),
                "inputs": (self._portion(SEEDS),),
            },
            "input_applied": {"cycle": CYCLE, "registration": self._spray()},
            "inspection": {"lots": (self._lot(),), "verdict": dice.choice(("conforms", "fails"))},
            "storage": {"lots": (self._lot(),)},
            "creation": {"portions": some},
            "hold": {"lots": (self._lot(),), "reason": "doubt", "code": "manual"},
        }
        return fields[kind]

    def _portion(self, gtin: str | None = None) -> Any:
        uom = self.dice.choice(("KGM", "KGM", "KGM", "XCS", "TNE"))
        return portion(self._lot(gtin), self.dice.choice(("1", "10.5", "100", "1000")), uom)

    def _lot(self, gtin: str | None = None) -> LotId:
        return lot(f"L{self.dice.randrange(4)}", gtin or self.dice.choice((APPLES, CASES)))

    def _spray(self) -> str:
        return self.dice.choice((SPRAY, "PD-UNKNOWN"))

    def _when(self) -> datetime:
        return self.world.clock.now + timedelta(hours=self.dice.choice((-600, -72, -1, 0, 0, 48)))
