"""What each check that does not hold is called and means, and why a lot is on hold."""

from dataclasses import dataclass

from lotproof_web.words.mark import N_


@dataclass(frozen=True, slots=True)
class Finding:
    """A check's name and what it means when it does not hold."""

    title: str
    meaning: str


FINDINGS: dict[str, Finding] = {
    "unknown_origin": Finding(
        N_("Origin unknown"), N_("No beginning of this lot, such as a harvest, is recorded here."),
    ),
    "no_conversion": Finding(
        N_("Units not convertible"), N_("Amounts in units with no recorded conversion could not be added up."),
    ),
    "chronology": Finding(
        N_("Times out of order"), N_("A step is dated before another one that it needs."),
    ),
    "offset_mismatch": Finding(
        N_("Time zone does not fit"), N_("A step states two different offsets from universal time."),
    ),
    "future_event": Finding(
        N_("Dated in the future"), N_("A step is dated later than the moment at which it was recorded."),
    ),
    "quantity_discrepancy": Finding(
        N_("Amounts differ"), N_("What arrived is not the amount that was sent."),
    ),
    "yield_out_of_tolerance": Finding(
        N_("Yield outside the tolerance"),
        N_("What came out does not fit what went in, beyond the declared tolerance."),
    ),
    "interval_not_recorded": Finding(
        N_("Interval not recorded"),
        N_("How long to wait after a treatment is not recorded, so the harvest could not be checked against it."),
    ),
    "no_lot": Finding(
        N_("No lot stated"), N_("A step names goods without their lot, so it cannot be tied to one."),
    ),
    "qualification_not_recorded": Finding(
        N_("Qualification not recorded"), N_("Whether the one who acted was qualified for it is not recorded here."),
    ),
    "qualification_missing": Finding(
        N_("Papers missing"), N_("A paper that is asked for in this role was not on record when it happened."),
    ),
    "qualification_not_yet_valid": Finding(
        N_("Papers not valid yet"), N_("It happened before the first day of a paper that it needs."),
    ),
    "qualification_expired": Finding(
        N_("Papers expired"), N_("It happened after the last day of a paper that it needs."),
    ),
    "qualification_suspended": Finding(
        N_("Papers suspended"), N_("It happened while a paper that it needs was suspended."),
    ),
    "qualification_revoked": Finding(
        N_("Papers revoked"), N_("It happened after a paper that it needs had been revoked."),
    ),
    "inspection_not_recorded": Finding(
        N_("Inspection not recorded"), N_("No inspection of this lot is recorded here."),
    ),
    "more_taken_than_exists": Finding(
        N_("More taken than exists"), N_("By the records more was taken out of the lot than was ever in it."),
    ),
    "cycle": Finding(
        N_("Circle in the history"), N_("By the records the lot went, through others, into itself."),
    ),
    "held_lot_moved": Finding(
        N_("Moved while on hold"), N_("The lot was moved or used at a time when it was on hold."),
    ),
    "event_id_conflict": Finding(
        N_("One identifier, two contents"), N_("Two different steps were submitted under the same identifier."),
    ),
    "possible_duplicate": Finding(
        N_("Possibly recorded twice"), N_("The lot begins twice at one time and place with one amount."),
    ),
    "harvest_too_early": Finding(
        N_("Picked too early"), N_("The harvest is dated before the interval after the last treatment had ended."),
    ),
    "input_not_allowed": Finding(
        N_("Treatment not allowed"), N_("A product was applied that is not allowed for this crop."),
    ),
    "container_conflict": Finding(
        N_("Container conflict"), N_("The lot is said to be in two containers at the same time."),
    ),
    "more_out_than_in": Finding(
        N_("More came out than went in"), N_("A step made more than what went into it, beyond the declared tolerance."),
    ),
    "inspection_failed": Finding(
        N_("Inspection failed"), N_("An inspection found that the lot does not meet its standard."),
    ),
    "temperature_excursion": Finding(
        N_("Wrong temperature"), N_("The lot was warmer or colder than it may be."),
    ),
    "corrected_upstream": Finding(
        N_("A source was corrected"),
        N_("A step of a lot that this one came from was corrected; it must be looked at again."),
    ),
    "correction_without_original": Finding(
        N_("Correction of nothing"), N_("A correction names a step that is not recorded here."),
    ),
    "correction_not_applied": Finding(
        N_("Correction not applied"), N_("A correction waits for a second person, because it touches a lot on hold."),
    ),
    "manual": Finding(N_("Stopped by a person"), N_("Someone put the lot on hold.")),
    "recall": Finding(N_("Part of a recall"), N_("The lot, or one that it came from, was recalled.")),
}  # fmt: skip

UNKNOWN = Finding(N_("A check does not hold"), N_("This page has no words for the check."))


def finding(code: str) -> Finding:
    """The words of a finding or hold; an unknown code is shown as a check that does not hold."""
    return FINDINGS.get(code, UNKNOWN)


NOT_RECORDED: dict[str, str] = {
    "origin": N_("Where it was grown"),
    "harvest_date": N_("When it was picked"),
    "variety": N_("Which variety it is"),
    "product_name": N_("What the product is called"),
    "inspection": N_("Whether it was inspected or tested, and with what result"),
    "qualification": N_("Whether those who acted were qualified for it"),
    "treatments": N_("What was applied to the crop, and when"),
    "temperature": N_("At which temperatures it was kept"),
    "place_names": N_("The names of some of the places"),
    "party_names": N_("The names of some of those who recorded steps"),
    "quantities": N_("How much of it there was"),
    "transport": N_("How it travelled"),
    "certificates": N_("Certificates of the farm or the lot"),
}
