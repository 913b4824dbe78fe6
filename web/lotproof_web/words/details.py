"""What the details of a step are called, and the words for values that are codes."""

from lotproof_web.words.mark import N_

DETAILS: dict[str, str] = {
    "temperature": N_("Temperature"),
    "temperature_min": N_("Lowest temperature"),
    "temperature_max": N_("Highest temperature"),
    "temperature_mean": N_("Mean temperature"),
    "device": N_("Device"),
    "verdict": N_("Result"),
    "certificate": N_("Certificate"),
    "laboratory": N_("Laboratory"),
    "registration": N_("Registration of the product"),
    "active_substance": N_("Active substance"),
    "amount": N_("Amount"),
    "interval_days": N_("Days to wait before harvest"),
    "ended_at": N_("Ended"),
    "earliest_harvest": N_("Earliest harvest"),
    "harvested_on": N_("Harvested on"),
    "crop": N_("Crop"),
    "plot": N_("Plot"),
    "cycle": N_("Growing cycle"),
    "container": N_("Container"),
    "carrier": N_("Carrier"),
    "buyer": N_("Buyer"),
    "note": N_("Note"),
    "step": N_("Step as written"),
    "disposition": N_("State as written"),
    "recall": N_("Recall"),
    "reference": N_("Document"),
    "po": N_("Purchase order"),
    "inv": N_("Invoice"),
    "desadv": N_("Despatch advice"),
    "recadv": N_("Receiving advice"),
    "bol": N_("Bill of lading"),
    "rma": N_("Return authorisation"),
}

VALUES: dict[str, str] = {
    "pass": N_("passed"),
    "passed": N_("passed"),
    "conformant": N_("passed"),
    "fail": N_("failed"),
    "failed": N_("failed"),
    "non_conformant": N_("failed"),
    "conditional": N_("passed with conditions"),
    "inconclusive": N_("inconclusive"),
    "erased": N_("erased"),
}

CUSTODY: dict[str, str] = {
    "platform": N_("with a key that this platform keeps for it"),
    "own": N_("with its own key"),
}

KEY_REVOKED = N_("; this key was revoked on %(day)s, what it signed before stands")
KEY_REPLACED = N_("; a new key took the place of this one on %(day)s")

KEY: dict[str, str] = {"platform": N_("key kept by the platform"), "own": N_("own key")}

BALANCE: dict[str, str] = {
    "created": N_("Began here"),
    "received": N_("Arrived"),
    "found": N_("Found when counting"),
    "missing": N_("Taken without being there"),
    "on_hand": N_("Still there"),
    "consumed": N_("Went into other lots"),
    "shipped": N_("Sent"),
    "sold": N_("Sold"),
    "destroyed": N_("Destroyed"),
    "adjusted": N_("Lost or adjusted"),
}
