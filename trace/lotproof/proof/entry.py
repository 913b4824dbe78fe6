"""One entry of the log: the leaf's bytes, read back strictly and never written a second time.

- A leaf is the JCS of {chains, kind, nonce, proof, recordTime, signed, v}; names sort in that order, so the
  canonical bytes of `signed`, which the signature covers, are a slice of the leaf.
- `parse` gives the parts, `check_structure` says everything that is wrong with them. Kinds that are not known
  are checked for their structure alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.instants import parse_instant
from lotproof.proof.canonical import jcs, parse_canonical, splice

KINDS = ("event", "record", "key", "heads", "erase", "certificate", "policy")
KEY_ACTS = ("authority", "bind", "rotate", "revoke")
CUSTODIES = ("platform", "own")
SUBJECTS = ("organisation", "person", "device")
ERASE_REASONS = ("request", "retention")
MAX_ENTRY = 65_535
MAX_ABOUT = 200

_TEXT = {str}
_MEMBERS = frozenset({"chains", "kind", "nonce", "proof", "recordTime", "signed", "v"})
_LINK_MEMBERS = (frozenset({"id", "seq"}), frozenset({"id", "seq", "prev"}))
_SIGNED_AT = b',"signed":'
_AFTER_SIGNED = b',"v":1}'
_LONGEST_SEQ = 16
_ERASE_MEMBERS = frozenset({"digests", "reason", "party"})
_SD_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z][a-z_]{0,31}")
_RECORD_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s]+")


@dataclass(frozen=True, slots=True)
class ChainLink:
    """The entry's place in one chain. prev: leaf hash (hex) of the entry before it, None for the first."""

    id: str
    seq: int
    prev: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The link as it stands in a leaf."""
        link: dict[str, Any] = {"id": self.id, "seq": self.seq}
        return link if self.prev is None else {**link, "prev": self.prev}


@dataclass(frozen=True, slots=True)
class Entry:
    """The parts of a leaf.

    record_time: RFC 3339 text.  signed_jcs: the bytes that were signed.  proofs: one, or several for key
    entries.  raw: the leaf.
    """

    v: int
    kind: str
    nonce: str
    record_time: str
    chains: tuple[ChainLink, ...]
    signed: Mapping[str, Any] = field(repr=False)
    signed_jcs: bytes = field(repr=False)
    proofs: tuple[Mapping[str, Any], ...] = field(repr=False)
    raw: bytes = field(repr=False)


def assemble(
    kind: str,
    nonce: str,
    record_time: str,
    chains: Sequence[ChainLink] | bytes,
    signed_jcs: bytes,
    proof_jcs: bytes,
) -> bytes:
    """Return the leaf of an entry whose payload is canonical already, without writing the payload anew.

    nonce: 32 hex digits.  record_time: as `rfc3339` writes it.  chains: links in the order of `about`, or the
    JCS of their array.  proof_jcs: JCS of one proof or of an array of them.
    """
    links = chains if isinstance(chains, bytes) else jcs([link.as_dict() for link in chains])
    return splice(
        {
            "chains": links,
            "kind": jcs(kind),
            "nonce": jcs(nonce),
            "proof": proof_jcs,
            "recordTime": jcs(record_time),
            "signed": signed_jcs,
            "v": b"1",
        }
    )


def size_bound(kind: str, signed_jcs: bytes, proof_jcs: bytes, about: Sequence[str]) -> int:
    """Return the most bytes that the leaf can take, whatever its places in the chains will be."""
    last = ChainLink("", 10**_LONGEST_SEQ - 1, "f" * 64)
    link = len(b'{"id":"","prev":"","seq":},') + len(last.prev or "") + _LONGEST_SEQ
    empty = assemble(kind, "0" * 32, "2000-01-01T00:00:00.000Z", b"[]", signed_jcs, proof_jcs)
    return len(empty) + sum(len(jcs(uri)) - 2 + link for uri in about)


def parse(leaf: bytes) -> Entry:
    """Read a leaf.

    Raises: InvalidInputError `not_canonical`, or `invalid_entry` if its members are not those of an entry.
    """
    value = parse_canonical(leaf)
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise _invalid("", "an entry has chains, kind, nonce, proof, recordTime, signed and v")
    if type(value["v"]) is not int or value["v"] != 1:
        raise _invalid("v", "only version 1 can be read")
    for name in ("kind", "nonce", "recordTime"):
        if not isinstance(value[name], str):
            raise _invalid(name, "it is no text")
    if not isinstance(value["signed"], dict):
        raise _invalid("signed", "it is no object")
    chains, proofs = _read_chains(value["chains"]), _read_proofs(value["proof"])
    # Links and proofs hold nothing but text and numbers, so that no earlier member can have this name.
    start = leaf.index(_SIGNED_AT) + len(_SIGNED_AT)
    signed_jcs = leaf[start : -len(_AFTER_SIGNED)]
    return Entry(
        1,
        value["kind"],
        value["nonce"],
        value["recordTime"],
        chains,
        value["signed"],
        signed_jcs,
        proofs,
        leaf,
    )


def check_structure(entry: Entry) -> list[Problem]:
    """Return what is wrong with an entry looked at by itself: forms, order, and what its kind asks.

    where: "canonical", "recordTime", "chains", "about", "seen", "key", "heads" or "erase", as faults are located.
    """
    problems = [*_check_envelope(entry), *_check_signed(entry.signed)]
    if problems:
        return problems
    if [link.id for link in entry.chains] != entry.signed["about"]:
        problems.append(Problem("chains", "chains_not_about", "they are not those that the signer named"))
    check = _CHECKS.get(entry.kind)
    return [*problems, *(check(entry.signed) if check else ())]


def is_uri(value: object) -> bool:
    """Return whether a value is an absolute URI as far as the log cares: a scheme, and no spaces."""
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def is_hash(value: object) -> bool:
    """Return whether a value is a leaf hash in lower-case hex."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _read_chains(value: object) -> tuple[ChainLink, ...]:
    if not isinstance(value, list):
        raise _invalid("chains", "it is no list")
    links = []
    for link in value:
        if not isinstance(link, dict) or link.keys() not in _LINK_MEMBERS or not isinstance(link["id"], str):
            raise _invalid("chains", "a link has an id, a seq, and a prev unless it is the first")
        if type(link["seq"]) is not int or not is_hash(link.get("prev", "0" * 64)):
            raise _invalid("chains", "a seq is a number and a prev a leaf hash")
        links.append(ChainLink(link["id"], link["seq"], link.get("prev")))
    return tuple(links)


