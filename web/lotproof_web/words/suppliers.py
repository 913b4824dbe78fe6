"""Words of qualification and review: roles, kinds of organisation, acts of a history, what is wrong with a paper."""

from lotproof.parties import requirements
from lotproof_web.words import people
from lotproof_web.words.mark import N_

ROLES: dict[str, str] = {one: people.ROLES[one] for one in requirements.ROLES}
KINDS: dict[str, str] = {one: people.KINDS[one] for one in requirements.KINDS}

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
    ("valid_from", "day_out_of_range"): N_("Its first day cannot be right: look at the year again."),
    ("valid_to", "day_out_of_range"): N_("Its last day cannot be right. Leave it empty where it has none."),
    ("valid_to", "ends_before_it_begins"): N_("It ends before it begins."),
    ("document", "missing"): N_("The paper itself is missing: take a photo, or choose a file."),
}

REFUSALS = (
    N_("an application for this is open"),
    N_("go on with that one"),
    N_("it was submitted, and cannot be changed now"),
    N_("wait for the reviewer, or withdraw it and begin another"),
    N_("it was decided already"),
    N_("begin another"),
    N_("this document is about somebody else"),
    N_("hand in another"),
    N_("only a document that was cleaned can be decided by"),
    N_("wait, or ask for another"),
    N_("this link is over, or was used already"),
    N_("this link was used at this moment"),
    N_("ask for a new one"),
    N_("the organisation has an owner"),
    N_("she invites others herself"),
    N_("it is suspended or revoked already"),
    N_("it is not suspended"),
    N_("it was revoked already"),
    N_("look at it again"),
    N_("say why, in 3 to 1,000 characters"),
    N_("say why, in at least 3 characters"),
    N_("you belong to the organisation that this is about"),
    N_("somebody else has to decide it"),
    N_("it cannot be approved as it stands"),
    N_("correct it, or ask"),
)
"""What the core says and pages show; it is looked up by its English words."""
