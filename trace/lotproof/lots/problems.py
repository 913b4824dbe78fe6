"""Codes of what a check may find, in one table: what each does to a captured document and to our own act.

GAP: something is not recorded or does not fit; nothing is held, and it closes when the fact arrives.
CONFLICT: two facts cannot both be true; the lots are held until two people release them.
`refuses`: our own action with this problem does not happen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One row. message has the holes that the check fills; hint says what to do next."""

    name: str
    is_conflict: bool
    refuses: bool
    hint: str


CODES: dict[str, Code] = {
    code.name: code
    for code in (
        Code("unknown_origin", False, False, "record the harvest, packing or receipt that the lot came from"),
        Code(
            "no_conversion",
            False,
            False,
            "record how many of one unit are one of the other: lotproof record conversion",
        ),
        Code("chronology", False, True, "check the times: the lot did not exist yet"),
        Code("offset_mismatch", False, False, "ask the sender for the right eventTimeZoneOffset"),
        Code("future_event", False, True, "record it when it has happened"),
        Code("quantity_discrepancy", False, False, "count again, and correct the shipping or the receiving"),
        Code(
            "yield_out_of_tolerance",
            False,
            False,
            "check the weights, or record the tolerance of this process",
        ),
        Code(
            "interval_not_recorded", False, False, "record the product's intervals and the crop of the cycle"
        ),
        Code("no_lot", False, False, "name the lot: without it the goods cannot be followed"),
        Code("correction_without_original", False, True, "name an event that stands on this ledger"),
        Code(
            "qualification_not_recorded",
            False,
            False,
            "record which papers are asked for: lotproof qualification requirements",
        ),
        Code("qualification_missing", False, True, "hand the paper in under /qualification"),
        Code(
            "qualification_not_yet_valid",
            False,
            True,
            "wait until the paper counts, or record what happened at its real time",
        ),
        Code(
            "qualification_expired", False, True, "renew the paper: hand in the new one under /qualification"
        ),
        Code(
            "qualification_suspended", False, True, "settle what the reviewer asked for; a reviewer lifts it"
        ),
        Code("qualification_revoked", False, True, "apply again under /qualification"),
        Code("inspection_not_recorded", False, False, "have the lot inspected and record it"),
        Code("more_taken_than_exists", True, True, "take less, or record what was created or received first"),
        Code("cycle", True, True, "a lot cannot come from itself: give the new goods a new lot code"),
        Code("held_lot_moved", True, True, "have two people release the lot first: lotproof release LOT"),
        Code("event_id_conflict", True, True, "use a new eventID for other content"),
        Code(
            "possible_duplicate", True, True, "if it is a second delivery, state its own time; else leave it"
        ),
        Code(
            "harvest_too_early", True, True, "wait for the interval to end, or correct the application record"
        ),
        Code("input_not_allowed", True, True, "use a product that is registered for the crop"),
        Code("container_conflict", True, True, "unpack it first: lotproof record disaggregate"),
        Code("more_out_than_in", True, True, "check the weights on both sides"),
        Code("inspection_failed", True, False, "rework, return or destroy it, or have two people release it"),
        Code(
            "temperature_excursion",
            True,
            False,
            "inspect the goods, then have two people release or destroy them",
        ),
        Code("correction_not_applied", False, True, "a lot on hold is touched: two people have to approve"),
        Code(
            "corrected_upstream", True, False, "look at the correction, then have two people release the lot"
        ),
    )
}
