"""What the page of an error says, by its status, and why an error happened, by its code."""

from dataclasses import dataclass

from lotproof_web.words.mark import N_


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What the page of a status says, and what to do next."""

    title: str
    text: str


ERRORS: dict[int, ErrorWords] = {
    400: ErrorWords(
        N_("That cannot be read"), N_("Something in the address or the form is not as it should be.")
    ),
    401: ErrorWords(N_("Please sign in"), N_("This page is not public.")),
    403: ErrorWords(N_("Not allowed"), N_("You may not see or do this.")),
    404: ErrorWords(
        N_("There is no such page"), N_("The address may be mistyped. A lot is found by its code.")
    ),
    405: ErrorWords(N_("Not in this way"), N_("This address does not answer to that kind of request.")),
    408: ErrorWords(N_("That took too long"), N_("The connection was too slow. Please send it again.")),
    409: ErrorWords(N_("Refused"), N_("A rule of the ledger says no.")),
    410: ErrorWords(N_("No longer there"), N_("What stood here was removed.")),
    412: ErrorWords(
        N_("Changed meanwhile"), N_("Somebody else changed it. Load the page anew and look at it again.")
    ),
    413: ErrorWords(N_("Too large"), N_("What was sent is larger than this address takes.")),
    414: ErrorWords(N_("Too large"), N_("The address is too long.")),
    415: ErrorWords(N_("That cannot be read"), N_("Files of this kind are not taken here.")),
    422: ErrorWords(
        N_("That cannot be read"), N_("Something in the address or the form is not as it should be.")
    ),
    429: ErrorWords(N_("Too many requests"), N_("Please wait a little and try again.")),
    431: ErrorWords(
        N_("Too large"), N_("Your browser sends too much with each request. Delete its cookies here.")
    ),
    500: ErrorWords(
        N_("Something went wrong here"), N_("It is our fault, not yours. Please try again later.")
    ),
    503: ErrorWords(
        N_("The ledger does not answer"),
        N_("It is starting, or it has found a fault in itself. Until that is settled it shows nothing."),
    ),
}

REASONS: dict[str, str] = {
    "invalid_check_digit": N_(
        "The check digit of the product number (GTIN) is wrong: one digit is mistyped, or two are swapped. "
        "Compare the number with the label."
    ),
    "invalid_identifier": N_(
        "No product number (GTIN) with a lot code can be read in it. Compare it with the label."
    ),
    "not_allowed": N_(
        "Your roles in the organisation that you act for do not include this. Ask an owner of your organisation, "
        "or act for another one of yours."
    ),
    "acting_for_another": N_(
        "The form was opened while you acted for another organisation of yours, so nothing was done. Act for that "
        "one again, or open the form anew."
    ),
    "no_organisation": N_("You act for no organisation. Register yours, or ask its owner for an invitation."),
    "no_such_organisation": N_("You belong to no such organisation. Choose one of those listed."),
    "own_organisation": N_(
        "You belong to the organisation that this is about. Somebody else has to decide it."
    ),
    "own_result": N_("You entered this result yourself. Somebody else has to verify it."),
    "own_grant": N_("Nobody gives roles to herself. Another operator has to do it."),
    "same_person": N_("You gave the first approval. A second person has to give the other one."),
    "unknown_lot": N_("There is no such lot, or you take no part in it."),
    "unknown_document": N_("There is no such document, or it is not yours to see."),
    "unknown_party": N_("This organisation is not registered here."),
    "too_many_tries": N_("It was tried too often."),
    "draft_too_large": N_("This is too long to be kept as a draft. Shorten it, or send it."),
    "read_only_mirror": N_("This is a read-only copy of another ledger. Nothing can be changed here."),
    "database_busy": N_("Others are writing at this moment. Nothing was changed; try again in a moment."),
    "body_too_large": N_("What was sent is larger than this address takes."),
}
"""Why, for errors that people cause; of all others the page says what the core says."""


def words_of(status: int) -> ErrorWords:
    """What the page of a status says."""
    return ERRORS.get(status) or ERRORS[500 if status >= 500 else 400]
