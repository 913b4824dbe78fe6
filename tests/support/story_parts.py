"""What stories made by hand are put together from: names, keys, steps and traces.

Keys are of GS1's demonstration prefix 952.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from lotproof.kernel.check_digits import mod10
from lotproof.kernel.identifiers import LotId
from lotproof.lots.story import Names, Part, ProofState, Somebody, Step
from lotproof.lots.trace import TracedEdge, TracedLot, Tracing

CHINA = timezone(timedelta(hours=8))
APPLE = {"en": "Yantai Fuji apples", "zh_Hans": "烟台红富士苹果"}
FARM_APPLE = {"en": "Orchard apples, unsorted", "zh_Hans": "果园统货苹果"}
BOX = {"en": "Apple box, 12 pieces", "zh_Hans": "苹果礼盒 12 枚"}


def gtin(item: str) -> str:
    """A product number for an item reference."""
    body = f"0952123{item:0>6}"
    return body + mod10(body)


def gln(number: int) -> str:
    """A location number."""
    body = f"9521300{number:05}"
    return body + mod10(body)


HARVESTED = LotId(gtin("454321"), "ORCH-3-1107")
GOOD = LotId(gtin("454322"), "APPLE-2026-1107")
BOXED = LotId(gtin("454323"), "BOX-0812")
RECALLED = LotId(gtin("454322"), "APPLE-2026-1018")
OUTSIDE = LotId(gtin("777001"), "X#1/7".replace("#", "-"))
LONG = LotId(gtin("454322"), "COLD-CHAIN-60")
WIDE = LotId(gtin("454322"), "MIXED-300")

ORCHARD = Somebody(f"https://id.gs1.org/414/{gln(11)}", {"en": "Orchard 3, Qixia", "zh_Hans": "栖霞三号果园"})
PACKHOUSE = Somebody(
    f"https://id.gs1.org/414/{gln(12)}", {"en": "Qixia packing house", "zh_Hans": "栖霞分拣中心"}
)
STORE = Somebody(f"https://id.gs1.org/414/{gln(13)}", {"en": "Laishan cold store", "zh_Hans": "莱山冷库"})
SHOP = Somebody(f"https://id.gs1.org/414/{gln(14)}", {"en": "Harbour Road shop", "zh_Hans": "港湾路门店"})
NAMELESS_PLACE = Somebody(f"https://id.gs1.org/414/{gln(15)}", {})
COOPERATIVE = Somebody(
    f"https://id.gs1.org/417/{gln(21)}", {"en": "Green Ridge Cooperative", "zh_Hans": "青岭果业合作社"}
)
TRADER = Somebody(
    f"https://id.gs1.org/417/{gln(22)}", {"en": "Harbour Fresh Ltd", "zh_Hans": "港湾鲜果有限公司"}
)
NAMELESS_PARTY = Somebody(f"https://id.gs1.org/417/{gln(23)}", {})
CRATE = "https://id.gs1.org/00/095213000000000013"
CYCLE = "urn:uuid:6f1c2f6e-3a41-4d0e-9d59-3f6f3e1f0a11"
START = datetime(2026, 11, 7, 6, 40, tzinfo=CHINA)
ROOT = "7b0f4b6f5b1e3e2a9d8c7b6a5f4e3d2c1b0a99887766554433221100ffeeddcc"


def part(
    role: str, lot: LotId | str, amount: str | None = None, uom: str = "KGM", names: Names | None = None
) -> Part:
    """One lot or container of a step."""
    uri = lot if isinstance(lot, str) else lot.uri
    return Part(role, uri, names or {}, Decimal(amount) if amount else None, uom if amount else None)


def step(index: int | None, kind: str, hours: float, place: Somebody | None, parts: tuple[Part, ...]) -> Step:
    """A step so many hours after the harvest, recorded by the cooperative with a key that the platform keeps."""
    return Step(
        index,
        kind,
        START + timedelta(hours=hours),
        place,
        None,
        None,
        COOPERATIVE,
        "author",
        "platform",
        parts,
        (),
        None,
        0,
        False,
        None,
        None,
    )


def proof(newest: int | None, chain: int, size: int = 57) -> ProofState:
    """Where a lot stands on a log of `size` entries."""
    at = datetime(2026, 11, 23, 8, 36, tzinfo=UTC) if newest is not None else None
    return ProofState(
        "lots.example/log",
        size,
        ROOT,
        chain,
        newest,
        at,
        "lots.example/log+3f1a2b4c+AbCdEfGhIjKlMnOpQrStUvWxYz0123456789ABCDEFGH",
    )


def traced(
    lot: LotId | str, distance: int, state: str = "no_known_problem", names: Names | None = None
) -> TracedLot:
    """A lot of a map; a text is a growing cycle."""
    if isinstance(lot, str):
        return TracedLot(lot, "cycle", {}, ORCHARD.uri, ORCHARD.names, "not_recorded", distance)
    return TracedLot(lot.uri, "lot", names or APPLE, PACKHOUSE.uri, PACKHOUSE.names, state, distance)


def edge(
    src: LotId | str, dst: LotId | str, event: int | None, kind: str, *, voided: bool = False
) -> TracedEdge:
    """src went into dst."""
    uris = [node if isinstance(node, str) else node.uri for node in (src, dst)]
    return TracedEdge(uris[0], uris[1], event, kind, Decimal(100), "KGM", voided)


def alone(lot: LotId, direction: str, state: str = "no_known_problem") -> Tracing:
    """A trace in which there is only the lot itself."""
    return Tracing(lot.uri, direction, (traced(lot, 0, state),), ())
