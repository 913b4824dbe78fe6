"""A small log with made-up farms, built in memory by the rules of the design and not by the ledger's code."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.epcis.about import about
from lotproof.kernel.instants import rfc3339
from lotproof.proof import data_integrity, merkle, tiles
from lotproof.proof.bundle import ProvenEntry
from lotproof.proof.canonical import jcs
from lotproof.proof.checkpoint import Checkpoint
from lotproof.proof.did_key import did_from_public
from lotproof.proof.entry import ChainLink, assemble
from lotproof.proof.note import NoteSigner, sign
from lotproof.proof.verify import Fault, verify_log

ORIGIN = "demo.example/log"
OPERATOR = "https://id.gs1.org/417/9521234500018"
FARM = "https://id.gs1.org/417/9521234500025"
PACKER = "https://id.gs1.org/417/9521234500032"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
CRATE = "https://id.gs1.org/00/095212345000000018"
START = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)
_SAME_TIME = timedelta(0)


def lot(code: str) -> str:
    """A lot of demonstration apples."""
    return f"https://id.gs1.org/01/09521234543213/10/{code}"


def private_key(name: str) -> Ed25519PrivateKey:
    """A key that depends on its name alone."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"test key " + name.encode()).digest())


def did(name: str) -> str:
    """The did:key of the key with this name."""
    return did_from_public(private_key(name).public_key())


def event(*lots: str, kilograms: float = 12.5, **more: Any) -> dict[str, Any]:
    """A harvest of these lots."""
    return {
        "@context": [CONTEXT],
        "type": "ObjectEvent",
        "action": "ADD",
        "bizStep": "creating_class_instance",
        "disposition": "active",
        "eventTime": "2026-05-01T13:55:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "readPoint": {"id": "https://id.gs1.org/414/9521234500056"},
        "quantityList": [{"epcClass": one, "quantity": kilograms, "uom": "KGM"} for one in lots],
        **more,
    }


class LogBuilder:
    """Appends entries, rightly or wrongly made, and hands them out as memory, as tiles and with proofs."""

    def __init__(self, origin: str = ORIGIN) -> None:
        self.origin = origin
        self.signer = NoteSigner(origin, sha256(b"test log key " + origin.encode()).digest())
        self.leaves: list[bytes] = []
        self.nodes: list[bytes] = []
        self.frontier = merkle.Frontier()
        self.heads: dict[str, tuple[int, str]] = {}
        self.now = START

    @property
    def log_key(self) -> str:
        """The key to pin."""
        return self.signer.verifier_key

    def add(
        self,
        kind: str,
        signed: Mapping[str, Any],
        keys: Sequence[str],
        *,
        domain: str | None = None,
        links: Sequence[ChainLink] | None = None,
        after: timedelta = timedelta(seconds=1),
    ) -> int:
        """Sign and append; returns the index."""
        document = jcs(signed)
        made = rfc3339(self.now)
        proofs = [
            data_integrity.sign(document, private_key(key), created=made, domain=domain or self.origin)
            for key in keys
        ]
        self.now += after
        links = self.links(signed["about"]) if links is None else links
        nonce = sha256(b"nonce %d" % len(self.leaves)).hexdigest()[:32]
        proof = jcs(proofs[0] if len(proofs) == 1 else proofs)
        return self.append(assemble(kind, nonce, rfc3339(self.now), links, document, proof), links)

    def append(self, leaf: bytes, links: Sequence[ChainLink] = ()) -> int:
        """Append a finished leaf; returns the index."""
        digest = merkle.leaf_hash(leaf)
        self.nodes += self.frontier.append(digest)
        self.leaves.append(leaf)
        for link in links:
            self.heads[link.id] = (link.seq, digest.hex())
        return len(self.leaves) - 1

    def links(self, uris: Sequence[str]) -> list[ChainLink]:
        """The right places of the next entry in these chains."""
        heads = [self.heads.get(uri, (-1, None)) for uri in uris]
        return [ChainLink(uri, seq + 1, prev) for uri, (seq, prev) in zip(uris, heads, strict=True)]

    def add_key(
        self,
        act: str,
        name: str,
        party: str,
        keys: Sequence[str],
        *,
        by: str = OPERATOR,
        replaces: str | None = None,
        **how: Any,
    ) -> int:
        """Append a key entry. keys: names of those that sign it."""
        key = {"id": did(name), "party": party, "custody": "platform", "subject": "organisation"}
        if replaces is not None:
            key["replaces"] = did(replaces)
        signed = {"by": by, "role": "author", "kind": act, "about": [party], "key": key}
        return self.add("key", signed, keys, **how)

    def begin(self) -> "LogBuilder":
        """Append the authority's key, and those of the operator, a farm and a packer."""
        self.add_key("authority", "authority", OPERATOR, ["authority"])
        for name, party in (("operator", OPERATOR), ("farm", FARM), ("packer", PACKER)):
            self.add_key("bind", name, party, [name, "authority"])
        return self

    def add_event(
        self, made: Mapping[str, Any], *, by: str = FARM, key: str = "farm", how: Any = None, **more: Any
    ) -> int:
        """Append an event. more: further members of `signed`."""
        signed = {"by": by, "role": "author", "kind": "harvest", "about": about(made), "event": made, **more}
        return self.add("event", signed, [key], **(how or {}))

    def add_record(self, type: str, id: str, *, by: str = OPERATOR, key: str = "operator") -> int:
        """Append a record of master data."""
        mentioned = sorted({by, *([id] if type == "party" else [])})
        record = {"type": type, "id": id, "version": 1, "body": {"name": "a farm"}}
        signed = {"by": by, "role": "author", "kind": "record", "about": mentioned, "record": record}
        return self.add("record", signed, [key])

    def heads_of(self, size: int) -> dict[str, tuple[int, bytes]]:
        """Number and leaf hash of the newest entry of every chain among the first entries."""
        found = {}
        for leaf in self.leaves[:size]:
            for link in json.loads(leaf)["chains"]:
                found[link["id"]] = (link["seq"], merkle.leaf_hash(leaf))
        return found

    def add_heads(
        self,
        size: int | None = None,
        *,
        by: str = OPERATOR,
        key: str = "operator",
        lie: Callable[[dict[str, tuple[int, bytes]]], object] = lambda heads: None,
        stated: Mapping[str, Any] | None = None,
    ) -> int:
        """Append a heads entry. lie: changes the heads before they are stated.  stated: other members."""
        size = len(self.leaves) if size is None else size
        heads = self.heads_of(size)
        lie(heads)
        body = {"size": size, "root": naive_heads_root(heads).hex(), "chains": len(heads), **(stated or {})}
        signed = {"by": by, "role": "author", "kind": "heads", "about": [], "heads": body}
        return self.add("heads", signed, [key])

    def hash_of(self, index: int) -> str:
        """The leaf hash of an entry, in hex."""
        return merkle.leaf_hash(self.leaves[index]).hex()

    def note(self) -> bytes:
        """The signed checkpoint."""
        return sign(
            Checkpoint(self.origin, len(self.leaves), self.frontier.root()).text(), self.signer
        ).encode()

    def source(self) -> "MemorySource":
        """The log as a database would hold it."""
        return MemorySource(list(self.leaves), list(self.nodes), self.note())

    def tiles(self) -> dict[str, bytes]:
        """The log as files."""
        files = {"checkpoint": self.note()}
        for tile in tiles.all_tiles(len(self.leaves)):
            files[tile.path] = b"".join(self.nodes[i] for i in tile.stored_indexes())
            if tile.level == 0:
                leaves = self.leaves[tile.first_leaf : tile.first_leaf + tile.width]
                files[tiles.entries_path(tile.index, tile.width)] = tiles.encode_entries(leaves)
        return files

    def proven(self, *indexes: int) -> list[ProvenEntry]:
        """Entries with their inclusion proofs."""
        size = len(self.leaves)
        return [
            ProvenEntry(i, self.leaves[i], tuple(merkle.inclusion_proof(i, size, self._read)))
            for i in indexes
        ]

    def _read(self, indexes: Sequence[int]) -> list[bytes]:
        return [self.nodes[i] for i in indexes]


