"""What a lot's state looks like: icon, word and colour, the one table for every page and picture."""

from dataclasses import dataclass

from lotproof_web.words.mark import N_


@dataclass(frozen=True, slots=True)
class State:
    """tone: grey, blue, green, amber or red.  word: of the banner.  short: of maps and lists."""

    tone: str
    icon: str
    word: str
    short: str
    meaning: str


STATES: dict[str, State] = {
    "recalled": State(
        "red", "stop", N_("Recalled"), N_("Recalled"),
        N_("Do not eat, sell or pass on anything from this lot. Ask where you bought it."),
    ),
    "held": State(
        "red", "hand", N_("On hold"), N_("On hold"),
        N_("This lot may not be moved or sold until it is released. The reasons stand below."),
    ),
    "destroyed": State(
        "grey", "bin", N_("Destroyed"), N_("Destroyed"),
        N_("All of this lot is recorded as destroyed. If you have some of it, tell the seller."),
    ),
    "sold_out": State(
        "green", "check", N_("No known problem, sold out"), N_("Sold out"),
        N_("Nothing recorded here speaks against this lot. None of it is left with those who recorded it."),
    ),
    "used_up": State(
        "green", "check", N_("No known problem, used up"), N_("Used up"),
        N_("Nothing recorded here speaks against this lot. All of it went into other lots."),
    ),
    "growing": State(
        "grey", "leaf", N_("Growing cycle"), N_("Growing cycle"),
        N_("A crop on one plot in one season, from which lots are picked."),
    ),
    "in_transit": State(
        "blue", "truck", N_("No known problem, on its way"), N_("On its way"),
        N_("Nothing recorded here speaks against this lot. It has left one place and not yet arrived at the next."),
    ),
    "no_known_problem": State(
        "green", "check", N_("No known problem"), N_("No known problem"),
        N_("Nothing recorded here speaks against this lot. That is not a test result."),
    ),
    "not_recorded": State(
        "grey", "blank", N_("Not recorded"), N_("Not recorded"),
        N_("Others mention this lot, but too little is recorded about it to say anything."),
    ),
}  # fmt: skip

UNKNOWN = State(
    "grey", "blank", N_("State unknown"), N_("State unknown"), N_("This page has no word for the state.")
)


def state(code: str) -> State:
    """The look of a state; an unknown code is shown as unknown, never as good."""
    return STATES.get(code, UNKNOWN)