def _read_proofs(value: object) -> tuple[Mapping[str, Any], ...]:
    given = value if isinstance(value, list) else [value]
    proofs = tuple(proof for proof in given if isinstance(proof, dict))
    if not proofs or len(proofs) != len(given):
        raise _invalid("proof", "it is no proof and no list of proofs")
    if any(set(map(type, proof.values())) != _TEXT for proof in proofs):
        raise _invalid("proof", "a proof holds text only")
    return proofs


def _check_envelope(entry: Entry) -> Iterator[Problem]:
    if len(entry.raw) > MAX_ENTRY:
        yield Problem("canonical", "entry_too_large", f"{len(entry.raw)} bytes are more than {MAX_ENTRY}")
    if not _KIND.fullmatch(entry.kind):
        yield Problem("canonical", "invalid_kind", f"not the name of a kind: {entry.kind!r}")
    if not _NONCE.fullmatch(entry.nonce):
        yield Problem("canonical", "invalid_nonce", "the nonce is no 128 bits in hex")
    if not _is_record_time(entry.record_time):
        yield Problem(
            "recordTime", "invalid_record_time", f"not UTC to the millisecond: {entry.record_time!r}"
        )
    for link in entry.chains:
        if link.seq < 0 or (link.seq == 0) != (link.prev is None):
            yield Problem("chains", "invalid_link", f"seq {link.seq} of {link.id} does not fit its prev")


def _is_record_time(text: str) -> bool:
    if not _RECORD_TIME.fullmatch(text):
        return False
    try:
        parse_instant(text)
    except InvalidInputError:
        return False
    return True


def _check_signed(signed: Mapping[str, Any]) -> Iterator[Problem]:
    if not is_uri(signed.get("by")) or signed.get("role") not in ("author", "submitter"):
        yield Problem("signature", "invalid_signer", "`by` names a party, `role` is author or submitter")
    if not isinstance(signed.get("kind"), str) or not signed["kind"]:
        yield Problem("canonical", "invalid_kind", "the payload does not say its kind")
    about = signed.get("about")
    if not isinstance(about, list) or not all(is_uri(uri) for uri in about):
        yield Problem("about", "invalid_about", "`about` is no list of URIs")
    elif about != sorted(set(about)) or len(about) > MAX_ABOUT:
        yield Problem("about", "invalid_about", f"`about` is not sorted, distinct and at most {MAX_ABOUT}")
    seen = signed.get("seen", [])
    if not isinstance(seen, list) or not all(is_hash(one) for one in seen) or len(set(seen)) != len(seen):
        yield Problem("seen", "invalid_seen", "`seen` is no list of distinct leaf hashes")
    if not is_hash(signed.get("corrects", "0" * 64)):
        yield Problem("canonical", "invalid_corrects", "`corrects` is no leaf hash")
    digests = signed.get("_sd", [])
    if not isinstance(digests, list) or not all(isinstance(one, str) for one in digests):
        yield Problem("canonical", "invalid_sd", "`_sd` is no list of digests")
    elif digests != sorted(set(digests)):
        yield Problem("canonical", "invalid_sd", "`_sd` is not sorted and distinct")
    yield from _check_approvals(signed.get("approvals", []))


def _check_approvals(approvals: object) -> Iterator[Problem]:
    given = approvals if isinstance(approvals, list) else [None]
    people = {one["person"] for one in given if isinstance(one, dict) and isinstance(one.get("person"), str)}
    if len(people) != len(given):
        yield Problem("canonical", "invalid_approvals", "`approvals` are not those of distinct persons")


