"""What somebody can do who was refused, by the rule that refused; the pages of the books say it."""

from lotproof_web.words.mark import N_

WHAT_TO_DO: dict[str, str] = {
    "harvest_too_early": N_("Wait until the first day of harvest. Was the treatment recorded wrongly? Take it back."),
    "input_not_allowed": N_("Use a product that is registered for this crop. Was it recorded wrongly? Take it back."),
    "held_lot_moved": N_("Ask two people who may release lots. Until then choose another lot."),
    "more_taken_than_exists": N_("Take less, or record first what was picked, made or received."),
    "more_out_than_in": N_("Weigh both sides again: what comes out cannot be more than what went in."),
    "cycle": N_("Give the new goods a lot code that none of the used lots has."),
    "possible_duplicate": N_("It stands already. If it was a second delivery, give its own time."),
    "container_conflict": N_("Unpack it from the container that it is in first."),
    "chronology": N_("Check the time: the lot did not exist yet."),
    "future_event": N_("Record it when it has happened."),
    "correction_not_applied": N_("A lot on hold is touched: ask the operator, who corrects it with two people."),
    "event_id_conflict": N_("Change the time or the note, as the very same was recorded otherwise."),
    "two_people_needed": N_("A second person has to approve it."),
    "same_person": N_("Ask another person who may approve. Nobody gives both approvals."),
    "not_your_hold": N_("Ask the organisation that placed the hold, or the operator."),
    "already_waits": N_("It waits for its second approval. Give that one, or take the first one back."),
    "already_decided": N_("Somebody decided it meanwhile. Look at the list of holds."),
    "not_on_hold": N_("Choose lots that are on hold."),
    "recall_has_ended": N_("Nothing has to be done."),
    "already_undone": N_("Nothing has to be done."),
    "lot_code_taken": N_("Choose another lot code."),
    "not_your_place": N_("Choose a place of your organisation, or act for the other one."),
    "no_organisation": N_("Register your organisation, or ask its owner for an invitation."),
    "no_signing_key": N_("Ask the operator: your organisation has no key here to sign with."),
    "recorded_by_another": N_("Compare the number with its label."),
    "papers": N_("Hand in the papers that are missing; a reviewer looks at them."),
}
