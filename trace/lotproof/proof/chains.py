"""Chains, times and `seen`: what ties an entry to those before it.

The envelope is read from its place in the leaf, which canonical JSON fixes; a leaf that is not written that
way is read whole.
"""

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.entry import is_hash, parse
from lotproof.proof.faults import Fault, FaultFound
from lotproof.proof.heads import KIND as HEADS
from lotproof.proof.heads_check import Head, HeadsCheck
from lotproof.proof.log_source import LogSource
from lotproof.proof.merkle import leaf_hash

TWICE = ": two entries have one place in it"
"""Ends what is told of a chain's place that is taken twice: whoever numbered the entries cannot have erred."""
_Link = dict[str, Any]
_scan = json.JSONDecoder().raw_decode
_CHAINS_AT = len('{"chains":')
_LINK = r'\{"id":"[^"\\]+",(?:"prev":"[0-9a-f]{64}","seq":[1-9][0-9]{0,15}|"seq":0)\}'
_PROOF = r"\{[^{}\[\]]*\}"
_ENVELOPE = re.compile(
    rf'\{{"chains":\[(?:{_LINK}(?:,{_LINK})*)?\],"kind":"([a-z_]{{1,32}})","nonce":"[0-9a-f]{{32}}"'
    rf',"proof":(?:{_PROOF}|\[{_PROOF}(?:,{_PROOF})*\])'
    r',"recordTime":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"'
    r',"signed":\{(?:"_sd":\[[^\[\]{}]*\],)?"about":',
    re.ASCII,
)
_SEEN = ',"seen":['
_END = '},"v":1}'


class ChainCheck:
    """Follows all chains at once.

    heads: the newest entry of every chain.  record_time: of the newest entry.  covered: of the newest heads
    entry.  source: read again, once, if a signer had seen something else than the heads of its day.
    """

    def __init__(self, source: LogSource, heads: dict[str, Head], record_time: str, covered: int) -> None:
        self.heads = heads
        self.record_time = record_time
        self._source = source
        self._stated = HeadsCheck(source, heads, covered)
        self._ancestry: Ancestry | None = None

    @property
    def covered(self) -> int:
        """How many entries the newest heads entry covers, 0 where there is none."""
        return self._stated.covered

    def check(self, index: int, leaf: bytes, digest: bytes) -> str:
        """Take over the next entry and return its kind. Raises: FaultFound."""
        try:
            links, about, kind, time, seen = _read_quickly(leaf) or _read_whole(leaf)
        except InvalidInputError as error:
            raise FaultFound(Fault(index, "canonical", error.message)) from None
        if time < self.record_time:
            what = f"{time} is before {self.record_time}, the time of the entry before"
            raise FaultFound(Fault(index, "recordTime", what))
        self.record_time = time
        if [link["id"] for link in links] != about:
            raise FaultFound(Fault(index, "chains", "they are not those that the signer named in `about`"))
        mine = digest.hex()
        for link in links:
            self._follow(index, link, mine)
        self._stated.moved(about)
        if kind == HEADS:
            self._stated.check(index, leaf)
        if seen:
            self._check_seen(index, links, seen)
        if self._ancestry is not None:
            self._ancestry.add(mine, _prevs(links))
        return kind

    def _follow(self, index: int, link: _Link, mine: str) -> None:
        chain, seq = link["id"], link["seq"]
        head = self.heads.get(chain)
        if head is None:
            if seq != 0 or "prev" in link:
                raise _broken(index, f"{chain} begins with number {seq} instead of 0")
        elif seq != head[0] + 1:
            twice = TWICE if seq <= head[0] else ""
            raise _broken(index, f"{chain} goes on with number {seq} after {head[0]}{twice}")
        elif link.get("prev") != head[1]:
            raise _broken(index, f"number {seq} of {chain} does not name the entry before it")
        self.heads[chain] = (seq, mine)

    def _check_seen(self, index: int, links: Sequence[_Link], seen: Sequence[str]) -> None:
        before = _prevs(links)
        if not isinstance(seen, list) or not all(is_hash(one) for one in seen):
            raise FaultFound(Fault(index, "seen", "it is no list of leaf hashes"))
        for one in seen:
            if one not in before and not self._known_ancestry(index).leads_to(before, one):
                raise FaultFound(Fault(index, "seen", f"{one} is not before any entry that this one follows"))

    def _known_ancestry(self, index: int) -> "Ancestry":
        if self._ancestry is None:
            try:
                self._ancestry = Ancestry(self._source.leaves(0, index))
            except InvalidInputError as error:
                raise FaultFound(Fault(index, "seen", f"earlier entries cannot be read: {error}")) from None
        return self._ancestry


class Ancestry:
    """Which entry follows which, by leaf hash: built once, and only if it is asked for."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._index: dict[bytes, int] = {}
        self._parents = array("Q")
        self._starts = array("Q", [0])
        for leaf in leaves:
            links = (_read_quickly(leaf) or _read_whole(leaf))[0]
            self.add(leaf_hash(leaf).hex(), _prevs(links))

    def add(self, digest: str, prevs: Iterable[str]) -> None:
        """Add the next entry; entries that it follows and that are not known are left out."""
        known = (self._index.get(bytes.fromhex(prev)) for prev in prevs)
        self._parents.extend(sorted({at for at in known if at is not None}))
        self._index[bytes.fromhex(digest)] = len(self._starts) - 1
        self._starts.append(len(self._parents))

    def leads_to(self, prevs: Iterable[str], target: str) -> bool:
        """Return whether `target` is one of `prevs`, or before one of them."""
        goal = self._index.get(bytes.fromhex(target))
        if goal is None:
            return False
        known = (self._index.get(bytes.fromhex(prev)) for prev in prevs)
        todo = [at for at in known if at is not None and at >= goal]
        visited = set(todo)
        while todo:
            at = todo.pop()
            if at == goal:
                return True
            fresh = {one for one in self._parents_of(at) if one >= goal} - visited
            visited |= fresh
            todo.extend(fresh)
        return False

    def _parents_of(self, at: int) -> Iterator[int]:
        return iter(self._parents[self._starts[at] : self._starts[at + 1]])


def _read_quickly(leaf: bytes) -> tuple[list[_Link], Any, str, str, Sequence[str]] | None:
    """Return links, about, kind, time and seen, or None if the leaf must be read whole.

    A string never holds the marks that are looked for, because the quotes in it are escaped.
    """
    try:
        text = leaf.decode()
        envelope = _ENVELOPE.match(text)
        if envelope is None:
            return None
        links, _ = _scan(text, _CHAINS_AT)
        about, end = _scan(text, envelope.end())
        at = text.rfind(_SEEN, end)
        if at < 0:
            return links, about, envelope[1], envelope[2], ()
        seen, end = _scan(text, at + len(_SEEN) - 1)
        if text[end:] != _END:
            return None
        return links, about, envelope[1], envelope[2], seen
    except (ValueError, RecursionError):
        return None


def _read_whole(leaf: bytes) -> tuple[list[_Link], Any, str, str, Sequence[str]]:
    entry = parse(leaf)
    links = [link.as_dict() for link in entry.chains]
    return links, entry.signed.get("about"), entry.kind, entry.record_time, entry.signed.get("seen", ())


def _prevs(links: Sequence[_Link]) -> list[str]:
    return [link["prev"] for link in links if "prev" in link]


def _broken(index: int, what: str) -> FaultFound:
    return FaultFound(Fault(index, "chains", what))