class MemorySource:
    """A LogSource over lists that a test may change."""

    def __init__(self, leaves: list[bytes], nodes: list[bytes], note: bytes | None) -> None:
        self.kept_leaves = leaves
        self.kept_nodes = nodes
        self.note = note

    def checkpoint(self) -> bytes | None:
        return self.note

    @property
    def size(self) -> int:
        return len(self.kept_leaves)

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        return iter(self.kept_leaves[start:end])

    def nodes(self, start: int, end: int) -> Iterator[bytes | None]:
        return iter(self.kept_nodes[start:end])

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        return [self.kept_nodes[i] for i in indexes]

    def where(self, stored_index: int) -> tuple[str, str]:
        return "node", f"node {stored_index}"


def naive_heads_root(heads: Mapping[str, tuple[int, bytes]]) -> bytes:
    """The root over the heads, by the words of RFC 6962 and docs/log-format.md."""
    records = sorted(
        sha256(chain.encode()).digest() + head + seq.to_bytes(8, "big")
        for chain, (seq, head) in heads.items()
    )
    return _naive_root([b"lotproof-head-v1" + record for record in records])


def _naive_root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else sha256(b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + _naive_root(leaves[:half]) + _naive_root(leaves[half:])).digest()


def orchard(entries: int) -> LogBuilder:
    """A log of this many entries: keys, a record, harvests, and packing into a crate."""
    log = LogBuilder().begin()
    log.add_record("party", FARM)
    while len(log.leaves) < entries:
        number = len(log.leaves)
        if number % 7 == 0:
            packed = event(lot(f"A{number - 1}"), parentID=CRATE, bizStep="packing")
            log.add_event(packed, by=PACKER, key="packer", seen=[log.hash_of(number - 1)])
        else:
            log.add_event(event(lot(f"A{number}"), lot(f"A{number // 7}"), kilograms=number + 0.25))
    return log


def seen_log() -> LogBuilder:
    """A1 harvested twice, packed into a crate, and B alone."""
    log = LogBuilder().begin()
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1")))
    log.add_event(event(lot("A1"), parentID=CRATE), by=PACKER, key="packer")
    log.add_event(event(lot("B")))
    log.add_event(event(parentID=CRATE), by=PACKER, key="packer")
    return log


def first_fault(log: LogBuilder, **how: Any) -> Fault:
    """The fault that the verifier finds in a log that has one."""
    fault = verify_log(log.source(), log_key=log.log_key, **how).fault
    assert fault is not None
    return fault


def located(log: LogBuilder, **how: Any) -> tuple[int | None, str]:
    """Where that fault is: entry and field."""
    fault = first_fault(log, **how)
    return fault.index, fault.field
