"""Words of qualification and review: roles, kinds of organisation, acts of a history, what is wrong with a paper."""

from lotproof_web.words.mark import N_

ROLES: dict[str, str] = {
    "supplier": N_("Supplier"),
    "seller_staff": N_("Seller"),
    "warehouse": N_("Warehouse"),
    "carrier": N_("Carrier"),
    "laboratory": N_("Laboratory"),
    "inspector": N_("Inspector"),
}

KINDS: dict[str, str] = {
    "company": N_("Company"),
    "cooperative": N_("Cooperative"),
    "family_farm": N_("Family farm"),
    "sole_trader": N_("Sole trader"),
    "farm_household": N_("Farm household"),
}

FIELDS: dict[str, str] = {
    "number": N_("Number"),
    "issuer": N_("Issued by"),
    "valid_from": N_("Valid from"),
    "valid_to": N_("Valid to, the last day"),
    "document": N_("The paper itself"),
    "document_type": N_("Kind of paper"),
}

ACTS: dict[str, str] = {
    "start": N_("began the application"),
    "add_paper_to": N_("added a paper"),
    "replace_paper_of": N_("sent a paper again"),
    "remove_paper_from": N_("took a paper out"),
    "submit": N_("submitted it"),
    "withdraw": N_("withdrew it"),
    "claim": N_("began the review"),
    "correct": N_("corrected what a paper says"),
    "ask_more_of": N_("asked for more"),
    "approve": N_("approved it"),
    "reject": N_("rejected it"),
    "hand_over": N_("made a link to hand it over"),
    "take_over": N_("took it over"),
}

PROBLEMS: dict[tuple[str, str], str] = {
    ("number", "missing"): N_("Its number is missing."),
    ("number", "invalid_number"): N_("Its number cannot be right: look at it again, digit by digit."),
    ("valid_from", "missing"): N_("Its first day is missing."),
    ("valid_to", "missing"): N_("Its last day is missing."),
    ("valid_to", "ends_before_it_begins"): N_("It ends before it begins."),
    ("document", "missing"): N_("The paper itself is missing: take a photo, or choose a file."),
}

ROWS: dict[str, str] = {
    "missing": N_("Not handed in yet"),
    "handed_in": N_("Handed in, not decided yet"),
    "not_yet_valid": N_("Counts only later"),
}
