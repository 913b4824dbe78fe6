"""Services for pages, over stories made by hand."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from lotproof.kernel.errors import NotFoundError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.label import label_pdf
from lotproof.lots.story import HeadsState, Story
from lotproof.people.entrance import Step, Visitor
from lotproof_web.services import (
    Check,
    DemoCard,
    DemoPerson,
    Direction,
    EarlyHarvest,
    LabelSize,
    LapsedHarvest,
    Mirrored,
    Tampering,
)
from support import story_parts, story_samples


@dataclass(frozen=True)
class FakeSettings:
    """Settings as pages read them."""

    public_url: str = "https://lots.example"
    demo: bool = False


@dataclass
class FakeServices:
    """Stories by URI; `asked` counts how often a story was told, `versions` changes a lot's page key."""

    settings: FakeSettings = field(default_factory=FakeSettings)
    stories: dict[str, Story] = field(default_factory=story_samples.all_samples)
    versions: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    ready: bool = True
    mirrored: Mirrored | None = None
    caught: bool = True
    public_proofs: bool = True
    absent: HeadsState | None = None

    def now(self) -> datetime:
        """A fixed time."""
        return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def mirror(self) -> Mirrored | None:
        """What was set."""
        return self.mirrored

    def story(self, lot: LotId) -> Story:
        """The story, counted."""
        self.asked += 1
        return self._story(lot)

    def page_key(self, lot: LotId) -> Hashable:
        """The lot's version."""
        self._story(lot)
        return self.versions.get(lot.uri, 0)

    def bundle(self, lot: LotId, key: str) -> bytes:
        """Some JSON."""
        self._story(lot)
        return b'{"v":1}'

    def trace(self, lot: LotId, direction: Direction, key: str) -> bytes:
        """Some JSON."""
        self._story(lot)
        return b'{"lots":[]}'

    def absent_as_of(self, lot: LotId) -> HeadsState | None:
        """What was set, for every lot that has no story."""
        return self.absent if lot.uri not in self.stories else None

    def label(self, lot: LotId, size: LabelSize) -> bytes:
        """A real label."""
        return label_pdf(lot, self.settings.public_url, self._story(lot).product, size)

    def readiness(self) -> tuple[Check, ...]:
        """One check."""
        return (Check("database", self.ready, "" if self.ready else "it does not answer"),)

    def demo_cards(self) -> tuple[DemoCard, ...]:
        """Every sample."""
        codes = {story_parts.GOOD.uri: "good", story_parts.RECALLED.uri: "recalled"}
        return tuple(
            DemoCard(codes.get(uri, "sample"), LotId.parse(uri), story.product)
            for uri, story in self.stories.items()
        )

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """One."""
        return (DemoPerson("farmer", "Sun Yulan", ({"en": "Sun Family Orchard"},)),)

    def sign_in_as(self, key: str, visitor: Visitor) -> Step:
        """Nobody can."""
        raise NotFoundError("no_demonstration", f"nobody is {key}")

    def try_early_harvest(self) -> EarlyHarvest:
        """A refusal as the core words it."""
        return EarlyHarvest(
            "harvest_too_early",
            "the cycle may not be harvested before 2026-12-01",
            "Harvest later.",
            story_parts.CYCLE,
            {"en": "Mancozeb 80% WP", "zh_Hans": "80% 代森锰锌可湿性粉剂"},
            date(2026, 11, 16),
            15,
            date(2026, 12, 1),
            date(2026, 11, 23),
            41,
        )

    def try_lapsed_harvest(self) -> LapsedHarvest:
        """A refusal as the core words it."""
        said = "organic certificate 999OP2500031 ended on 2026-11-22"
        farm = {"en": "Zhaolu Vegetable Farm"}
        return LapsedHarvest("qualification_expired", said, "renew it", farm, date(2026, 11, 23))

    def tamper_and_verify(self) -> Tampering:
        """A byte changed, and found unless `caught` is False."""
        found = (
            (17, "leaf", "entry 17: the leaf hash does not fit the leaf") if self.caught else (None, None, "")
        )
        return Tampering(57, 17, 412, 0x36, 0x37, '"quantity":600,', '"quantity":700,', *found)

    def _story(self, lot: LotId) -> Story:
        if lot.uri not in self.stories:
            raise NotFoundError(
                "unknown_lot", f"nothing is recorded about {lot}", "Compare the code with the package."
            )
        return self.stories[lot.uri]
