"""Signatures: canonical form, structure, `about` and Ed25519 of each entry, in batches.

What depends on one entry alone runs in `check_batch`, in whatever process the caller's `map` chooses. What
depends on the entries before it, whose key a key is, is judged here in the order of the log.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof import data_integrity
from lotproof.proof.entry import Entry, check_structure, is_hash, parse
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.heads import KIND as HEADS
from lotproof.proof.keyring import Keyring

About = Callable[[Mapping[str, Any]], list[str]]
Batch = tuple[int, Sequence[bytes]]
"""The index of the first of some consecutive leaves, and the leaves."""
Signed = tuple[str, str, bool]
"""Who an entry says signed it (a party's URI), the did:key that did (none for key entries), and whether only the
operator, whose party is that of the authority's key, may sign such an entry."""
_OPERATOR_ONLY = frozenset({"erase"})

BATCH = 256
_ROUND = 16 * BATCH
_EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_DIGEST_MEMBERS = frozenset({"sha256", "count", "size"})
_LONGEST_LIST = 200


class Map(Protocol):
    """As the built-in map, or that of a process pool: results in order; all arguments can be pickled."""

    def __call__(
        self, function: Callable[[Batch], list[Signed | Fault]], batches: Iterable[Batch], /
    ) -> Iterator[list[Signed | Fault]]: ...


def check_batch(domain: str, about: About, batch: Batch) -> list[Signed | Fault]:
    """Check consecutive leaves, each by itself; the list ends with the first fault."""
    first, leaves = batch
    results: list[Signed | Fault] = []
    for offset, leaf in enumerate(leaves):
        result = check_entry(first + offset, leaf, domain, about)
        results.append(result)
        if isinstance(result, Fault):
            break
    return results


def check_entry(index: int, leaf: bytes, domain: str, about: About) -> Signed | Fault:
    """Check one leaf by itself: form, structure, what it is about, and all its signatures."""
    try:
        entry = parse(leaf)
    except InvalidInputError as error:
        return Fault(index, "canonical", error.message)
    problems = check_structure(entry)
    if problems:
        return Fault(index, problems[0].where, problems[0].message)
    wrong = _wrong_about(entry, about)
    if wrong:
        return Fault(index, "about", wrong)
    try:
        dids = [data_integrity.verify(entry.signed_jcs, proof, domain=domain) for proof in entry.proofs]
    except InvalidInputError as error:
        return Fault(index, "signature", error.message)
    if entry.kind == "key":
        return entry.signed["by"], "", False
    if len(dids) != 1:
        return Fault(index, "signature", f"it has {len(dids)} signatures instead of one")
    return entry.signed["by"], dids[0], entry.kind in _OPERATOR_ONLY


class SignatureCheck:
    """Collects leaves, has them checked in rounds, and judges the results against the keyring in order."""

    def __init__(self, domain: str, about: About, keyring: Keyring, map_batches: Map) -> None:
        self.keyring = keyring
        self._check = partial(check_batch, domain, about)
        self._map = map_batches
        self._first = 0
        self._leaves: list[bytes] = []
        self._keys: dict[int, bytes] = {}
        self._heads: set[int] = set()
        self._running: deque[tuple[int, Iterator[list[Signed | Fault]]]] = deque()

    def feed(self, first: int, leaves: Sequence[bytes], kinds: Sequence[str]) -> None:
        """Take consecutive leaves. Raises: FaultFound for any entry taken so far."""
        if not self._leaves:
            self._first = first
        self._leaves.extend(leaves)
        self._keys.update((first + i, leaves[i]) for i, kind in enumerate(kinds) if kind == "key")
        self._heads.update(first + i for i, kind in enumerate(kinds) if kind == HEADS)
        if len(self._leaves) >= _ROUND:
            self._start()
            while len(self._running) > 1:
                self._judge(*self._running.popleft())

    def finish(self) -> None:
        """Wait for what is still running. Raises: FaultFound."""
        self._start()
        while self._running:
            self._judge(*self._running.popleft())

    def _start(self) -> None:
        leaves, first = self._leaves, self._first
        batches = [(first + i, leaves[i : i + BATCH]) for i in range(0, len(leaves), BATCH)]
        if batches:
            self._running.append((first, self._map(self._check, batches)))
        self._leaves = []

    def _judge(self, first: int, results: Iterator[list[Signed | Fault]]) -> None:
        index = first
        for batch in results:
            for result in batch:
                fault = (
                    result
                    if isinstance(result, Fault)
                    else judge(index, result, self._keys.pop(index, None), self.keyring)
                    or self._judge_heads(index, result)
                )
                if fault is not None:
                    self._leaves, self._running = [], deque()
                    raise FaultFound(fault)
                index += 1

    def _judge_heads(self, index: int, signed: Signed) -> Fault | None:
        if index not in self._heads:
            return None
        self._heads.discard(index)
        if signed[0] == self.keyring.authority_party(index):
            return None
        return Fault(index, "heads", f"{signed[0]} signed it, and is not the authority's party")


def judge(index: int, signed: Signed, key_entry: bytes | None, keyring: Keyring) -> Fault | None:
    """Return what is wrong with the signer of an entry whose signatures fit; takes over a key entry."""
    by, did, is_operators = signed
    if key_entry is not None:
        try:
            keyring.apply(index, parse(key_entry))
        except LogFaultError as error:
            return Fault(index, "key", error.message)
        return None
    binding = keyring.key_at(did, index)
    if binding is None:
        return Fault(index, "key", f"{did} is no key that was valid for this entry")
    if binding.party != by:
        return Fault(index, "signature", f"it says that {by} signed it, but the key is {binding.party}'s")
    if is_operators and by != keyring.authority_party(index):
        return Fault(index, "erase", f"{by} signed it, and is not the authority's party")
    return None


def _wrong_about(entry: Entry, about: About) -> str:
    """Return what is wrong with an event's `about`.

    A list too long for an entry stands as its digest; what it names is not seen here, but all the rest is.
    """
    if entry.kind != "event":
        return ""
    event, claimed = entry.signed["event"], entry.signed["about"]
    digested = [name for name in _EPC_LISTS if _is_digest(event.get(name))]
    try:
        visible = about(
            {name: value for name, value in event.items() if name not in digested} if digested else event
        )
    except InvalidInputError as error:
        return f"what the event is about cannot be read: {error.message}"
    if visible == claimed or (digested and set(visible) <= set(claimed)):
        return ""
    return "it is not what the event is about"


def _is_digest(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != _DIGEST_MEMBERS:
        return False
    counts = type(value["count"]) is int and type(value["size"]) is int
    return counts and value["count"] > _LONGEST_LIST and is_hash(value["sha256"])
