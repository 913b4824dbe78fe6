"""What each kind of step is called and the sentence that it says about the lot of the page.

A sentence may have slots: %(amount)s of this lot, and %(container)s. Of a kind's sentences the first is used
whose slots are all recorded; the last one has none, and also fits a step of a lot that this one came from.
"""

from dataclasses import dataclass

from lotproof_web.words.mark import N_


@dataclass(frozen=True, slots=True)
class StepWords:
    """`says` where the lot came out or was the thing itself; `as_input` where it went into others."""

    icon: str
    title: str
    says: tuple[str, ...]
    as_input: tuple[str, ...] = ()
    tone: str = ""


KINDS: dict[str, StepWords] = {
    "planting": StepWords(
        "leaf", N_("Planting"), (N_("Seed or seedlings were planted; a growing cycle began."),),
        (N_("%(amount)s of this lot were planted; a growing cycle began."),
         N_("This lot was planted; a growing cycle began.")),
    ),
    "input_applied": StepWords(
        "drop", N_("Crop treatment"), (N_("A plant protection product or fertiliser was applied to the crop."),),
        (N_("%(amount)s of this lot were applied to a crop."), N_("This lot was applied to a crop.")),
    ),
    "harvest": StepWords(
        "basket", N_("Harvest"), (N_("Picked: %(amount)s. The lot began here."), N_("Picked in the field.")),
    ),
    "creation": StepWords(
        "plus", N_("First record"), (N_("The lot began here with %(amount)s."), N_("The lot began here.")),
    ),
    "hold": StepWords(
        "hand", N_("Put on hold"), (N_("The lot may not be moved or sold until it is released."),), tone="red",
    ),
    "recall": StepWords(
        "stop", N_("Recall"), (N_("The lot was called back: it may not be sold, eaten or passed on."),), tone="red",
    ),
    "release": StepWords("check", N_("Release"), (N_("The hold was lifted."),), tone="green"),
    "cooling": StepWords(
        "snow", N_("Cooling"), (N_("Cooled after harvest: %(amount)s."), N_("Cooled after harvest.")),
    ),
    "initial_packing": StepWords(
        "box", N_("Packing"), (N_("Packed from the harvest: %(amount)s."), N_("Packed from the harvest.")),
        (N_("%(amount)s of this lot were packed into new lots."), N_("This lot was packed into new lots.")),
    ),
    "repacking": StepWords(
        "box", N_("Repacking"), (N_("Repacked into this lot: %(amount)s."), N_("Made by repacking.")),
        (N_("%(amount)s of this lot were repacked into new lots."), N_("This lot was repacked into new lots.")),
    ),
    "processing": StepWords(
        "gear", N_("Processing"), (N_("Made from other lots: %(amount)s."), N_("Made from other lots.")),
        (N_("%(amount)s of this lot were processed into new lots."), N_("This lot was processed into new lots.")),
    ),
    "sampling": StepWords("eye", N_("Sampling"), (N_("A sample was taken."),)),
    "inspection": StepWords("eye", N_("Inspection"), (N_("Inspected."),)),
    "commitment": StepWords(
        "paper", N_("Commitment certificate"), (N_("The producer declared that the lot meets the standard."),),
    ),
    "storage": StepWords("store", N_("Storage"), (N_("Kept in storage."),)),
    "sensor": StepWords("gauge", N_("Sensor reading"), (N_("A device reported what it measured."),)),
    "aggregate": StepWords(
        "box", N_("Into a container"),
        (N_("%(amount)s were put into %(container)s."), N_("Put into %(container)s."),
         N_("Put into a container.")),
    ),
    "disaggregate": StepWords(
        "box", N_("Out of a container"),
        (N_("%(amount)s were taken out of %(container)s."), N_("Taken out of %(container)s."),
         N_("Taken out of a container.")),
    ),
    "receiving": StepWords("inbox", N_("Receiving"), (N_("Arrived: %(amount)s."), N_("The goods arrived."))),
    "return": StepWords("inbox", N_("Return"), (N_("Came back: %(amount)s."), N_("The goods came back."))),
    "shipping": StepWords("truck", N_("Shipping"), (N_("Sent: %(amount)s."), N_("The goods were sent."))),
    "transport": StepWords(
        "truck", N_("Transport"), (N_("On the road: %(amount)s."), N_("The goods were on the road.")),
    ),
    "sale": StepWords("tag", N_("Sale"), (N_("Sold to a business: %(amount)s."), N_("Sold to a business."))),
    "retail_sale": StepWords(
        "tag", N_("Retail sale"), (N_("Sold to consumers: %(amount)s."), N_("Sold to consumers.")),
    ),
    "destruction": StepWords("bin", N_("Destruction"), (N_("Destroyed: %(amount)s."), N_("Goods were destroyed."))),
    "loss": StepWords("minus", N_("Loss"), (N_("Lost or spoiled: %(amount)s."), N_("Goods were lost or spoiled."))),
    "count": StepWords(
        "list", N_("Stock count"), (N_("Counted: %(amount)s."), N_("The stock was counted.")),
    ),
    "observation": StepWords("eye", N_("Observation"), (N_("Something about the lot was recorded; nothing moved."),)),
}  # fmt: skip

OTHER = StepWords("dot", N_("Other step"), (N_("A step that this page has no sentence for was recorded."),))


def step_words(kind: str) -> StepWords:
    """The words of a kind; what is not in the table is shown as another step, never left out."""
    return KINDS.get(kind, OTHER)