ABOUT_A_PARTY = frozenset({"document", "qualification", "application"})
"""Types of records that stand on the chain of the party that their body names, and always in the clear."""


def _check_event(signed: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(signed.get("event"), dict):
        yield Problem("canonical", "invalid_event", "there is no event in it")


def _check_record(signed: Mapping[str, Any]) -> Iterator[Problem]:
    record = signed.get("record")
    if not isinstance(record, dict) or record.keys() != {"type", "id", "version", "body"}:
        yield Problem("canonical", "invalid_record", "a record has a type, an id, a version and a body")
    elif not isinstance(record["type"], str) or not isinstance(record["id"], str):
        yield Problem("canonical", "invalid_record", "type and id are text")
    elif type(record["version"]) is not int or record["version"] < 0 or not isinstance(record["body"], dict):
        yield Problem("canonical", "invalid_record", "the version is a number and the body an object")
    elif not is_uri(whom_it_is_about(record) or signed["by"]):
        yield Problem("canonical", "invalid_record", "whom it is about is no URI")
    elif signed["about"] != record_about(signed["by"], record):
        yield Problem("about", "about_not_record", "a record is about its signer, and its party")


def record_about(by: str, record: Mapping[str, Any]) -> list[str]:
    """Return the chains on which a record stands: its signer's, and that of the party that it is about."""
    whom = whom_it_is_about(record)
    return sorted({by, whom} if whom else {by})


def whom_it_is_about(record: Mapping[str, Any]) -> str | None:
    """Return the party that a record says something about, None for other master data."""
    if record["type"] == "party":
        return str(record["id"])
    return str(record["body"].get("party", "")) if record["type"] in ABOUT_A_PARTY else None


def _check_key(signed: Mapping[str, Any]) -> Iterator[Problem]:
    key, act = signed.get("key"), signed["kind"]
    names = {"id", "party", "custody", "subject"} | ({"replaces"} if act == "rotate" else set())
    if act not in KEY_ACTS or not isinstance(key, dict) or key.keys() != names:
        yield Problem("key", "invalid_key_entry", "a key entry has an id, party, custody and subject")
    elif not all(isinstance(value, str) for value in key.values()) or not is_uri(key["party"]):
        yield Problem("key", "invalid_key_entry", "id, party and the rest are text")
    elif key["custody"] not in CUSTODIES or key["subject"] not in SUBJECTS:
        yield Problem("key", "invalid_key_entry", "custody or subject is none that is known")
    elif signed["about"] != [key["party"]]:
        yield Problem("about", "about_not_key", "a key entry is about the key's party")


def _check_heads(signed: Mapping[str, Any]) -> Iterator[Problem]:
    heads = signed.get("heads")
    if signed["kind"] != "heads" or not isinstance(heads, dict) or heads.keys() != {"size", "root", "chains"}:
        yield Problem("heads", "invalid_heads", "a heads entry has a size, a root and a number of chains")
    elif any(type(heads[name]) is not int or heads[name] < 1 for name in ("size", "chains")):
        yield Problem("heads", "invalid_heads", "size and chains are numbers from 1 on")
    elif not is_hash(heads["root"]):
        yield Problem("heads", "invalid_heads", "the root is no hash")
    elif signed["about"]:
        yield Problem("about", "about_not_heads", "a heads entry is about the whole log, and no chain")


def _check_erase(signed: Mapping[str, Any]) -> Iterator[Problem]:
    erase = signed.get("erase")
    if not isinstance(erase, dict) or not {"digests", "reason"} <= erase.keys() <= _ERASE_MEMBERS:
        yield Problem("erase", "invalid_erase", "an erasure has digests, a reason, and a party if it is one's")
        return
    digests, party = erase["digests"], erase.get("party")
    if not isinstance(digests, list) or not all(is_sd_digest(one) for one in digests):
        yield Problem("erase", "invalid_erase", "its digests are no SHA-256 in base64url")
    elif digests != sorted(set(digests)) or not (digests or party):
        yield Problem("erase", "invalid_erase", "its digests are not sorted and distinct, or it erases nothing")
    if erase["reason"] not in ERASE_REASONS or not ("party" not in erase or is_uri(party)):
        yield Problem("erase", "invalid_erase", "its reason or its party is none")
    elif signed["about"] != sorted({signed["by"], *([party] if party else [])}):
        yield Problem("about", "about_not_erase", "an erasure is about its signer, and whom it erases")


def is_sd_digest(value: object) -> bool:
    """Return whether a value is a digest as `_sd` holds them: SHA-256 in base64url without padding."""
    return isinstance(value, str) and _SD_DIGEST.fullmatch(value) is not None


_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    "event": _check_event,
    "record": _check_record,
    "key": _check_key,
    "heads": _check_heads,
    "erase": _check_erase,
}


def _invalid(where: str, message: str) -> InvalidInputError:
    problems = [Problem(where, "invalid_entry", message)]
    return InvalidInputError("invalid_entry", f"not an entry of the log: {message}", problems=problems)
