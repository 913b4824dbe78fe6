"""What a page tells about a lot: plain values, ready to be shown, nothing of the database in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lotproof.lots.balance import Balance
from lotproof.lots.trace import Tracing

Names = Mapping[str, str]
"""A name per language: {"en": …, "zh_Hans": …}; {"": …} where it was given once."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A party or a place as master data knows it; `names` is empty where nothing was recorded but its URI.

    erased: it is a natural person whose names were erased.
    """

    uri: str
    names: Names
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One lot or container of a step. role: object, input, output, child or parent."""

    role: str
    uri: str
    names: Names
    amount: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the lot's journey.

    index: entry on the log, None until it is sequenced.  at: with the offset that the event states.
    recorded_role: "author" for our own acts, "submitter" for captured documents.
    details: (code, value) pairs such as ("temperature", "4 CEL"), codes are translated by the page.
    corrected_by / corrects: entry indexes.
    custody: who keeps the key that signed it.  key_ended_at: when that key was revoked since, or replaced; it was
    valid when it signed.
    """

    index: int | None
    kind: str
    at: datetime
    place: Somebody | None
    from_place: Somebody | None
    to_place: Somebody | None
    recorded_by: Somebody
    recorded_role: str
    custody: str
    parts: tuple[Part, ...]
    details: tuple[tuple[str, str], ...]
    reason: str | None
    approvals: int
    voided: bool
    corrects: int | None
    corrected_by: int | None
    key_ended_at: datetime | None = None
    key_replaced: bool = False


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Why a lot may not move. code: finding code, "manual" or "recall"."""

    index: int | None
    code: str
    since: datetime
    by: Somebody
    recall: str | None


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A check that does not hold; `hold` where it keeps the lot from moving."""

    code: str
    message: str
    index: int | None
    hold: bool


@dataclass(frozen=True, slots=True)
class PaperThen:
    """A paper that a supplier had when the lot began. at: when it did.  number: None where it is not public."""

    party: Somebody
    at: datetime
    document_type: str
    number: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class HeadsState:
    """The newest heads entry: it states the newest entry of every chain among the first `size` entries."""

    index: int
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class ProofState:
    """Where the lot's newest entry stands on the log. Nothing of size 0 is ever published.

    heads: None where there is none yet.
    """

    origin: str
    size: int
    root: str
    chain_length: int
    newest_index: int | None
    newest_at: datetime | None
    log_key: str
    heads: HeadsState | None = None

    @property
    def newest_is_stated(self) -> bool:
        """Whether a heads entry states the lot's newest entry as that."""
        return (
            self.heads is not None and self.newest_index is not None and self.newest_index < self.heads.size
        )


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the page of one lot shows.

    state: a word of `trace.state_of`.
    left_out: how many older steps the journey does not hold.
    not_recorded: codes of what nobody recorded: "origin", "harvest_date", "inspection", "qualification",
    "treatments", "temperature", "place_names", …
    """

    uri: str
    gtin: str
    code: str
    product: Names
    variety: Names
    state: str
    harvested_on: date | None
    earliest_harvest: date | None
    origin: Somebody | None
    holds: tuple[OpenHold, ...]
    journey: tuple[Step, ...]
    findings: tuple[OpenFinding, ...]
    not_recorded: tuple[str, ...]
    balance: Balance
    upstream: Tracing
    downstream: Tracing
    proof: ProofState
    left_out: int = 0
    papers: tuple[PaperThen, ...] = ()
